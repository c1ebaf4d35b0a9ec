// The process of one server: node serve.mjs '{"module":"raw","handler":"answer"}'. It answers its
// parent's questions.
import { readdirSync } from 'node:fs'
import { setTimeout as after, setImmediate } from 'node:timers/promises'
import { places } from './work.mjs'

const work = JSON.parse(process.argv[2])
/** What an application holds besides. */
globalThis.objects = Array.from({ length: work.objects ?? 0 }, (_, number) => ({
  number,
  text: `${number}`,
}))
const { listen } = await import(`./servers/${work.module}.mjs`)
const server = await listen(work)

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

const answers = {
  /** In seconds. */
  cpu() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },
  /** In bytes, after everything that can be freed was freed. */
  async memory() {
    for (let time = 0; time < 6; time++) {
      globalThis.gc()
      await setImmediate()
    }
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, heap: heapUsed + external }
  },
  /** Resolves once so many sockets are open, its own among them. */
  async sockets(count) {
    while (openSockets() !== count) await after(5)
  },
  /** How many are open. */
  descriptors: () => readdirSync('/proc/self/fd').length,
  places: () => ({ taken: places.taken, most: places.most }),
  /** How many times it could be paused and resumed. */
  async cycles(milliseconds) {
    const end = performance.now() + milliseconds
    const start = performance.now()
    let count = 0
    for (; performance.now() < end; count++) await server.cycle()
    return { count, seconds: (performance.now() - start) / 1000 }
  },
}

process.on('message', async ({ question, argument }) =>
  process.send((await answers[question](argument)) ?? null),
)
process.on('disconnect', () => process.exit())
process.send({ port: server.port, page: server.page })
