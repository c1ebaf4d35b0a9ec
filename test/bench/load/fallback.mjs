// The clients of load.c in JavaScript, for where nothing compiles C. They cost more than what they
// measure: look at how busy they were.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises'

/**
 * New clients of a storm in one turn: dialling all of them takes so long that the server would have
 * nothing else to do meanwhile.
 */
const DIALS = 8

const [work, port, ...values] = process.argv
  .slice(2)
  .map((value, index) => (index === 0 ? value : Number(value)))

const now = () => performance.now() / 1_000

function cpu() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function tell(result, start, startCpu) {
  process.stdout.write(`${JSON.stringify({ ...result, seconds: now() - start, cpu: cpu() - startCpu })}\n`)
}

async function dial() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/**
 * One visit of `churn`, which sends FIN so many milliseconds after the answer, if any. Resolves
 * with whether something was answered.
 */
function visit(bytes, stay) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let received = 0
    socket.on('connect', () => bytes > 0 && socket.write('x'.repeat(bytes)))
    socket.on('data', ({ length }) => {
      if (received === 0 && stay > 0) setTimeout(() => socket.end(), stay)
      received += length
    })
    socket.on('error', () => {}).on('close', () => resolve(received > 0 || bytes === 0))
  })
}

/**
 * Sends messages on a socket, each when the one before has come back; `onAnswer` gets the time of
 * each in seconds.
 */
function converse(socket, bytes, onAnswer) {
  const message = Buffer.alloc(bytes, 'x')
  let missing = bytes
  let since = now()
  socket.write(message)
  socket.on('data', ({ length }) => {
    missing -= length
    if (missing > 0) return
    onAnswer(now() - since)
    missing = bytes
    since = now()
    socket.write(message)
  })
}

const works = {
  async churn(clients, milliseconds, most, bytes, stay) {
    const [start, startCpu] = [now(), cpu()]
    const end = start + milliseconds / 1_000
    let [started, count, refused] = [0, 0, 0]
    const client = async () => {
      while (started < most && now() < end) {
        started++
        if (await visit(bytes, stay)) count++
        else refused++
      }
    }
    await Promise.all(Array.from({ length: clients }, client))
    tell({ count, refused }, start, startCpu)
  },

  async echo(clients, milliseconds, bytes) {
    const sockets = await Promise.all(Array.from({ length: clients }, dial))
    const [start, startCpu] = [now(), cpu()]
    let count = 0
    for (const socket of sockets) converse(socket, bytes, () => count++)
    do await after(milliseconds)
    while (count === 0)
    tell({ count }, start, startCpu)
  },

  async lines(megabytes) {
    const socket = await dial()
    const lines = 10_000
    const chunk = Buffer.from(`${'a'.repeat(79)}\n`.repeat(lines))
    const chunks = Math.ceil((megabytes * 1e6) / chunk.length)
    const [start, startCpu] = [now(), cpu()]
    for (let sent = 0; sent < chunks; sent++) if (!socket.write(chunk)) await once(socket, 'drain')
    socket.end()
    const [report] = await once(socket.setEncoding('latin1'), 'data')
    const count = chunks * lines
    if (Number.parseInt(report, 10) !== count)
      throw new Error(`${count} lines were sent, the server has counted ${report}.`)
    tell({ count }, start, startCpu)
  },

  async idle(clients) {
    for (let opened = 0; opened < clients; opened++) (await dial()).resume()
    process.stdout.write(`${JSON.stringify({ count: clients })}\n`)
    await once(process.stdin.resume(), 'end')
  },

  async storm(busy, count, bytes) {
    const talking = await Promise.all(Array.from({ length: busy }, dial))
    const [start, startCpu] = [now(), cpu()]
    let [before, during, busyLongest, arrived, last] = [0, 0, 0, 0, 0]
    for (const socket of talking) {
      converse(socket, bytes, (wait) => {
        if (arrived === 0) before++
        else {
          during++
          busyLongest = Math.max(busyLongest, wait)
        }
      })
    }
    await after(500)
    arrived = now()
    const arrive = () =>
      new Promise((resolve) => {
        const since = now()
        const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
          converse(socket, bytes, () => {
            last = now()
            resolve(last - since)
            socket.destroy()
          })
        })
        socket.on('error', () => {}).on('close', () => resolve(undefined))
      })
    const arriving = []
    while (arriving.length < count) {
      for (let few = 0; few < DIALS && arriving.length < count; few++) arriving.push(arrive())
      await nextTurn()
    }
    const arrivals = await Promise.all(arriving)
    const waits = arrivals.filter((wait) => wait !== undefined).sort((one, other) => one - other)
    const stormSeconds = last - arrived
    const result = {
      count: waits.length,
      lost: count - waits.length,
      stormSeconds,
      p50: waits[Math.floor(waits.length / 2)] ?? 0,
      p99: waits[Math.floor(waits.length * 0.99)] ?? 0,
      busyBefore: before / (arrived - start),
      busyDuring: during / stormSeconds,
      busyLongest,
    }
    tell(result, start, startCpu)
  },
}

await works[work](...values)
process.exit()
