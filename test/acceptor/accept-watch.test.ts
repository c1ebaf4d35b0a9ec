import { expect, it, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { monotonicNow } from '../../src/common/timers.ts'
import { isSomebodyWaiting } from '../../src/os/accept-queue.ts'
import { timeAsleep, turnsOfLoop } from '../../src/os/event-loop.ts'
import { listenOn } from '../support/acceptor.ts'
import { loopback } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

vi.mock('../../src/common/timers.ts', async (original) => {
  const timers = await original<typeof import('../../src/common/timers.ts')>()
  return { ...timers, monotonicNow: vi.fn(timers.monotonicNow) }
})
vi.mock('../../src/os/event-loop.ts', () => ({ timeAsleep: vi.fn(() => 0), turnsOfLoop: vi.fn(() => 0) }))
vi.mock('../../src/os/accept-queue.ts', async (original) => {
  const queue = await original<typeof import('../../src/os/accept-queue.ts')>()
  return { ...queue, isSomebodyWaiting: vi.fn(queue.isSomebodyWaiting) }
})

const SECOND = 1_000

it.each([
  { loop: 'is woken in vain again and again', turned: 20_000, asleep: 0.6 * SECOND, isAsked: true },
  { loop: 'is busy, and nobody comes', turned: 500, asleep: 0.2 * SECOND, isAsked: true },
  { loop: 'sleeps between many timers', turned: 500, asleep: 0.98 * SECOND, isAsked: false },
  { loop: 'hardly turns', turned: 10, asleep: 0, isAsked: false },
])('without koffi, who waits is looked up if the loop $loop: $isAsked', async (loop) => {
  const clock = new SimulatedClock()
  let [now, turned, asleep] = [0, 0, 0]
  vi.mocked(monotonicNow).mockImplementation(() => now)
  vi.mocked(turnsOfLoop).mockImplementation(() => turned)
  vi.mocked(timeAsleep).mockImplementation(() => asleep)
  await listenOn(loopback, { clock, libc: undefined })
  vi.mocked(isSomebodyWaiting).mockClear()
  for (let second = 1; second <= 3; second++) {
    now += SECOND
    turned += loop.turned
    asleep += loop.asleep
    clock.increment(SECOND)
    await turns(3)
    expect(vi.mocked(isSomebodyWaiting).mock.calls.length > 0).toBe(loop.isAsked)
  }
})
