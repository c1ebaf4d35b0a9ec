import { readFileSync } from 'node:fs'
import { test as anywhere, expect } from 'vitest'
import { listenerMachine } from '../../machines/index.ts'
import { dotted } from '../../src/common/state.ts'
import { mends } from './mends.ts'
import { FIRST_WITH_RATE, NUM_HANDLERS, type Schedule, scheduleOf } from './schedule.ts'
import { shrink, violationOf } from './shrink.ts'
import { simulate } from './simulate.ts'
import type { Simulation } from './simulation.ts'
import { unsupported } from './supported.ts'
import type { Library } from './world/serve.ts'

const SEEDS = 510
const SEEDS_WITH_RATE = 150

const test = anywhere.skipIf(unsupported !== undefined)

function schedulesOf(first: number, count: number): Schedule[] {
  return Array.from({ length: count }, (_, index) => scheduleOf(first + index))
}

/** The innermost states of a chart, by name. */
function leavesOf({ path, states }: typeof listenerMachine.root): string[] {
  const inner = Object.values(states)
  return inner.length === 0 ? [path.join('.')] : inner.flatMap((state) => leavesOf(state))
}

/** What has happened, as far as one can see it. */
function traceOf({ system, started, peers, outages, violation }: Simulation): unknown {
  return {
    turns: system.loop.count,
    now: system.time.now,
    visits: started.map(({ id, read, written, endedAt }) => ({ id, read, written, endedAt })),
    peers: peers.map(({ received, end }) => ({ received: received.toString('latin1'), end })),
    outages,
    violation: violation?.message,
  }
}

test(`the promises are kept in the schedules of ${SEEDS + SEEDS_WITH_RATE} seeds, which come to every state and handler`, async () => {
  const broken: string[] = []
  const states = new Set<string>()
  const kinds = new Set<string>()
  const schedules = [...schedulesOf(1, SEEDS), ...schedulesOf(FIRST_WITH_RATE, SEEDS_WITH_RATE)]
  await simulate(schedules, ({ schedule, violation, states: seen, started }) => {
    if (violation) broken.push(`npm run simulate -- --seed ${schedule.seed}: ${violation.message}`)
    for (const state of seen) states.add(dotted(state))
    for (const { kind } of started) kinds.add(`${schedule.settings.factory} ${kind}`)
    return true
  })
  expect(broken).toEqual([])
  // It is not looked at within a turn.
  const lasting = leavesOf(listenerMachine.root).filter((state) => !/opening|binding/.test(state))
  expect(lasting.filter((state) => !states.has(state))).toEqual([])
  expect(kinds.size).toBe(NUM_HANDLERS.create + NUM_HANDLERS.createSock)
})

test('a seed repeats its schedule, whatever was played before', async () => {
  const play = async (schedules: Schedule[]) => {
    const traces = new Map<number, unknown>()
    await simulate(schedules, (simulation) => {
      traces.set(simulation.schedule.seed, traceOf(simulation))
      return true
    })
    return traces
  }
  const schedules = schedulesOf(1_000, 50)
  const forwards = await play(schedules)
  const backwards = await play(schedules.toReversed())
  for (const [seed, trace] of forwards) expect(backwards.get(seed), `seed ${seed}`).toEqual(trace)
})

/** Serves one client more than it should. */
function offByOne({ Server, ...errors }: Library): Library {
  const more = <Options extends { maxConnections?: number }>(options: Options) => ({
    ...options,
    maxConnections: (options.maxConnections ?? 1) + 1,
  })
  return {
    ...errors,
    Server: {
      create: (where, handler, options = {}) => Server.create(where, handler, more(options)),
      createSock: (where, handler, options = {}) => Server.createSock(where, handler, more(options)),
    },
  }
}

test('a limit that is off by one is found, and shrunk to the clients that it takes', async () => {
  let broken: Schedule | undefined
  await simulate(
    schedulesOf(1, SEEDS),
    ({ schedule, violation }) => {
      if (violation?.oracle === 'the limit is kept') broken = schedule
      return broken === undefined
    },
    offByOne,
  )
  expect(broken).toBeDefined()
  if (!broken) return
  const smallest = await shrink(broken, 'the limit is kept', offByOne)
  const { maxConnections } = smallest.settings
  expect(smallest.steps.map((step) => step.do)).toEqual(Array(maxConnections + 1).fill('call'))
  expect((await violationOf(smallest, offByOne))?.message).toMatch(/the limit is kept/)
  expect(await violationOf(smallest)).toBeUndefined()
})

test('the README lists each mend with what finds it', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ')
  const rows = mends.map(({ name, oracle, seed }) => `| ${name} | ${oracle} | ${seed.toLocaleString('en')} |`)
  expect(rows.filter((row) => !readme.includes(row))).toEqual([])
})
