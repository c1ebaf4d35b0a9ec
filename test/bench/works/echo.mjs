// Messages there and back.
import { BUSY, interleave, loadServer } from '../measure.mjs'
import { EFFECT, OURS, RAW, withWork } from './servers.mjs'

const CLIENTS = 50

const format = (number) => number.toLocaleString('en-US')

/**
 * As many as an application may have. V8 marks the heap of a process by what it holds and by the
 * bytes of its buffers, and not at all below 8 MB of old objects: that is a raw server and nothing
 * else.
 */
const OBJECTS = 200_000

const ofSize = (bytes, objects = 0) => ({
  name: `echo-${bytes}${objects > 0 ? '-application' : ''}`,
  title: `Echo of ${format(bytes)} bytes${objects > 0 ? `, in processes that hold ${format(objects)} objects` : ''}`,
  explanation: `${CLIENTS} clients send a message, wait for all of it to come back, and send the next.`,
  figures: [
    {
      key: 'perSecond',
      title: 'messages per second',
      compared: 'ratio',
      brief: `echo of ${format(bytes)} B${objects > 0 ? ' by an application' : ''}, messages per second`,
    },
    { key: 'microseconds', title: 'CPU per message, µs', digits: 2, compared: 'ratio' },
    ...BUSY,
  ],
  base: 'raw',
  hasEffect: true,
  run: (level) =>
    interleave({
      level,
      servers: withWork({ ...RAW, ...OURS, ...level.installed(EFFECT) }, { handler: 'echo', objects }),
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

export const echoWorks = [ofSize(64), ofSize(16_384), ofSize(16_384, OBJECTS)]
