// Finds the fewest steps that still break the same promise.
import type { Schedule, Settings, Step } from './schedule.ts'
import { simulate } from './simulate.ts'
import type { Simulation } from './simulation.ts'
import type { Violation } from './violation.ts'

type Change = Parameters<typeof simulate>[2]

/** What comes of a schedule. */
export async function violationOf(schedule: Schedule, change?: Change): Promise<Violation | undefined> {
  let violation: Violation | undefined
  const onPlayed = (simulation: Simulation) => {
    violation = simulation.violation
    return false
  }
  await simulate([schedule], onPlayed, change)
  return violation
}

/** Settings in which little can happen, each tried in the place of the schedule's own. */
const PLAIN: Partial<Settings> = {
  hasClock: true,
  callbackTime: 0,
  maxAcceptsPerBatch: 1,
  backlog: 511,
  pauseStrategy: 'hold',
  perSecond: Infinity,
  policy: 'ignore',
  isDropping: false,
  allowHalfOpen: true,
  flushTimeout: 30_000,
  lingerTimeout: 2_000,
  bufferAgeLimit: Infinity,
  readerBufferSize: 65_536,
  writerBufferSize: 65_536,
  serverSends: 4_096,
  serverReceives: 4_096,
  clientReceives: 4_096,
  answer: 10,
}

/** The schedule must break the promise `oracle`; so does what comes of it. */
export async function shrink(schedule: Schedule, oracle: string, change?: Change): Promise<Schedule> {
  let smallest = schedule
  const isSmaller = async (candidate: Schedule): Promise<boolean> => {
    if ((await violationOf(candidate, change))?.oracle !== oracle) return false
    smallest = candidate
    return true
  }
  for (let before = Infinity; smallest.steps.length < before; ) {
    before = smallest.steps.length
    for (let size = Math.ceil(before / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = smallest.steps.length - size; at >= 0; at -= size) {
        await isSmaller({ ...smallest, steps: without(smallest.steps, at, size) })
      }
    }
  }
  for (const [name, value] of Object.entries(PLAIN)) {
    await isSmaller({ ...smallest, settings: { ...smallest.settings, [name]: value } })
  }
  return smallest
}

function without(steps: readonly Step[], at: number, size: number): Step[] {
  return [...steps.slice(0, at), ...steps.slice(at + size)]
}
