// Run beside an installed package: imports all it exports and serves clients by each of the ways to
// serve.
import { strictEqual, throws } from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { handTo, Server } from 'xstate-tcp'
import { createInspector } from 'xstate-tcp/inspector'
import { connectionMachine, listenerMachine } from 'xstate-tcp/machines'
import * as testing from 'xstate-tcp/testing'

const canHold = process.argv[2] === 'hold'
const warnings = []
process.on('warning', ({ code }) => warnings.push(code))

strictEqual(listenerMachine.id, 'listener')
strictEqual(connectionMachine.id, 'connection')
strictEqual(Object.keys(testing).length > 0, true)

const inspector = await createInspector()
const page = await (await fetch(inspector.url)).text()
const [, main] = /<script type="module" src="([^"]+)"/.exec(page)
strictEqual((await fetch(inspector.url + main)).headers.get('content-type'), 'text/javascript; charset=utf-8')
// Bun has a ws of its own.
if (!process.versions.bun) throws(() => inspector.statelyUrl, { code: 'ERR_WEBSOCKET_UNAVAILABLE' })

const server = await Server.createSock(
  { port: 0, host: '127.0.0.1' },
  async (_address, socket) => {
    socket.write('hello')
    await once(socket, 'end')
  },
  { maxConnections: 1, inspect: inspector.inspect },
)
const first = connectClient()
strictEqual(await first.text('hello'), 'hello')
strictEqual(server.state, 'accept-paused')
const second = canHold ? connectClient() : undefined
if (second) await once(second.socket, 'connect')
strictEqual(server.numWaiting, canHold ? 1 : 0)
first.socket.end()
await once(first.socket, 'close')
await server.waitForConnections((count) => count === 0 || canHold)
const last = second ?? connectClient()
strictEqual(await last.text('hello'), 'hello')
last.socket.end()
await server.drain()
strictEqual(server.state, 'closed')
await inspector.close()
strictEqual(warnings.includes('XSTATE_TCP_NO_HOLD'), !canHold)

const shouting = await Server.create({ port: 0, host: '127.0.0.1' }, async (_address, reader, writer) => {
  for await (const line of reader.lines()) writer.writeLine(line.toUpperCase())
})
for (const strategy of [undefined, 'rebind', ...(canHold ? ['hold'] : [])]) {
  if (strategy) shouting.pause({ strategy })
  if (strategy) strictEqual(shouting.state, 'accept-paused')
  await shouting.resume()
  const speaker = connect(shouting.listeningOn, '127.0.0.1')
  speaker.end('hello\r\nworld')
  strictEqual(await textOf(speaker), 'HELLO\nWORLD\n')
}
await shouting.drain()

const web = createServer((_request, response) => response.end('hello'))
const listening = await Server.createSock({ port: 0, host: '127.0.0.1' }, handTo(web))
const response = await fetch(`http://127.0.0.1:${listening.listeningOn}`)
strictEqual(await response.text(), 'hello')
strictEqual((await listening.drain()).destroyed, 0)

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
