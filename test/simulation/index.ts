// npm run simulate -- [--seed N] [--schedules N] [--seconds N] [--jobs N]
//
// Plays schedules of seeds in a row. With `--seed` alone, that of one seed: what a failure has
// printed is repeated so. Ends with 1 where a promise was broken.
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { playMany, type Share } from './many.ts'
import { unsupported } from './supported.ts'
import { tellFailure } from './tell.ts'

if (unsupported) {
  process.stderr.write(`${unsupported}\n`)
  process.exit(2)
}

const MAX_SEED = 2 ** 31

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string' },
    seconds: { type: 'string' },
    jobs: { type: 'string' },
  },
})

/** A whole number that was given, or what stands for it. */
function numberOf(name: keyof typeof values, otherwise: number, min: number): number {
  const text = values[name]
  if (text === undefined) return otherwise
  const number = Number(text)
  if (Number.isInteger(number) && number >= min && number < MAX_SEED) return number
  process.stderr.write(`--${name} must be a whole number from ${min} to ${MAX_SEED - 1}, but it is ${text}\n`)
  process.exit(2)
}

const isOne = values.seed !== undefined && values.schedules === undefined && values.seconds === undefined
const seed = numberOf('seed', randomInt(MAX_SEED / 2), 0)
const schedules = numberOf('schedules', isOne ? 1 : Infinity, 1)
const seconds = numberOf('seconds', schedules < Infinity ? Infinity : 60, 1)
const jobs = Math.min(schedules, numberOf('jobs', availableParallelism(), 1))

const shares = Array.from({ length: jobs }, (_, index): Share => {
  const count = Math.ceil((schedules - index) / jobs)
  // JSON knows no Infinity.
  return {
    first: seed + index,
    step: jobs,
    count: Math.min(count, MAX_SEED),
    time: Math.min(1_000 * seconds, MAX_SEED),
  }
})
const start = performance.now()
const { played, failure } = await playMany(shares)
const took = (performance.now() - start) / 1_000
const perMinute = Math.round((60 * played) / took).toLocaleString('en')
process.stdout.write(
  `${played} schedules from seed ${seed} on, in ${took.toFixed(1)} s: ${perMinute} a minute\n`,
)
if (failure) {
  process.stdout.write(await tellFailure(failure.seed))
  process.exitCode = 1
}
