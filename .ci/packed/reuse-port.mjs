// Run beside an installed package: two processes share a port, and both serve.
import { strictEqual } from 'node:assert'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { Server } from 'xstate-tcp'

const CLIENTS = 64
const [port = '0'] = process.argv.slice(2)
const server = await Server.createSock(
  { port: Number(port), host: '127.0.0.1', reusePort: true },
  async (_address, socket) => {
    socket.end(String(process.pid))
  },
  { pauseStrategy: 'rebind' },
)

if (process.send) {
  process.send('listens')
  await once(process, 'disconnect')
} else {
  const child = fork(process.argv[1], [String(server.listeningOn)])
  await once(child, 'message')
  const served = await Promise.all(
    Array.from({ length: CLIENTS }, () => textOf(connect(server.listeningOn, '127.0.0.1'))),
  )
  strictEqual([...new Set(served)].sort().join(), [String(process.pid), String(child.pid)].sort().join())
  child.disconnect()
  await once(child, 'exit')
  process.stdout.write(`${process.version}: two processes shared a port\n`)
}
await server.drain()
