// Messages there and back.
import { BUSY, interleave, loadServer } from '../measure.mjs'
import { EFFECT, OURS, RAW, withWork } from './servers.mjs'

const CLIENTS = 50

const ofSize = (bytes) => ({
  name: `echo-${bytes}`,
  title: `Echo of ${bytes.toLocaleString('en-US')} bytes`,
  explanation: `${CLIENTS} clients send a message, wait for all of it to come back, and send the next.`,
  figures: [
    {
      key: 'perSecond',
      title: 'messages per second',
      compared: 'ratio',
      brief: `echo of ${bytes.toLocaleString('en-US')} B, messages per second`,
    },
    { key: 'microseconds', title: 'CPU per message, µs', digits: 2, compared: 'ratio' },
    ...BUSY,
  ],
  base: 'raw',
  hasEffect: true,
  run: (level) =>
    interleave({
      level,
      servers: withWork({ ...RAW, ...OURS, ...level.installed(EFFECT) }, { handler: 'echo' }),
      async sample(server) {
        const result = await loadServer(server, 'echo', CLIENTS, level.milliseconds, bytes)
        return {
          ...result,
          perSecond: result.count / result.seconds,
          microseconds: (1e6 * result.serverCpu) / result.count,
        }
      },
    }),
})

export const echoWorks = [64, 16_384].map(ofSize)
