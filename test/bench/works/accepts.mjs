// What `maxAcceptsPerBatch` buys in a storm, and what it costs at other times.
import { interleave } from '../measure.mjs'
import { churn } from './churn.mjs'
import { STORM_FIGURES, storm } from './storm.mjs'

const MOST = [1, 4, 16, 64, 256]

const server = (maxAcceptsPerBatch) => ({
  module: 'xstate-tcp',
  factory: 'createSock',
  maxAcceptsPerBatch,
  handler: 'echoOrAnswer',
})

export const accepts = {
  name: 'accepts',
  isLong: true,
  title: '`maxAcceptsPerBatch`',
  explanation:
    'The storm with `createSock` and other limits; descriptors that the process has open after it, which the load lets go again; and the cost of short connections from 32 clients.',
  figures: [
    ...STORM_FIGURES.map(({ brief, ...figure }) => figure),
    { key: 'descriptors', title: 'descriptors above those at rest' },
    { key: 'microseconds', title: 'CPU per short connection, µs', digits: 1, compared: 'ratio' },
  ],
  base: '1',
  run: (level) =>
    interleave({
      level,
      rounds: Math.min(level.rounds, 7),
      servers: Object.fromEntries(MOST.map((most) => [String(most), server(most)])),
      async warmUp(server) {
        await churn(server, level.warmUp)
      },
      async sample(server) {
        const { microseconds } = await churn(server, level.milliseconds)
        const atRest = await server.ask('descriptors')
        const result = await storm(server)
        return { ...result, microseconds, descriptors: (await server.ask('descriptors')) - atRest }
      },
    }),
}
