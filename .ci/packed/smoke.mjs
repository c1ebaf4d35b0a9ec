// Run beside an installed package: imports all it exports and serves two clients, the second of which has to wait.
import { strictEqual } from 'node:assert'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Server } from 'xstate-tcp'
import { connectionMachine, listenerMachine } from 'xstate-tcp/machines'
import * as testing from 'xstate-tcp/testing'

const canHold = process.argv[2] === 'hold'
const warnings = []
process.on('warning', ({ code }) => warnings.push(code))

strictEqual(listenerMachine.id, 'listener')
strictEqual(connectionMachine.id, 'connection')
strictEqual(Object.keys(testing).length > 0, true)

const server = await Server.createSock(
  { port: 0, host: '127.0.0.1' },
  async (_address, socket) => {
    socket.write('hello')
    await once(socket, 'end')
  },
  { maxConnections: 1 },
)
const first = connectClient()
strictEqual(await first.text('hello'), 'hello')
strictEqual(server.state, 'accept-paused')
const second = canHold ? connectClient() : undefined
first.socket.end()
await once(first.socket, 'close')
await server.waitForConnections((count) => count === 0 || canHold)
const last = second ?? connectClient()
strictEqual(await last.text('hello'), 'hello')
last.socket.end()
await server.drain()
strictEqual(server.state, 'closed')
strictEqual(warnings.includes('XSTATE_TCP_NO_HOLD'), !canHold)
process.stdout.write(`${process.version}: served two clients ${canHold ? 'with' : 'without'} hold\n`)

function connectClient() {
  const socket = connect({ host: '127.0.0.1', port: server.listeningOn, allowHalfOpen: true }).setEncoding(
    'utf8',
  )
  let received = ''
  socket.on('data', (text) => {
    received += text
  })
  const text = async (expected) => {
    while (received.length < expected.length) await once(socket, 'data')
    return received
  }
  return { socket, text }
}
