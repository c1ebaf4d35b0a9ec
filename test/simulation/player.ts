// A process that plays a share of the seeds, and tells its parent of the first failure.
import { realNow } from './builtins.ts'
import type { Share, Told } from './many.ts'
import { type Schedule, scheduleOf } from './schedule.ts'
import { simulate } from './simulate.ts'

const { first, step, count, time } = JSON.parse(process.argv[2] ?? '') as Share
const tell = (told: Told) => process.send?.(told)

/** So many are told of at once. */
const PORTION = 250

function* schedules(): Generator<Schedule> {
  const end = realNow() + time
  for (let index = 0; index < count && realNow() < end; index++) yield scheduleOf(first + index * step)
}

let played = 0
await simulate(schedules(), ({ schedule: { seed }, violation }) => {
  played++
  if (violation) tell({ seed, oracle: violation.oracle })
  else if (played === PORTION) {
    tell({ played })
    played = 0
  }
  return !violation
})
tell({ played })
