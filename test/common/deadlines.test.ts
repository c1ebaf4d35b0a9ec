import { describe, expect, it } from 'vitest'
import { SimulatedClock } from 'xstate'
import { realClock } from '../../src/common/clock.ts'
import { Deadlines, type Timed } from '../../src/common/deadlines.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

/** A clock that knows how many timers it has. */
class CountingClock extends SimulatedClock {
  readonly pending = new Set<number>()
  most = 0

  override setTimeout(callback: () => void, milliseconds: number): number {
    const id = super.setTimeout(() => {
      this.pending.delete(id)
      callback()
    }, milliseconds)
    this.pending.add(id)
    this.most = Math.max(this.most, this.pending.size)
    return id
  }

  override clearTimeout(id: number): void {
    this.pending.delete(id)
    super.clearTimeout(id)
  }
}

interface Named extends Timed {
  name: string
}

function start(milliseconds = 100) {
  const clock = new CountingClock()
  const expired: string[] = []
  const react = { onExpire: (_: string) => {} }
  const items = new Map<string, Named>()
  const item = (name: string) => {
    const known = items.get(name) ?? { name, deadline: undefined }
    items.set(name, known)
    return known
  }
  const all = new Deadlines<Named>(clock, milliseconds, 'deadline', ({ name }) => {
    expired.push(name)
    react.onExpire(name)
  })
  const deadlines = {
    add: (name: string) => all.add(item(name)),
    delete: (name: string) => all.delete(item(name)),
    clear: () => all.clear(),
    isEmpty: () => all.isEmpty,
    addedBefore: (age: number, most: number) => all.addedBefore(age, most).map(({ name }) => name),
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
    const item = { forgiving: undefined, strict: undefined }
    const start = performance.now()
    const done = new Promise<number>((resolve) => {
      const forgiving = new Deadlines<Timed<'forgiving'>, 'forgiving'>(
        realClock,
        LIMIT,
        'forgiving',
        () => {
          expired.push('forgiving')
          resolve(performance.now() - start)
        },
        { isForgiving: true },
      )
      forgiving.add(item)
    })
    const strict = new Deadlines<Timed<'strict'>, 'strict'>(realClock, LIMIT, 'strict', () =>
      expired.push('strict'),
    )
    strict.add(item)
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

  it('can be kept apart in slots of their own, for an item that has several', () => {
    const clock = new CountingClock()
    const expired: string[] = []
    const item = { early: undefined, late: undefined }
    const early = new Deadlines<Timed<'early'>, 'early'>(clock, 10, 'early', () => expired.push('early'))
    const late = new Deadlines<Timed<'late'>, 'late'>(clock, 20, 'late', () => expired.push('late'))
    early.add(item)
    late.add(item)
    clock.increment(10)
    expect(expired).toEqual(['early'])
    clock.increment(10)
    expect(expired).toEqual(['early', 'late'])
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
    deadlines.delete('was never added')
    clock.increment(100)
    expect(expired).toEqual(['b'])
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

  it('starts anew for an item that is added again, without keeping others waiting', () => {
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
