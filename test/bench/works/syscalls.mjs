// The system calls of a short connection, counted. Time depends on the machine, and this does not.
import { load } from '../load/index.mjs'
import { untilAsleep, visitAlone, visitFull, visitInBursts } from '../load/lockstep.mjs'
import { interleave } from '../measure.mjs'
import { countCalls, hasStrace } from '../strace.mjs'
import { markdownTable } from '../table.mjs'
import { OURS, RAW, withWork } from './servers.mjs'

const BYTES = 8
/** A client's patience, in milliseconds: the count ends it. */
const FOR_EVER = 3_600_000
const MANY = 32
/** What is less than this is not in the table, which has two digits. */
const SHOWN = 0.005

/** Short connections as fast as they go. */
async function visitFreely({ pid, port }, clients, count) {
  await load('churn', port, clients, FOR_EVER, count, BYTES)
  untilAsleep(pid)
}

/**
 * @typedef {object} Load
 * @property {string} title
 * @property {number} clients
 * @property {number} visits
 * @property {(server: object, clients: number, count: number) => Promise<unknown>} visit
 * @property {boolean} [isTold] by kind of call
 */

/** One connection is like the other. */
const FEW = 5 * MANY
/** What is done for many connections together is shared out. */
const ENOUGH = 64 * MANY

/** @type {Load[]} */
const IN_STEP = [
  { title: '1, never waits', clients: 1, visits: FEW, visit: visitAlone, isTold: true },
  { title: `${MANY}, never wait`, clients: MANY, visits: FEW, visit: visitAlone },
  { title: '1, always waits', clients: 1, visits: FEW, visit: visitInBursts },
  { title: `${MANY}, always wait`, clients: MANY, visits: ENOUGH, visit: visitInBursts, isTold: true },
]
/** @type {Load[]} */
const FREE = [
  { title: '1, free', clients: 1, visits: FEW, visit: visitFreely },
  { title: `${MANY}, free`, clients: MANY, visits: ENOUGH, visit: visitFreely, isTold: true },
]
/** @type {Load[]} */
const FULL = [{ title: '2 for 1 place', clients: 1, visits: FEW, visit: visitFull, isTold: true }]

/** What the engine does at times of its own: asks for memory, and waits for its other threads. */
const OF_THE_ENGINE = /^(brk|futex|getpid|m(advise|map|protect|remap)|membarrier|munmap|sched_yield)$/

/** Per connection, by name. */
function perConnection(counts, count) {
  const calls = {}
  for (const [name, { calls: made, errors }] of counts) {
    if (OF_THE_ENGINE.test(name)) continue
    calls[name] = made / count
    if (name === 'accept4' && errors > 0) calls['accept4, in vain'] = errors / count
  }
  return calls
}

const isPartOfAnother = (name) => name.includes(',')

const total = (calls) =>
  Object.entries(calls).reduce((sum, [name, made]) => (isPartOfAnother(name) ? sum : sum + made), 0)

const isTold = (title) => [...IN_STEP, ...FREE, ...FULL].some((load) => load.isTold && load.title === title)

/** The kinds of calls, of raw and of ours side by side, under some of the loads. */
export function callsToMarkdown(results) {
  const columns = results.flatMap(({ figures, rows }) =>
    figures
      .filter(({ title }) => isTold(title))
      .flatMap(({ title: load }) =>
        rows
          .filter(({ title }) => title !== 'raw again')
          .map(({ title, samples }) => ({
            load,
            title,
            samples: samples.map(({ calls }) => calls[load]),
          })),
      ),
  )
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const all = columns.map(({ samples }) => mean(samples.map(total)))
  // Raw is the first one under each load.
  const raw = columns.map(({ load }) => all[columns.findIndex((column) => column.load === load)])
  const names = new Set(columns.flatMap(({ samples }) => samples.flatMap(Object.keys)))
  const kinds = [...names]
    .toSorted()
    .map((name) => [name, ...columns.map(({ samples }) => mean(samples.map((calls) => calls[name] ?? 0)))])
    .filter(([, ...means]) => Math.max(...means) >= SHOWN)
    .map(([name, ...means]) => [name, ...means.map((value) => (value < SHOWN ? '' : value.toFixed(2)))])
  return markdownTable([
    ['calls per connection', ...columns.map(({ load, title }) => `${load}: ${title}`)],
    ['all', ...all.map((value) => value.toFixed(2))],
    ['all, × raw', ...all.map((value, index) => (value / raw[index]).toFixed(2))],
    ...kinds,
  ])
}

function workOf({ name, title, explanation, loads, servers }) {
  return {
    name,
    title,
    explanation,
    figures: loads.map((load) => ({
      key: load.title,
      title: load.title,
      digits: 2,
      compared: 'ratio',
      brief: `system calls of a short connection; clients: ${load.title}`,
    })),
    base: 'raw',
    /** Why it cannot be run here. */
    missing: () => (hasStrace() ? undefined : 'strace is missing, or may not be used'),
    details: (result) => callsToMarkdown([result]),
    async run(level) {
      return interleave({
        level,
        // They hardly differ.
        rounds: 1,
        servers: withWork(servers, { handler: 'answer' }),
        // What is done once: code that is loaded when it is first needed, the first buffers.
        async warmUp(server) {
          for (const { visit, clients } of loads) await visit(server, clients, 2 * MANY)
        },
        async sample(server) {
          const sample = { calls: {} }
          for (const { title, clients, visits, visit } of loads) {
            const counts = await countCalls(server.pid, () => visit(server, clients, visits))
            sample.calls[title] = perConnection(counts, visits)
            sample[title] = total(sample.calls[title])
          }
          return sample
        },
      })
    },
  }
}

const limited = Object.fromEntries(
  Object.entries(OURS).map(([title, server]) => [title, { ...server, maxConnections: 1 }]),
)

export const syscallWorks = [
  workOf({
    name: 'syscalls-in-step',
    title: 'System calls of a short connection',
    explanation:
      'Of the thread of the event loop, by strace, without those of the engine for its memory and threads. "Never wait": the clients act one at a time, and only while the server sleeps. "Always wait": the server is kept from running until all clients have connected and sent, and again until all have gone. So the turns of the event loop are the same, whatever else the machine does.',
    loads: IN_STEP,
    servers: { ...RAW, ...OURS },
  }),
  workOf({
    name: 'syscalls-free',
    title: 'System calls of a short connection, as the clients like',
    explanation:
      'They come again and again, as fast as they can. How many turns of the event loop that takes, and so how many calls of epoll_pwait, depends on the machine.',
    loads: FREE,
    servers: { ...RAW, ...OURS },
  }),
  workOf({
    name: 'syscalls-full',
    title: 'System calls of a short connection at the limit',
    explanation:
      'There is one place, and a second client waits for it in the queue of the kernel: each connection fills the server, and each that ends makes room for the next. The clients act one at a time, and only while the server sleeps. A raw server cannot do that: it has no limit here, and serves the same clients as they come.',
    loads: FULL,
    servers: { ...RAW, ...limited },
  }),
]
