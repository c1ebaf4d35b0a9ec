import { describe, expect, it } from 'vitest'
import { realClock } from '../../src/common/clock.ts'
import { type Deadline, Deadlines } from '../../src/common/deadlines.ts'
import { CountingClock } from '../support/counting-clock.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

function start(milliseconds = 100) {
  const clock = new CountingClock()
  const expired: string[] = []
  const react = { onExpire: (_: string) => {} }
  const added = new Map<string, Deadline<string>>()
  const all = new Deadlines<string>(clock, milliseconds, (name) => {
    expired.push(name)
    react.onExpire(name)
  })
  const deadlines = {
    /** Anew, if it was added before. */
    add(name: string) {
      deadlines.delete(name)
      added.set(name, all.add(name))
    },
    delete(name: string) {
      const deadline = added.get(name)
      if (deadline) all.delete(deadline)
    },
    clear: () => all.clear(),
    isEmpty: () => all.isEmpty,
    addedBefore: (age: number, most: number) => all.addedBefore(age, most),
  }
  return { clock, deadlines, expired, react }
}

describe('Deadlines', () => {
  it('lists the items that were added some time ago, the oldest first', () => {
    const { clock, deadlines } = start()
    expect(deadlines.isEmpty()).toBe(true)
    deadlines.add('a')
    clock.increment(10)
    deadlines.add('b')
    clock.increment(10)
    deadlines.add('c')
    expect(deadlines.addedBefore(0, 9)).toEqual(['a', 'b', 'c'])
    expect(deadlines.addedBefore(10, 9)).toEqual(['a', 'b'])
    expect(deadlines.addedBefore(11, 9)).toEqual(['a'])
    expect(deadlines.addedBefore(0, 1)).toEqual(['a'])
    deadlines.add('a')
    expect(deadlines.addedBefore(0, 9)).toEqual(['b', 'c', 'a'])
    expect(deadlines.isEmpty()).toBe(false)
  })

  it('gives an item its time anew, once, where the event loop was blocked meanwhile, if it is to be forgiving', async () => {
    const block = (milliseconds: number) => {
      for (const end = performance.now() + milliseconds; performance.now() < end; );
    }
    // Long, so that a machine which is busy with other things makes no difference.
    const LIMIT = 1_000
    const expired: string[] = []
    const start = performance.now()
    const done = new Promise<number>((resolve) => {
      const forgiving = new Deadlines<string>(
        realClock,
        LIMIT,
        (name) => {
          expired.push(name)
          resolve(performance.now() - start)
        },
        { isForgiving: true },
      )
      forgiving.add('forgiving')
    })
    const strict = new Deadlines<string>(realClock, LIMIT, (name) => expired.push(name))
    strict.add('strict')
    block(LIMIT + 100)
    const first = await Promise.race([
      done,
      new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    ])
    expect(first).toBeUndefined()
    expect(expired).toEqual(['strict'])
    block(LIMIT + 100)
    expect(await done).toBeGreaterThan(2 * LIMIT)
    expect(expired).toEqual(['strict', 'forgiving'])
  })

  it('calls back for an item when its time is over, and not before, and once', () => {
    const { clock, deadlines, expired } = start()
    deadlines.add('a')
    clock.increment(99)
    expect(expired).toEqual([])
    clock.increment(1)
    expect(expired).toEqual(['a'])
    clock.increment(1000)
    expect(expired).toEqual(['a'])
  })

  it('calls back for each at its own time, in the order in which they came', () => {
    const { clock, deadlines, expired } = start()
    deadlines.add('a')
    clock.increment(30)
    deadlines.add('b')
    deadlines.add('c')
    clock.increment(70)
    expect(expired).toEqual(['a'])
    clock.increment(29)
    expect(expired).toEqual(['a'])
    clock.increment(1)
    expect(expired).toEqual(['a', 'b', 'c'])
  })

  it('has one timer for all', () => {
    const { clock, deadlines } = start()
    for (let index = 0; index < 1000; index++) {
      deadlines.add(`item ${index}`)
      clock.increment(1)
    }
    expect(clock.most).toBe(1)
  })

  it('sets no timer while there is nothing to wait for', () => {
    const { clock, deadlines, expired } = start()
    expect(clock.pending.size).toBe(0)
    deadlines.add('a')
    clock.increment(100)
    expect(expired).toEqual(['a'])
    expect(clock.pending.size).toBe(0)
  })

  it('does not call back for deleted items', () => {
    const { clock, deadlines, expired } = start()
    deadlines.add('a')
    deadlines.add('b')
    deadlines.delete('a')
    clock.increment(100)
    expect(expired).toEqual(['b'])
    deadlines.delete('b')
    deadlines.add('c')
    deadlines.delete('b')
    clock.increment(100)
    expect(expired).toEqual(['b', 'c'])
  })

  it('keeps the others in their order when the first, one between and the last are deleted', () => {
    const { clock, deadlines, expired } = start()
    for (const name of 'abcdefg') deadlines.add(name)
    for (const name of 'adgd') deadlines.delete(name)
    deadlines.add('h')
    deadlines.add('d')
    clock.increment(100)
    expect(expired).toEqual(['b', 'c', 'e', 'f', 'h', 'd'])
  })

  it('leaves no timer after clear, and can be used again', () => {
    const { clock, deadlines, expired } = start()
    deadlines.add('a')
    deadlines.clear()
    expect(clock.pending.size).toBe(0)
    clock.increment(1000)
    expect(expired).toEqual([])
    deadlines.add('b')
    clock.increment(100)
    expect(expired).toEqual(['b'])
  })

  it('starts anew for an item that is deleted and added again, without keeping others waiting', () => {
    const { clock, deadlines, expired } = start()
    deadlines.add('a')
    clock.increment(10)
    deadlines.add('b')
    clock.increment(80)
    deadlines.add('a')
    clock.increment(20)
    expect(expired).toEqual(['b'])
    clock.increment(80)
    expect(expired).toEqual(['b', 'a'])
  })

  it('calls back for all of them although one callback throws', async () => {
    const errors = allUncaught()
    const { clock, deadlines, expired, react } = start()
    react.onExpire = (item) => {
      if (item !== 'b') throw item
    }
    for (const item of ['a', 'b', 'c']) deadlines.add(item)
    clock.increment(50)
    deadlines.add('later')
    clock.increment(50)
    expect(expired).toEqual(['a', 'b', 'c'])
    clock.increment(50)
    expect(expired).toEqual(['a', 'b', 'c', 'later'])
    await turns(1)
    expect(errors).toEqual(['a', 'c', 'later'])
  })

  it('copes with a callback that adds, deletes or clears', () => {
    const { clock, deadlines, expired, react } = start()
    react.onExpire = (item) => {
      if (item === 'a') deadlines.add('again')
      if (item === 'again') deadlines.delete('b')
      if (item === 'c') deadlines.clear()
    }
    deadlines.add('a')
    clock.increment(50)
    deadlines.add('before')
    clock.increment(50)
    expect(expired).toEqual(['a'])
    expect(clock.pending.size).toBe(1)
    deadlines.add('b')
    clock.increment(50)
    expect(expired).toEqual(['a', 'before'])
    clock.increment(50)
    expect(expired).toEqual(['a', 'before', 'again'])
    deadlines.add('c')
    deadlines.add('d')
    clock.increment(1000)
    expect(expired).toEqual(['a', 'before', 'again', 'c'])
    expect(clock.pending.size).toBe(0)
  })
})
