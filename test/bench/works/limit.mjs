// More clients than places.
import { BUSY, interleave, loadServer } from '../measure.mjs'

const CLIENTS = 400
const PLACES = 100
/** Milliseconds. */
const STAY = 20
const BYTES = 8
const WITHOUT_END = 1_000_000_000
const POSSIBLE = (1_000 * PLACES) / STAY

const full = { handler: 'stay', maxConnections: PLACES }

export const limit = {
  name: 'limit',
  title: `${CLIENTS} clients for ${PLACES} places`,
  explanation: `Each client sends FIN ${STAY} ms after the answer, so ${PLACES} places can serve ${POSSIBLE.toLocaleString('en-US')} a second. Clients come again as soon as they are served or hung up on. What the machine makes of it is what a raw server without a limit serves to ${PLACES} clients.`,
  figures: [
    {
      key: 'perSecond',
      title: 'served per second',
      compared: 'ratio',
    },
    {
      key: 'share',
      title: '% of the possible',
      digits: 1,
      brief: `${CLIENTS} clients for ${PLACES} places, served, % of the possible (raw: ${PLACES} clients)`,
    },
    { key: 'hungUp', title: 'hung up on per second' },
    { key: 'most', title: 'most at once' },
    ...BUSY,
  ],
  base: 'net.Server, 100 clients',
  run: (level) =>
    interleave({
      level,
      rounds: level.isQuick ? 1 : 9,
      servers: {
        'net.Server, 100 clients': { module: 'raw', handler: 'stay' },
        'net.Server, maxConnections': { module: 'raw', ...full },
        createSock: { module: 'xstate-tcp', factory: 'createSock', ...full },
        create: { module: 'xstate-tcp', factory: 'create', ...full },
      },
      async sample(server, title) {
        const clients = title.endsWith('100 clients') ? PLACES : CLIENTS
        const milliseconds = 4 * level.milliseconds
        const result = await loadServer(server, 'churn', clients, milliseconds, WITHOUT_END, BYTES, STAY)
        const { most } = await server.ask('places')
        const perSecond = result.count / result.seconds
        return {
          ...result,
          perSecond,
          share: (100 * perSecond) / POSSIBLE,
          hungUp: result.refused / result.seconds,
          most,
        }
      },
    }),
}
