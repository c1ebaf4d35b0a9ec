// Clients that speak TLS, or send the header of a proxy first: secure.mjs WORK PORT VALUE... They
// cost as much as what they measure: look at the CPU time of the server alone.
import { once } from 'node:events'
import { connect as connectByTcp } from 'node:net'
import { connect, createSecureContext } from 'node:tls'

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

// One for all, and no session is kept: each handshake is a full one.
const secureContext = createSecureContext()
const HEADERS = [
  Buffer.alloc(0),
  Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 50000 443\r\n'),
  Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000201c6336401c35001bb', 'hex'),
]

function secure() {
  const socket = connect({ port, host: '127.0.0.1', secureContext, rejectUnauthorized: false })
  return socket.on('error', () => {}).setNoDelay(true)
}

/** Connects, sends, gets an answer, and sees the server close. */
function visit(socket, event, message) {
  return new Promise((resolve) => {
    let received = 0
    socket.once(event, () => socket.write(message))
    socket.on('data', ({ length }) => {
      received += length
    })
    socket.on('error', () => {}).on('close', () => resolve(received > 0))
  })
}

async function churn(clients, milliseconds, most, visitOnce) {
  const [start, startCpu] = [now(), cpu()]
  const end = start + milliseconds / 1_000
  let [started, count, refused] = [0, 0, 0]
  const client = async () => {
    while (started < most && now() < end) {
      started++
      if (await visitOnce()) count++
      else refused++
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  tell({ count, refused }, start, startCpu)
}

async function dial() {
  const socket = secure()
  await once(socket, 'secureConnect')
  return socket
}

const works = {
  'tls-churn': (clients, milliseconds, most) =>
    churn(clients, milliseconds, most, () => visit(secure(), 'secureConnect', 'x'.repeat(8))),

  /** With the header of that version, 0 for none. */
  'proxy-churn': (clients, milliseconds, most, version) => {
    const message = Buffer.concat([HEADERS[version], Buffer.alloc(8, 'x')])
    return churn(clients, milliseconds, most, () =>
      visit(connectByTcp({ port, host: '127.0.0.1', noDelay: true }), 'connect', message),
    )
  },

  async 'tls-echo'(clients, milliseconds, bytes) {
    const sockets = await Promise.all(Array.from({ length: clients }, dial))
    const message = Buffer.alloc(bytes, 'x')
    const [start, startCpu] = [now(), cpu()]
    const end = start + milliseconds / 1_000
    let count = 0
    const converse = (socket) =>
      new Promise((resolve) => {
        let missing = bytes
        socket.on('data', ({ length }) => {
          missing -= length
          if (missing > 0) return
          count++
          missing = bytes
          if (now() < end) socket.write(message)
          else resolve()
        })
        socket.write(message)
      })
    await Promise.all(sockets.map(converse))
    tell({ count }, start, startCpu)
    for (const socket of sockets) socket.destroy()
  },

  /** Until its input ends. */
  async 'tls-idle'(count) {
    const sockets = []
    while (sockets.length < count) {
      const some = Math.min(16, count - sockets.length)
      sockets.push(...(await Promise.all(Array.from({ length: some }, dial))))
    }
    process.stdout.write('open\n')
    await once(process.stdin.resume(), 'end')
    for (const socket of sockets) socket.destroy()
  },
}

await works[work](...values)
