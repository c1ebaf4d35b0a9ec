import { expect, test } from 'vitest'
import { AgeSweep } from '../../src/connection/age-sweep.ts'
import type { TimedConnection } from '../../src/connection/timed-connection.ts'
import { CountingClock } from '../support/counting-clock.ts'

const ATMOST = 64_000

function connections(clock: CountingClock, count: number) {
  const live: (TimedConnection & { slot: number; toldAt: number[]; isTimed: boolean })[] = []
  for (let slot = 0; slot < count; slot++) {
    live.push({
      slot,
      address: { family: 'unix', path: '' },
      traffic: 0,
      isPeersTurn: true,
      isTimed: true,
      isRunning: true,
      toldAt: [],
      ageReached() {
        if (this.isTimed) this.toldAt.push(clock.now())
        return this.isTimed
      },
      deadlineReached: () => {},
    })
  }
  return live
}

test('each is told once, at its age and by one timer, or up to a sixty-fourth later', () => {
  const clock = new CountingClock()
  const live = connections(clock, 100)
  let share = 0
  const sweep = new AgeSweep(clock, { atMost: ATMOST, jitter: 0.5 }, live, () => share)
  const dues = live.map((one, index) => {
    clock.increment(index % 7)
    // The first is the last to be due.
    share = 1 - index / 100
    sweep.add(one)
    return clock.now() + ATMOST * (0.5 + share)
  })
  for (let count = 0; count < 2 * ATMOST; count += 100) clock.increment(100)
  live.forEach(({ toldAt }, index) => {
    expect(toldAt).toHaveLength(1)
    const late = (toldAt[0] ?? 0) - (dues[index] ?? 0)
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThanOrEqual(ATMOST / 64 + 101)
  })
  expect(clock.most).toBe(1)
  expect(clock.pending.size).toBe(0)
})

test('one alone is told at its age exactly, one that is busy is asked again, and one that has gone is not', () => {
  const clock = new CountingClock()
  const live = connections(clock, 1)
  const sweep = new AgeSweep(clock, { atMost: ATMOST, jitter: 0 }, live)
  const [one] = live as [(typeof live)[0]]
  one.isTimed = false
  sweep.add(one)
  clock.increment(ATMOST)
  one.isTimed = true
  clock.increment(ATMOST / 64)
  expect(one.toldAt).toEqual([ATMOST + ATMOST / 64])
  sweep.add(one)
  clock.increment(ATMOST - 1)
  expect(one.toldAt).toHaveLength(1)
  clock.increment(1)
  expect(one.toldAt).toHaveLength(2)
  sweep.add(one)
  live.pop()
  sweep.move(0, 0)
  clock.increment(2 * ATMOST)
  expect(one.toldAt).toHaveLength(2)
  expect(clock.pending.size).toBe(0)
})
