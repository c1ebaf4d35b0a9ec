// What one short connection costs the server's process while so many others are idle, as a ratio to a raw net.Server in the same run.
// npm run bench [-- connections]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const [role, ...args] = process.argv.slice(2)
const ROUNDS = 5
const CONNECTIONS = 4_000

const servers = {
  async raw() {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('x'))
    })
    server.listen(0, '127.0.0.1', 511)
    await once(server, 'listening')
    return server.address().port
  },
  async 'xstate-tcp'() {
    const { Server } = await import('../../dist/src/index.js')
    const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, async (_address, socket) => {
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve))
      socket.end('x')
    })
    return server.listeningOn
  },
}

/** A server in a process of its own, which tells its CPU time. */
async function serve(kind) {
  const port = await servers[kind]()
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send({ microseconds: user + system })
  })
  process.send({ port })
}

/** Idle connections, in a process of its own. */
async function idle(port, count) {
  const sockets = []
  for (let opened = 0; opened < count; opened++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    sockets.push(socket)
  }
  process.send('open')
}

async function churn(port, count) {
  let left = count
  const one = async () => {
    while (left-- > 0) {
      const socket = connect(port, '127.0.0.1')
      socket.write('x')
      socket.resume()
      await once(socket, 'close')
    }
  }
  await Promise.all(Array.from({ length: 20 }, one))
}

const child = (...argv) => fork(fileURLToPath(import.meta.url), argv.map(String))
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

async function measure(idleConnections) {
  const running = {}
  const children = []
  for (const kind of Object.keys(servers)) {
    const process = child('serve', kind)
    const [{ port }] = await once(process, 'message')
    children.push(process)
    if (idleConnections > 0) {
      const idler = child('idle', port, idleConnections)
      await once(idler, 'message')
      children.push(idler)
    }
    running[kind] = { process, port, costs: [] }
  }
  const cpu = async ({ process }) => {
    process.send('cpu')
    return (await once(process, 'message'))[0].microseconds
  }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const server of Object.values(running)) {
      const before = await cpu(server)
      await churn(server.port, CONNECTIONS)
      const cost = ((await cpu(server)) - before) / CONNECTIONS
      if (round > 0) server.costs.push(cost)
    }
  }
  for (const each of children) each.kill()
  const raw = median(running.raw.costs)
  const ours = median(running['xstate-tcp'].costs)
  console.log(
    `${String(idleConnections).padStart(6)} idle: raw ${raw.toFixed(1)} µs, xstate-tcp ${ours.toFixed(1)} µs, ratio ${(ours / raw).toFixed(2)}`,
  )
}

if (role === 'serve') await serve(...args)
else if (role === 'idle') await idle(Number(args[0]), Number(args[1]))
else {
  console.log(
    `CPU time of the server's process per short connection, median of ${ROUNDS} rounds, Node ${process.version}`,
  )
  for (const count of role === undefined ? [0, 1_000, 9_000] : [Number(role)]) await measure(count)
}
