// What connections hold of memory while they are idle, and what is left of them when they are gone.
import { holdIdle } from '../load/index.mjs'
import { interleave } from '../measure.mjs'
import { churn } from './churn.mjs'
import { EFFECT, NAIVE, OURS, RAW, withWork } from './servers.mjs'

const IDLE = 2_000
const IDLE_IF_QUICK = 500

export const idleMemory = {
  name: 'memory',
  title: 'Memory of an idle connection',
  explanation: `${IDLE.toLocaleString('en-US')} connections that say nothing, after collections; heap and external memory, without the kernel's.`,
  figures: [
    {
      key: 'bytes',
      title: 'bytes per connection',
      compared: 'difference',
      brief: 'bytes of an idle connection',
    },
  ],
  base: 'raw',
  hasEffect: true,
  run(level) {
    const count = level.connections(level.isQuick ? IDLE_IF_QUICK : IDLE)
    return interleave({
      level,
      rounds: Math.min(level.rounds, 5),
      servers: withWork(
        { ...RAW, ...OURS, ...level.installed(EFFECT), ...(level.isQuick ? {} : NAIVE) },
        { handler: 'answer' },
      ),
      warmUp: async () => {},
      async sample(server) {
        const before = await server.ask('memory')
        const release = await holdIdle(server.port, count)
        await server.ask('sockets', count)
        const during = await server.ask('memory')
        await release()
        await server.ask('sockets', 0)
        return { bytes: (during.heap - before.heap) / count }
      },
    })
  },
}

export const retained = {
  name: 'retained',
  isLong: true,
  title: 'What short connections leave behind',
  explanation:
    'The heap after so many connections, compared with the heap after the first twentieth of them; kilobytes of all together.',
  figures: [
    { key: 'connections', title: 'connections' },
    {
      key: 'kilobytes',
      title: 'kB more',
      digits: 1,
      brief: 'kB that a million short connections leave behind, all together',
    },
  ],
  base: 'raw',
  run(level) {
    const connections = level.isQuick ? 10_000 : 1_000_000
    return interleave({
      level,
      warmUp: async () => {},
      rounds: 1,
      servers: withWork({ raw: RAW.raw, ...OURS }, { handler: 'answer' }),
      async sample(server) {
        await churn(server, FOR_EVER, connections / 20)
        const before = await server.ask('memory')
        await churn(server, FOR_EVER, connections)
        const after = await server.ask('memory')
        return { connections, kilobytes: (after.heap - before.heap) / 1e3 }
      },
    })
  },
}

/** The count ends it. */
const FOR_EVER = 3_600_000
