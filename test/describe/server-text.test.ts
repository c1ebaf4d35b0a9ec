import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { Server } from '../../src/index.ts'
import { connected, connectTo } from '../support/client.ts'
import { ManualHandler, serve, untilSnapshot } from '../support/serve.ts'

/** As a part of something else. */
const summaryOf = (server: Server) => inspect(server, { depth: -1 })

test('says where it listens, in what state, and how full it is', async () => {
  const server = await serve(async () => {}, { maxConnections: 3 })
  expect(String(server)).toBe(
    [
      `Server on 127.0.0.1:${server.listeningOn}: listening`,
      '  There is room: each connection is admitted and gets a handler.',
      '  connections: 0 of 3',
    ].join('\n'),
  )
})

test('sums the connections up: their states, the oldest, the bytes', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { maxConnections: 3 })
  const [client] = await connected(2, server.listeningOnAddress)
  const { socket, connection } = await handler.run(0)
  const { connection: other } = await handler.run(1)
  client?.send('12345')
  socket.write('123')
  await new Promise((resolve) => socket.once('data', resolve))
  other.destroy()
  await new Promise((resolve) => other.signal.addEventListener('abort', resolve))
  expect(other.state).toBe('abandoned')
  expect(connection.bytesRead).toBe(5)
  expect(String(server)).toMatch(
    /^ {2}connections: 2 of 3 \(1 serving, 1 abandoned\), the oldest for \d+s, 5 B in, 3 B out$/m,
  )
  handler.settleAll()
})

test('says why it is paused', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { maxConnections: 1, pauseStrategy: 'hold' })
  await connectTo(server).connected
  await handler.run(0)
  expect(String(server)).toContain(
    "accept-paused.waiting\n  Full: new clients wait in the kernel's queue.\n  connections: 1 of 1",
  )
  server.pause({ strategy: 'rebind' })
  expect(String(server)).toContain('  Full, and paused by hand (rebind): new clients are refused.')
  server.setDropIncomingConnections(true)
  await untilSnapshot(server, { dropping: 'open' })
  expect(String(server)).toMatch(/: dropping\.open\n.*\n.*\n {2}paused by hand \(rebind\)$/)
  handler.settleAll()
})

test('says how many clients wait, and that nobody does where they would', async () => {
  const server = await serve(async () => {}, { maxConnections: 5 })
  expect(String(server)).not.toContain('waiting:')
  expect(summaryOf(server)).toBe(`[Server 127.0.0.1:${server.listeningOn} listening 0/5]`)
  server.pause()
  expect(String(server)).toMatch(/\n {2}connections: 0 of 5\n {2}waiting: 0$/)
  await connected(3, server.listeningOnAddress)
  expect(String(server)).toMatch(/\n {2}connections: 0 of 5\n {2}waiting: 3$/)
  expect(summaryOf(server)).toMatch(/ accept-paused\.waiting 0\/5, 3 waiting\]$/)
  server.pause({ strategy: 'rebind' })
  expect(String(server)).not.toContain('waiting:')
})

test('says that clients are refused until a hold that follows a rebind has bound the address again', async () => {
  const server = await serve(async () => {}, { clock: new SimulatedClock() })
  server.pause({ strategy: 'rebind' })
  expect(String(server)).toContain('  Paused by hand (rebind): new clients are refused.')
  server.pause({ strategy: 'hold' })
  expect(String(server)).toMatch(
    /: accept-paused\.binding\n {2}.*New clients are refused until the address is bound again\.\n/,
  )
  await untilSnapshot(server, { 'accept-paused': 'waiting' })
  expect(String(server)).toContain("  Paused by hand (hold): new clients wait in the kernel's queue.")
  const client = await connectTo(server).connected
  await server.resume()
  expect((await client.closed).error).toBeUndefined()
})

test('is closed, and says so, still with its address', async () => {
  const server = await serve(async () => {})
  await server.drain()
  expect(String(server)).toMatch(/^Server on 127\.0\.0\.1:\d+: closed\.drained\n {2}Nothing is left\./)
})

test('util.inspect shows the same, and one line where it is deep inside of something', async () => {
  const server = await serve(async () => {}, { maxConnections: 7 })
  expect(inspect(server)).toBe(String(server))
  expect(inspect(server, { colors: true })).toContain('\x1b[32mlistening\x1b[39m')
  expect(inspect({ a: { b: { c: server } } })).toContain(
    `[Server 127.0.0.1:${server.listeningOn} listening 0/7]`,
  )
})
