// What it takes to turn clients away.
import { holdIdle } from '../load/index.mjs'
import { BUSY, interleave, loadServer } from '../measure.mjs'

const CLIENTS = 32
const WITHOUT_END = 1_000_000_000

const raw = { module: 'raw', handler: 'answer', maxConnections: 1 }

export const drops = {
  name: 'drops',
  title: 'Turning clients away',
  explanation: `${CLIENTS} clients connect, see the end, and come again. \`net.Server\` has \`maxConnections: 1\` and one idle client; ours drops after \`setDropIncomingConnections(true)\`.`,
  figures: [
    {
      key: 'perSecond',
      title: 'drops per second',
      compared: 'ratio',
      brief: 'clients turned away per second',
    },
    { key: 'microseconds', title: 'CPU per drop, µs', digits: 1, compared: 'ratio' },
    ...BUSY,
  ],
  base: 'raw',
  run: (level) =>
    interleave({
      level,
      servers: {
        raw,
        'raw again': raw,
        createSock: { module: 'xstate-tcp', factory: 'createSock', handler: 'answer', dropping: true },
      },
      prepare: ({ port }, title) => (title === 'createSock' ? undefined : holdIdle(port, 1)),
      async sample(server) {
        const result = await loadServer(server, 'churn', CLIENTS, level.milliseconds, WITHOUT_END, 0)
        return {
          ...result,
          perSecond: result.count / result.seconds,
          microseconds: (1e6 * result.serverCpu) / result.count,
        }
      },
    }),
}
