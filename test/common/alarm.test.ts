import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { Alarm } from '../../src/common/alarm.ts'
import { realClock } from '../../src/common/clock.ts'

function alarmOn(clock = new SimulatedClock()) {
  let rings = 0
  const alarm = new Alarm(clock, () => {
    rings++
  })
  return { alarm, clock, rings: () => rings }
}

test('an alarm rings once, at its time, and can be set again', () => {
  const { alarm, clock, rings } = alarmOn()
  alarm.set(100)
  expect(alarm.isSet).toBe(true)
  clock.increment(99)
  expect(rings()).toBe(0)
  clock.increment(1)
  expect([rings(), alarm.isSet]).toEqual([1, false])
  clock.increment(1_000)
  expect(rings()).toBe(1)
  alarm.set(1)
  clock.increment(1)
  expect(rings()).toBe(2)
})

test('a cancelled alarm does not ring, and a later time takes the place of an earlier one', () => {
  const { alarm, clock, rings } = alarmOn()
  alarm.set(10)
  alarm.cancel()
  alarm.cancel()
  clock.increment(10)
  expect([rings(), alarm.isSet]).toEqual([0, false])
  alarm.set(10)
  alarm.set(20)
  clock.increment(10)
  expect(rings()).toBe(0)
  clock.increment(10)
  expect(rings()).toBe(1)
})

test('an alarm that is set while it rings is set', () => {
  const clock = new SimulatedClock()
  const alarm: Alarm = new Alarm(clock, () => alarm.set(5))
  alarm.set(5)
  clock.increment(5)
  expect(alarm.isSet).toBe(true)
})

test.each([true, false])(
  'whether it keeps the process alive is said when it is made: unref is %s',
  (isUnref) => {
    const timers: NodeJS.Timeout[] = []
    const clock = {
      ...realClock,
      setTimeout: (callback: () => void, milliseconds: number) => {
        const timer = realClock.setTimeout(callback, milliseconds) as NodeJS.Timeout
        timers.push(timer)
        return timer
      },
    }
    const alarm = new Alarm(clock, () => {}, { isUnref })
    alarm.set(10_000)
    expect(timers.map((timer) => timer.hasRef())).toEqual([!isUnref])
    alarm.cancel()
  },
)
