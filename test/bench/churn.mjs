// What a short connection costs the server's process, while others are idle, as a ratio to a raw net.Server in the same run.
// npm run bench [-- idle…]
//
// Each server has a process of its own, on a core of its own where there is taskset. The rounds are short and go round the servers, and each
// is compared with the raw rounds beside it, because the machine's speed changes from second to second. Raw against raw says how far to
// trust the others.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const ROUNDS = 60
const WARM_UP_ROUNDS = 10
const CONNECTIONS = 300
const CONCURRENT = 20
const IDLE_PER_PROCESS = 1_000

const where = { port: 0, host: '127.0.0.1' }

async function raw() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('x'))
  })
  server.listen(where.port, where.host, 511)
  await once(server, 'listening')
  return server.address().port
}

async function createSock(options) {
  const { Server } = await import('../../dist/src/index.js')
  const server = await Server.createSock(
    where,
    async (_address, socket) => {
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve))
      socket.end('x')
    },
    options,
  )
  return server.listeningOn
}

async function create() {
  const { Server } = await import('../../dist/src/index.js')
  const server = await Server.create(where, async (_address, reader, writer) => {
    await reader.read()
    writer.write('x')
  })
  return server.listeningOn
}

/** By name, in the order of the table; each listens and returns its port. */
const servers = {
  'net.Server': raw,
  'net.Server again': raw,
  createSock: () => createSock(),
  create,
  'createSock, inspected': () => createSock({ inspect: () => {} }),
}

/** A server in a process of its own, which tells its CPU time. */
async function serve(name) {
  const port = await servers[name]()
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
    const socket = connect(port, where.host)
    await once(socket, 'connect')
    sockets.push(socket)
  }
  process.send('open')
}

let address = 0

/** Many source addresses, so that no port has to be used again while it is in TIME_WAIT. */
async function churn(port) {
  let left = CONNECTIONS
  const one = async () => {
    while (left-- > 0) {
      const socket = connect({ port, host: where.host, localAddress: `127.0.1.${(address++ % 200) + 1}` })
      socket.write('x')
      socket.resume()
      await once(socket, 'close')
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT }, one))
}

function hasTaskset() {
  try {
    execFileSync('taskset', ['-p', String(process.pid)])
    return cpus().length > 1
  } catch {
    return false
  }
}

const isPinned = hasTaskset()
const self = fileURLToPath(import.meta.url)

function child(core, ...argv) {
  if (!isPinned) return fork(self, argv.map(String))
  return fork(self, argv.map(String), {
    execPath: 'taskset',
    execArgv: ['-c', String(core), process.execPath],
  })
}

async function start(name, idleConnections) {
  const process = child(0, 'serve', name)
  const [{ port }] = await once(process, 'message')
  const idlers = []
  for (let left = idleConnections; left > 0; left -= IDLE_PER_PROCESS) {
    const idler = child(1, 'idle', port, Math.min(left, IDLE_PER_PROCESS))
    await once(idler, 'message')
    idlers.push(idler)
  }
  const cpu = async () => {
    process.send('cpu')
    return (await once(process, 'message'))[0].microseconds
  }
  const end = () => {
    for (const each of [process, ...idlers]) each.kill()
  }
  return { name, port, cpu, end, costs: [] }
}

function quantile(values, fraction) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * fraction))]
}

async function measure(idleConnections) {
  const running = []
  for (const name of Object.keys(servers)) running.push(await start(name, idleConnections))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { port, cpu, costs } of running) {
      const before = await cpu()
      await churn(port)
      const cost = ((await cpu()) - before) / CONNECTIONS
      if (round >= 0) costs.push(cost)
    }
  }
  for (const { end } of running) end()
  const [one, other] = running
  for (const { name, costs } of running) {
    const ratios = costs.map((cost, round) => (2 * cost) / (one.costs[round] + other.costs[round]))
    const [low, middle, high] = [0.25, 0.5, 0.75].map((fraction) => quantile(ratios, fraction).toFixed(2))
    const cost = quantile(costs, 0.5).toFixed(0)
    console.log(`| ${idleConnections} | ${name} | ${cost} µs | ${middle} | ${low} to ${high} |`)
  }
}

const [role, ...args] = process.argv.slice(2)
if (role === 'serve') await serve(args[0])
else if (role === 'idle') await idle(Number(args[0]), Number(args[1]))
else {
  if (isPinned) execFileSync('taskset', ['-p', '-c', '1', String(process.pid)])
  const idleCounts = role === undefined ? [0, 1_000, 10_000] : [role, ...args].map(Number)
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}, ${isPinned ? 'pinned' : 'not pinned'} to cores\n`,
  )
  console.log('| idle | server | CPU per connection | ratio to net.Server | half of the rounds |')
  console.log('| ---: | --- | ---: | ---: | ---: |')
  for (const count of idleCounts) await measure(count)
}
