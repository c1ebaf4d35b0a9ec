import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { Server } from '../src/index.ts'
import { connectTo } from './support/client.ts'
import { ManualHandler, serve } from './support/serve.ts'

describe('the socket', () => {
  test('is closed when the handler settles, after all written data', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024)
    const server = await serve(async (_address, socket) => void socket.write(text))
    const client = connectTo(server)
    await client.ended
    expect(client.received.length).toBe(text.length)
    client.end()
    await server.waitForConnections((count) => count === 0)
  })

  test('is cut off 30 s after the handler has settled if the peer does not take the data', async () => {
    const clock = new SimulatedClock()
    const server = await serve(
      async (_address, socket) => void socket.write(Buffer.alloc(64 * 1024 * 1024)),
      { clock },
    )
    const client = connectTo(server)
    client.socket.pause()
    await server.waitForConnections((count) => count === 1)
    await untilConnection(server, 'closing')
    clock.increment(29_999)
    expect(server.numConnections).toBe(1)
    expect(client.socket.closed).toBe(false)
    clock.increment(1)
    await server.waitForConnections((count) => count === 0)
  })

  test('holds its place until its descriptor is closed and its handler has settled', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = connectTo(server)
    const { connection, settle, socket } = await handler.run(0)
    socket.resume()
    client.reset()
    await once(connection.signal, 'abort')
    expect(connection.state).toBe('abandoned')
    expect(server.numConnections).toBe(1)
    settle()
    await server.waitForConnections((count) => count === 0)
    expect(connection.state).toBe('closed')
  })

  test('stays open after the FIN of the peer until the handler settles', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = connectTo(server)
    client.end()
    const { socket, settle } = await handler.run(0)
    socket.resume()
    await once(socket, 'end')
    socket.write('still here')
    await client.receives('still here')
    settle()
    await client.ended
  })

  test('never makes an uncaught exception of an error, whatever the handler does', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = await connectTo(server).connected
    const { socket, connection, settle } = await handler.run(0)
    const gone = once(connection.signal, 'abort')
    client.reset()
    socket.resume()
    // Written to a peer that has gone: EPIPE or ECONNRESET.
    for (let index = 0; index < 3; index++) socket.write('x')
    await gone
    settle()
    await server.waitForConnections((count) => count === 0)
  })

  test('has the options of the server', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { allowHalfOpen: false, highWaterMark: 1234 })
    connectTo(server)
    const { socket } = await handler.run(0)
    expect(socket.allowHalfOpen).toBe(false)
    expect(socket.readableHighWaterMark).toBe(1234)
  })
})

async function untilConnection(server: Server, state: string): Promise<void> {
  const [connection] = server.connections
  if (!connection) throw new Error('no connection')
  await new Promise<void>((resolve) => {
    const check = () => connection.state === state && resolve()
    connection.actor.subscribe(check)
    check()
  })
}
