import { describe, expect, it } from 'vitest'
import { SimulatedClock } from 'xstate'
import { AcceptRate, requireAcceptRate } from '../../src/admission/accept-rate.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

function rateOf(limit: { perSecond: number; burst: number }) {
  const clock = new SimulatedClock()
  return { clock, rate: new AcceptRate(limit, clock) }
}

describe('maxAcceptRate', () => {
  it('is a number per second, or an object; the burst is what comes in a second', () => {
    expect(requireAcceptRate('rate', 100)).toEqual({ perSecond: 100, burst: 100 })
    expect(requireAcceptRate('rate', { perSecond: 0.5 })).toEqual({ perSecond: 0.5, burst: 1 })
    expect(requireAcceptRate('rate', { perSecond: 10, burst: 3 })).toEqual({ perSecond: 10, burst: 3 })
  })

  it('names the field that is wrong', () => {
    expectInvalid(() => requireAcceptRate('rate', {}), 'rate.perSecond', undefined)
    expectOutOfRange(() => requireAcceptRate('rate', 0), 'rate', 0)
    expectOutOfRange(() => requireAcceptRate('rate', { perSecond: 2e6 }), 'rate.perSecond', 2e6)
    expectOutOfRange(() => requireAcceptRate('rate', { perSecond: 1, burst: 0 }), 'rate.burst', 0)
    expect(() => requireAcceptRate('rate', { perSecond: 1, bursts: 1 })).toThrow(/did you mean burst/)
  })
})

describe('the rate', () => {
  it('lets a burst in, then one after the other', () => {
    const { clock, rate } = rateOf({ perSecond: 10, burst: 3 })
    expect([rate.take(), rate.take(), rate.take()]).toEqual([false, false, true])
    expect([rate.available, rate.timeUntil('one'), rate.timeUntil('all')]).toEqual([0, 100, 300])
    clock.increment(99)
    expect(rate.available).toBe(0)
    clock.increment(1)
    expect([rate.available, rate.take()]).toEqual([1, true])
  })

  it('never lets more than a burst in at once, however long nobody came', () => {
    const { clock, rate } = rateOf({ perSecond: 10, burst: 3 })
    clock.increment(1_000_000)
    expect(rate.available).toBe(3)
    expect([rate.take(), rate.take(), rate.take()]).toEqual([false, false, true])
  })

  it('waits longer after one that had been accepted already', () => {
    const { rate } = rateOf({ perSecond: 10, burst: 1 })
    expect([rate.take(), rate.take()]).toEqual([true, true])
    expect([rate.available, rate.timeUntil('one')]).toEqual([0, 200])
  })

  it('is kept by timers that are late, as long as they are not late by a whole turn', () => {
    const { clock, rate } = rateOf({ perSecond: 100, burst: 1 })
    let served = 0
    for (let now = 0; now < 10_000; ) {
      if (rate.available > 0) {
        served++
        rate.take()
      }
      const wait = rate.timeUntil('one') + 3
      clock.increment(wait)
      now += wait
    }
    expect(served).toBeGreaterThanOrEqual(995)
    expect(served).toBeLessThanOrEqual(1_001)
  })

  it('is bounded in every span of time by the burst and what the span brings', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const { clock, rate } = rateOf({ perSecond: 50, burst: 5 })
    const times: number[] = []
    for (let step = 0; step < 5_000; step++) {
      clock.increment(Math.floor(random() * 60))
      for (let wanted = Math.floor(random() * 4); wanted > 0 && rate.available > 0; wanted--) {
        rate.take()
        times.push(clock.now())
      }
    }
    let most = -Infinity
    for (let from = 0; from < times.length; from++) {
      for (let to = from; to < Math.min(times.length, from + 200); to++) {
        const span = ((times[to] as number) - (times[from] as number)) / 1_000
        most = Math.max(most, to - from + 1 - (5 + 50 * span))
      }
    }
    expect(most).toBeLessThan(1)
  })
})
