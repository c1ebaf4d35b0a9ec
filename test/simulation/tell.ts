// Tells of a schedule that breaks a promise: the seed, the fewest steps, what was broken.
import { type Schedule, type Step, scheduleOf } from './schedule.ts'
import { shrink, violationOf } from './shrink.ts'

/** Plays the schedule of the seed again; '' if it breaks no promise. */
export async function tellFailure(seed: number): Promise<string> {
  const schedule = scheduleOf(seed)
  const violation = await violationOf(schedule)
  if (!violation) return ''
  const smallest = await shrink(schedule, violation.oracle)
  const last = await violationOf(smallest)
  return [
    '',
    `Broken: ${last?.message ?? violation.message}`,
    `Repeat: npm run simulate -- --seed ${seed}`,
    `The fewest of its ${schedule.steps.length} steps that break it:`,
    ...describe(smallest),
    '',
    '',
  ].join('\n')
}

function describe({ settings, steps, numClients }: Schedule): string[] {
  const given = Object.entries(settings).map(([name, value]) => `${name}: ${value}`)
  return [
    `  a server with ${given.join(', ')}; ${numClients} clients`,
    ...steps.map(describeStep),
    '  and then the end',
  ]
}

function describeStep({ do: what, ...details }: Step): string {
  const told = Object.entries(details).map(([name, value]) => `${name} ${value}`)
  return `  ${[what, ...told].join(', ')}`
}
