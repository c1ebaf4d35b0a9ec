import { describe, expect, it, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type Clock, nowOf, realClock, unrefTimer } from '../../src/common/clock.ts'

describe('nowOf', () => {
  it('asks the clock', () => {
    const clock = new SimulatedClock()
    clock.increment(5)
    expect(nowOf(clock)).toBe(5)
    clock.increment(5)
    expect(nowOf(clock)).toBe(10)
  })

  it('is real time where the clock has none', () => {
    const before = performance.now()
    const now = nowOf({ setTimeout: () => 0, clearTimeout: () => {} })
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(performance.now())
  })
})

describe('the real clock', () => {
  it('never goes back', () => {
    const first = nowOf(realClock)
    expect(nowOf(realClock)).toBeGreaterThanOrEqual(first)
  })

  it('goes on, and calls back, where timers and the time are mocked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
    const start = nowOf(realClock)
    await new Promise<void>((resolve) => realClock.setTimeout(resolve, 2))
    expect(nowOf(realClock)).toBeGreaterThan(start)
    expect(nowOf({ setTimeout: () => 0, clearTimeout: () => {} })).toBeGreaterThan(start)
    vi.useRealTimers()
  })

  it('calls back', async () => {
    await new Promise<void>((resolve) => realClock.setTimeout(resolve, 1))
  })

  it('does not call back once the timer is cleared', async () => {
    const callback = vi.fn()
    realClock.clearTimeout(realClock.setTimeout(callback, 1))
    await new Promise<void>((resolve) => realClock.setTimeout(resolve, 2))
    expect(callback).not.toHaveBeenCalled()
  })
})

describe('unrefTimer', () => {
  it('lets a timer of Node no longer keep the process alive', () => {
    const timer = realClock.setTimeout(() => {}, 1000) as NodeJS.Timeout
    unrefTimer(timer)
    expect(timer.hasRef()).toBe(false)
    realClock.clearTimeout(timer)
  })

  it('leaves the timers of other clocks alone', () => {
    const clock: Clock = new SimulatedClock()
    unrefTimer(clock.setTimeout(() => {}, 1))
    unrefTimer(undefined)
    unrefTimer({})
  })
})
