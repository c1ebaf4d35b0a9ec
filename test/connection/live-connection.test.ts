import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { AnyActorRef } from 'xstate'
import type { LiveConnection } from '../../src/connection/live-connection.ts'
import type { LateFailure, Server } from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { ManualHandler, serve } from '../support/serve.ts'

test('a connection tells its number, its address, its age and its bytes, also when it is closed', async () => {
  const before = Date.now()
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection, socket, address, settle } = await handler.run(0)
  client.send('12345')
  await once(socket, 'data')
  socket.write('123')
  await client.receives('123')
  const facts = { id: 1, address, bytesRead: 5, bytesWritten: 3 }
  expect(connection).toMatchObject({ ...facts, state: 'serving' })
  expect(connection.acceptedAt).toBeGreaterThanOrEqual(before)
  expect(connection.acceptedAt).toBeLessThanOrEqual(Date.now())
  settle()
  await server.waitForConnections((count) => count === 0)
  expect(connection).toMatchObject({ ...facts, state: 'closed' })
  expect(connection.actor.getSnapshot().status).toBe('done')
  connectTo(server)
  expect((await handler.run(1)).connection.id).toBe(2)
})

test('a connection is one line to console.log, and three facts in JSON', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  connectTo(server)
  const { connection, address, settle } = await handler.run(0)
  const { port } = address as { port: number }
  expect(inspect(connection)).toBe(`Connection 1 from 127.0.0.1:${port}, serving`)
  expect(JSON.parse(JSON.stringify(connection))).toEqual({ id: 1, address, state: 'serving' })
  settle()
  await server.waitForConnections((count) => count === 0)
  expect(inspect({ connection })).toContain(`Connection 1 from 127.0.0.1:${port}, closed`)
})

test('a connection passes through the states of its chart', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection, settle } = await handler.run(0)
  const states: string[] = []
  connection.actor.subscribe(() => states.push(connection.state))
  settle()
  await client.closed
  await server.waitForConnections((count) => count === 0)
  expect(states).toEqual(['closing', 'closing', 'closing', 'closed'])
})

test('destroy() closes the socket at once, and the handler keeps its place until it settles', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection, socket, settle } = await handler.run(0)
  const errors: unknown[] = []
  socket.on('error', (error) => errors.push(error))
  connection.destroy(new Error('enough'))
  connection.destroy(new Error('again'))
  await once(connection.signal, 'abort')
  expect(errors).toEqual([new Error('enough')])
  expect(connection.signal.reason).toEqual(new Error('enough'))
  expect(connection.state).toBe('abandoned')
  expect(server.numConnections).toBe(1)
  await client.closed
  settle()
  await server.waitForConnections((count) => count === 0)
  connection.destroy()
  expect(connection.state).toBe('closed')
})

test('destroy() is told to inspectors once, so that one which calls it for each event ends', async () => {
  let server: Server | undefined
  server = await serve(async () => {}, {
    inspect: () => {
      for (const connection of server?.connections ?? []) connection.destroy()
    },
  })
  const client = await connectTo(server).closed
  expect(client.received).toBe('')
  await server.waitForConnections((count) => count === 0)
})

test('destroy() cuts off what a settled handler still has to send', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  client.socket.pause()
  const { connection, socket, settle } = await handler.run(0)
  socket.write(Buffer.alloc(64 * 1024 * 1024))
  settle()
  await new Promise((resolve) => setImmediate(resolve))
  expect(connection.state).toBe('closing')
  connection.destroy()
  await server.waitForConnections((count) => count === 0)
})

test.each([
  ['before it settles', 200_000],
  ['while it is being answered', 3_000_000],
])("a handler's answer arrives whole although data that comes %s stays unread", async (_when, size) => {
  const answer = 'x'.repeat(5_000_000)
  const server = await serve(async (_address, socket) => {
    if (size === 200_000) await once(socket, 'readable')
    socket.write(answer)
  })
  const client = connectTo(server)
  client.send('y'.repeat(size))
  await client.closed
  expect(client.error).toBeUndefined()
  expect(client.received.length).toBe(answer.length)
  await server.waitForConnections((count) => count === 0)
})

