import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { Told } from '../../src/listener/told.ts'

test('with a minimum time between, a thing is told again that long after it was told', () => {
  const clock = new SimulatedClock()
  const told = new Told(clock)
  const isDue = () => told.isDue('limit', { minTimeBetween: 60 })
  expect([isDue(), isDue()]).toEqual([true, false])
  clock.increment(59)
  expect(isDue()).toBe(false)
  clock.increment(1)
  expect([isDue(), isDue()]).toEqual([true, false])
})

test('with a minimum quiet time, a thing that is seen again and again is told once', () => {
  const clock = new SimulatedClock()
  const told = new Told(clock)
  const isDue = () => told.isDue('exhaustion', { minQuietTime: 10 })
  expect(isDue()).toBe(true)
  for (let i = 0; i < 5; i++) {
    clock.increment(9)
    expect(isDue()).toBe(false)
  }
  clock.increment(10)
  expect(isDue()).toBe(true)
})

test('what is told of one thing says nothing of another', () => {
  const told = new Told(new SimulatedClock())
  expect(told.isDue('limit', { minTimeBetween: 60 })).toBe(true)
  expect(told.isDue('exhaustion', { minQuietTime: 60 })).toBe(true)
})
