import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from 'xstate'
import { realClock } from '../../src/common/clock.ts'
import { Timeout, Timeouts } from '../../src/common/timeouts.ts'
import { CountingClock } from '../support/counting-clock.ts'
import { allUncaught } from '../support/uncaught.ts'

class Named extends Timeout {
  readonly name: string
  readonly #onExpire: (name: string) => void

  constructor(name: string, onExpire: (name: string) => void) {
    super()
    this.name = name
    this.#onExpire = onExpire
  }

  override expire(): void {
    this.#onExpire(this.name)
  }
}

function start() {
  const clock = new CountingClock()
  const timeouts = new Timeouts(clock)
  const expired: [string, number][] = []
  const named = (name: string) => new Named(name, () => expired.push([name, clock.now()]))
  return { clock, timeouts, expired, named }
}

type Step =
  | { kind: 'start'; which: number; milliseconds: number }
  | { kind: 'stop' | 'delete'; which: number }
  | { kind: 'pass'; milliseconds: number }

describe('Timeouts', () => {
  it('are over at their own times, whatever their order, by one timer', () => {
    const { clock, timeouts, expired, named } = start()
    for (const milliseconds of [50, 10, 30, 10, 70, 20]) timeouts.start(named('a'), milliseconds)
    clock.increment(9)
    expect(expired).toEqual([])
    for (let passed = 0; passed < 100; passed++) clock.increment(1)
    expect(expired.map(([, at]) => at)).toEqual([10, 10, 20, 30, 50, 70])
    expect([clock.most, clock.pending.size, timeouts.size]).toEqual([1, 0, 0])
  })

  it('that are started, stopped and deleted in any order are over when they should be, and once', () => {
    const which = fc.nat(9)
    const step = fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({ kind: fc.constant('start'), which, milliseconds: fc.nat(50) }),
      fc.record({ kind: fc.constantFrom('stop', 'delete'), which }),
      fc.record({ kind: fc.constant('pass'), milliseconds: fc.nat(30) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { clock, timeouts, expired, named } = start()
        const all = Array.from({ length: 10 }, (_, index) => named(String(index)))
        const due = new Map<string, number>()
        const expected: [string, number][] = []
        const pass = (milliseconds: number) => {
          for (let passed = 0; passed < milliseconds; passed++) {
            clock.increment(1)
            const over = [...due].filter(([, at]) => at <= clock.now())
            for (const [name] of over) due.delete(name)
            expected.push(...over.map(([name]): [string, number] => [name, clock.now()]))
          }
        }
        for (const one of steps) {
          if (one.kind === 'pass') {
            pass(one.milliseconds)
            continue
          }
          const timeout = all[one.which] as Named
          if (one.kind === 'start') {
            timeouts.start(timeout, one.milliseconds)
            due.set(timeout.name, clock.now() + one.milliseconds)
          } else {
            timeouts[one.kind](timeout)
            due.delete(timeout.name)
          }
          expect(clock.most).toBeLessThanOrEqual(1)
        }
        pass(60)
        const sorted = (list: [string, number][]) =>
          list.toSorted(([one, oneAt], [other, otherAt]) => oneAt - otherAt || one.localeCompare(other))
        expect(sorted(expired)).toEqual(sorted(expected))
        expect([timeouts.size, clock.pending.size]).toEqual([0, 0])
      }),
    )
  })

  it('cost no timer and no work in the heap while the same one is started and stopped again and again', () => {
    const { clock, timeouts, expired, named } = start()
    let timers = 0
    const { setTimeout } = clock
    clock.setTimeout = (...args) => {
      timers++
      return Reflect.apply(setTimeout, clock, args)
    }
    const one = named('one')
    for (let count = 0; count < 1000; count++) {
      timeouts.start(one, 100)
      timeouts.stop(one)
      clock.increment(1)
    }
    expect(timeouts.size).toBeLessThanOrEqual(1)
    expect(timers).toBeLessThanOrEqual(11)
    timeouts.start(one, 100)
    clock.increment(99)
    expect(expired).toEqual([])
    clock.increment(1)
    expect(expired).toEqual([['one', 1100]])
  })

  it('hold nothing of one that was deleted, whenever its time would have come', () => {
    const { timeouts, named } = start()
    const all = Array.from({ length: 100 }, (_, index) => named(String(index)))
    for (const [index, one] of all.entries()) timeouts.start(one, (index * 37) % 101)
    for (const one of all) timeouts.delete(one)
    for (const one of all) timeouts.delete(one)
    expect(timeouts.size).toBe(0)
  })

  it('leave no timer after clear, and can be used again', () => {
    const { clock, timeouts, expired, named } = start()
    const one = named('one')
    timeouts.start(one, 10)
    timeouts.clear()
    expect([clock.pending.size, timeouts.size]).toEqual([0, 0])
    clock.increment(100)
    timeouts.start(one, 10)
    clock.increment(10)
    expect(expired).toEqual([['one', 110]])
  })

  it('may be started again by what is called when they are over', () => {
    const clock = new CountingClock()
    const timeouts = new Timeouts(clock)
    const calls: number[] = []
    const again: Timeout = new Named('again', () => {
      calls.push(clock.now())
      timeouts.start(again, 5)
    })
    timeouts.start(again, 5)
    for (let passed = 0; passed < 20; passed++) clock.increment(1)
    expect([calls, clock.most]).toEqual([[5, 10, 15, 20], 1])
  })

  it('are all told although what is called for one throws', async () => {
    const errors = allUncaught()
    const { clock, timeouts, expired, named } = start()
    timeouts.start(
      new Named('bad', () => {
        throw new Error('bad')
      }),
      5,
    )
    timeouts.start(named('good'), 5)
    clock.increment(5)
    await new Promise((resolve) => setImmediate(resolve))
    expect(expired).toEqual([['good', 5]])
    expect(errors.map(String)).toEqual(['Error: bad'])
  })

  it('may be longer than a timer of Node can be', () => {
    const asked: number[] = []
    class Asked extends SimulatedClock {
      override setTimeout(callback: () => void, milliseconds: number): number {
        asked.push(milliseconds)
        return super.setTimeout(callback, milliseconds)
      }
    }
    const clock = new Asked()
    const timeouts = new Timeouts(clock)
    let calls = 0
    timeouts.start(new Named('long', () => calls++), 2 ** 31 + 9)
    clock.increment(2 ** 31 - 1)
    expect([calls, asked]).toEqual([0, [2 ** 31 - 1, 10]])
    clock.increment(10)
    expect(calls).toBe(1)
  })

  it('let the event loop poll once more where it was blocked until after their time', async () => {
    const { port1, port2 } = new MessageChannel()
    const timeouts = new Timeouts(realClock)
    const calls: string[] = []
    const saved = new Named('saved', (name) => calls.push(name))
    port2.on('message', () => timeouts.stop(saved))
    timeouts.start(saved, 10)
    await new Promise<void>((resolve) => {
      timeouts.start(
        new Named('lost', (name) => {
          calls.push(name)
          resolve()
        }),
        10,
      )
      port1.postMessage('')
      for (const end = performance.now() + 200; performance.now() < end; );
    })
    port1.close()
    expect(calls).toEqual(['lost'])
  })
})
