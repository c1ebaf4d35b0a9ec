// What an inspector that a page looks at costs a server for each short connection, as a ratio to the same server without one.
// npm run bench:inspector [-- connections]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

const [role, ...args] = process.argv.slice(2)
const ROUNDS = 7
const PARALLEL = 50

if (role === 'serve') await serve(args[0])
else await compare(Number(role ?? 4_000))

/** A server in a process of its own, which tells its CPU time. */
async function serve(kind) {
  const { Server } = await import('../../dist/src/index.js')
  const { createInspector } = await import('../../dist/src/inspector/index.js')
  const inspector = kind === 'plain' ? undefined : await createInspector()
  const server = await Server.createSock(
    { port: 0, host: '127.0.0.1' },
    async (_address, socket) => {
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve))
      socket.end('x')
    },
    inspector ? { inspect: inspector.inspect } : {},
  )
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send({ microseconds: user + system, bytes: process.memoryUsage().heapUsed })
  })
  process.send({ port: server.listeningOn, url: inspector?.url })
}

async function compare(connections) {
  const servers = []
  for (const kind of ['plain', 'inspected']) {
    const child = fork(fileURLToPath(import.meta.url), ['serve', kind])
    const [{ port, url }] = await once(child, 'message')
    // In this process, as a browser would be in one of its own.
    if (url) get(`${url}events`, (response) => response.resume())
    servers.push({ kind, child, port, costs: [], rates: [] })
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { child, port, costs, rates } of servers) {
      const before = await ask(child)
      const start = performance.now()
      let left = connections
      const client = async () => {
        while (left-- > 0) await visit(port)
      }
      await Promise.all(Array.from({ length: PARALLEL }, client))
      rates.push((connections / (performance.now() - start)) * 1_000)
      costs.push(((await ask(child)).microseconds - before.microseconds) / connections)
    }
  }
  const [plain, inspected] = servers
  for (const { kind, costs, rates, child } of servers) {
    const { bytes } = await ask(child)
    console.log(
      `${kind.padEnd(10)} ${median(costs).toFixed(1)} µs of CPU for each connection, ${median(rates).toFixed(0)} connections/s, heap ${(bytes / 1e6).toFixed(1)} MB`,
    )
    child.kill()
  }
  console.log(`CPU ratio ${(median(inspected.costs) / median(plain.costs)).toFixed(2)}`)
  process.exit()
}

async function ask(child) {
  child.send('cpu')
  const [answer] = await once(child, 'message')
  return answer
}

function visit(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('connect', () => socket.write('x'))
    socket
      .on('error', () => {})
      .on('close', resolve)
      .resume()
  })
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
