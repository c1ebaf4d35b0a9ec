// What a short connection costs the server: connect, some bytes, an answer, the end. Alone, and
// beside idle ones.
import { once } from 'node:events'
import { get } from 'node:http'
import { holdIdle } from '../load/index.mjs'
import { BUSY, interleave, loadServer } from '../measure.mjs'
import { EFFECT, NAIVE, OURS, RAW, RAW_WITH_HANDLER, withWork } from './servers.mjs'

const CLIENTS = 32
const BYTES = 8
const WITHOUT_END = 1_000_000_000

/** Short connections for so long, from 32 clients; 8 bytes each. */
export async function churn(server, milliseconds, count = WITHOUT_END) {
  const result = await loadServer(server, 'churn', CLIENTS, milliseconds, count, BYTES)
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.count} connections got no answer.`)
  return { ...result, microseconds: (1e6 * result.serverCpu) / result.count }
}

export const CHURN_FIGURES = [
  { key: 'microseconds', title: 'CPU per connection, µs', digits: 1, compared: 'ratio' },
  ...BUSY,
]

const besideIdle = (idle) => ({
  hasEffect: true,
  isLong: idle === 10_000,
  name: `churn-${idle}`,
  title: `Short connections beside ${idle.toLocaleString('en-US')} idle ones`,
  explanation: `${CLIENTS} clients connect, send ${BYTES} bytes, get one, see the server close, and come again. CPU time of the server's process, all threads. "Raw, address and promise" asks for the address of each peer, and waits for a promise that its handler returns: what every server does that gives a handler these.`,
  figures: [
    {
      ...CHURN_FIGURES[0],
      brief: `CPU of a short connection, µs; ${idle.toLocaleString('en-US')} idle`,
    },
    ...BUSY,
  ],
  base: 'raw',
  async run(level) {
    const isMany = idle >= 10_000
    // The naive server takes a minute to let 10,000 in.
    const naive = !isMany && !level.isQuick ? NAIVE : {}
    return interleave({
      level,
      rounds: isMany ? Math.ceil(level.rounds / 2) : level.rounds,
      servers: withWork(
        { ...RAW, ...RAW_WITH_HANDLER, ...OURS, ...level.installed(EFFECT), ...naive },
        { handler: 'answer' },
      ),
      prepare: ({ port }) => holdIdle(port, level.connections(idle)),
      // A collection of a large heap takes long and comes seldom; each round is to have its share
      // of it.
      sample: (server) => churn(server, (isMany ? 4 : 1) * level.milliseconds),
    })
  },
})

export const churnWorks = [0, 1_000, 10_000].map(besideIdle)

/** Looks at an inspector's page, as a browser would. */
async function look(page) {
  const request = get(`${page}events`)
  const [response] = await once(request, 'response')
  response.resume()
  return async () => void request.destroy()
}

const inspected = (how) => ({ ...OURS.createSock, inspected: how })

export const inspector = {
  name: 'inspector',
  title: 'Short connections with an inspector',
  explanation:
    'As above with none idle; compared with `createSock` without an inspector. One ignores everything; the other is `xstate-tcp/inspector` with its page open.',
  figures: CHURN_FIGURES,
  base: 'createSock',
  run: (level) =>
    interleave({
      level,
      servers: withWork(
        {
          createSock: OURS.createSock,
          'createSock again': OURS.createSock,
          ignored: inspected('ignored'),
          'on a page': inspected('shown'),
        },
        { handler: 'answer' },
      ),
      prepare: ({ page }) => page && look(page),
      sample: (server) => churn(server, level.milliseconds),
    }),
}