test('signal is aborted when the socket is gone, also if it is first asked for afterwards', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection, socket } = await handler.run(0)
  expect(connection.signal.aborted).toBe(false)
  expect(connection.signal).toBe(connection.signal)
  client.reset()
  socket.resume()
  await once(connection.signal, 'abort')

  connectTo(server)
  const second = await handler.run(1)
  second.connection.destroy()
  await once(second.socket, 'close')
  expect(second.connection.signal.aborted).toBe(true)
})

test("signal is not aborted by the peer's FIN", async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection, socket } = await handler.run(0)
  const { signal } = connection
  client.end()
  socket.resume()
  await once(socket, 'end')
  expect(signal.aborted).toBe(false)
  expect(connection.state).toBe('serving')
})

test('closing is aborted when the server starts to close, also if it is first asked for afterwards', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  connectTo(server)
  const first = await handler.run(0)
  const second = await handler.run(1)
  expect(first.connection.closing.aborted).toBe(false)
  first.connection.closing.addEventListener('abort', () => {
    first.socket.write('goodbye')
    first.settle()
  })
  await server.close()
  expect(second.connection.closing.aborted).toBe(true)
  await client.closed
  expect(client.received).toBe('goodbye')
})

test('a second failure of a handler changes nothing and is published', async () => {
  const published: LateFailure[] = []
  const listener = (message: unknown) => published.push(message as LateFailure)
  subscribe('xstate-tcp:handler.late-failure', listener)
  const errors: unknown[] = []
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { onHandlerError: (_address, error) => void errors.push(error) })
  connectTo(server)
  const { connection, settle } = await handler.run(0)
  settle()
  await Promise.resolve()
  while (connection.state === 'serving') await Promise.resolve()
  const late = new Error('late')
  ;(connection as LiveConnection).handlerFailed(late)
  await server.drain()
  unsubscribe('xstate-tcp:handler.late-failure', listener)
  expect(published).toEqual([{ connection, error: late }])
  expect(errors).toEqual([])
})

test('a failure that comes after the end of a connection is published, and its supervisor hears of it', async () => {
  const published: LateFailure[] = []
  const listener = (message: unknown) => published.push(message as LateFailure)
  subscribe('xstate-tcp:handler.late-failure', listener)
  const heard: unknown[] = []
  const handler = new ManualHandler()
  const server = await serve(handler.handle, {
    inspect: (event) => {
      if (event.type === '@xstate.event' && event.event.type === 'handler.failed')
        heard.push((event.actorRef as AnyActorRef).id)
    },
  })
  const client = connectTo(server)
  const { connection, settle } = await handler.run(0)
  settle()
  await client.closed
  await server.waitForConnections((count) => count === 0)
  expect(connection.actor.getSnapshot().status).toBe('done')
  const late = new Error('late')
  ;(connection as LiveConnection).handlerFailed(late)
  unsubscribe('xstate-tcp:handler.late-failure', listener)
  expect(published).toEqual([{ connection, error: late }])
  expect(heard).toEqual(['connections'])
})

test('a closing signal that is first asked for by a listener to another one is aborted too', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  for (let index = 0; index < 3; index++) connectTo(server)
  await handler.run(2)
  const connections = handler.runs.map(({ connection }) => connection)
  const told: number[] = []
  connections[1]?.closing.addEventListener('abort', () => {
    for (const one of connections) one.closing.addEventListener('abort', () => told.push(one.id))
  })
  void server.close()
  expect(told.sort()).toEqual([1, 3])
  expect(connections.map(({ closing }) => closing.aborted)).toEqual([true, true, true])
  handler.settleAll()
})
