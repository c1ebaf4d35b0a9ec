import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import type { AnyActorRef } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import { Server, type SocketHandler } from '../../src/index.ts'
import { connectTo, destroyClients } from '../support/client.ts'

const console = { log: vi.fn(), warn: vi.fn() }
const where = { port: 0, host: '127.0.0.1' }
const handler: SocketHandler = (_, socket) => once(socket, 'end')

afterEach(() => {
  destroyClients()
  vi.clearAllMocks()
})

test('a server drains on a signal', async () => {
  const server = await Server.createSock(where, (_, socket) => {
    socket.write('started')
    return once(socket, 'end')
  })
  const client = connectTo(server)
  await client.receives('started')
  const done = deferred()
  console.log.mockImplementationOnce(() => done.resolve())
  const process = { once: (_: string, listener: () => unknown) => void listener() }
  // #region drain
  process.once('SIGTERM', async () => {
    const { settled, destroyed } = await server.drain({ timeout: 10_000 })
    console.log(`${settled} finished, ${destroyed} cut off`)
  })
  // #endregion
  client.end()
  await done.promise
  expect(console.log).toHaveBeenCalledWith('1 finished, 0 cut off')
  expect(client.error).toBeUndefined()
})

test('a handler says goodbye when the server closes', async () => {
  // #region goodbye
  const handler: SocketHandler = async (_address, socket, { closing }) => {
    socket.write('hello\n')
    await once(closing, 'abort')
    socket.write('goodbye\n')
  }
  // #endregion
  const server = await Server.createSock(where, handler)
  const client = connectTo(server)
  await client.receives('hello\n')
  await server.drain()
  await client.closed
  expect(client.received).toBe('hello\ngoodbye\n')
})

test('await using drains a server at the end of the block', async () => {
  let used: Server | undefined
  // #region using
  {
    await using server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler)
    console.log(server.state) // 'listening'
  } // drained here
  // #endregion
  {
    await using server = await Server.createSock(where, handler)
    used = server
    const client = connectTo(server)
    client.end()
    await client.closed
  }
  expect(console.log).toHaveBeenCalledWith('listening')
  expect(used.state).toBe('closed')
})

test('an error policy keeps the server open for most errors', async () => {
  const told = deferred()
  console.warn.mockImplementationOnce(() => told.resolve())
  const handler: SocketHandler = async () => {
    throw new Error('no such user')
  }
  // #region policy
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    onHandlerError: (address, error) => {
      if (error instanceof RangeError) throw error // raised: the server closes
      console.warn('a handler failed', address, error)
    },
  })
  // #endregion
  const client = connectTo(server)
  await client.closed
  await told.promise
  expect(console.warn).toHaveBeenCalledWith(
    'a handler failed',
    expect.objectContaining({ family: 'IPv4' }),
    expect.objectContaining({ message: 'no such user' }),
  )
  expect(server.state).toBe('listening')
  await server.close()
})

test('a subscriber sees the listener pause', async () => {
  const server = await Server.createSock(where, handler)
  // #region watch
  server.actor.subscribe((snapshot) => {
    console.log(snapshot.value, snapshot.context.connections)
  })
  server.actor.send({ type: 'pause', strategy: 'hold' })
  // #endregion
  expect(console.log).toHaveBeenCalledWith({ 'accept-paused': 'waiting' }, 0)
  server.actor.send({ type: 'resume' })
  const client = connectTo(server)
  client.end()
  await client.closed
  await server.close()
})

test('an inspector sees the events of the listener and of each connection', async () => {
  // #region inspect
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    inspect: (event) => {
      if (event.type !== '@xstate.event') return
      console.log((event.actorRef as AnyActorRef).id, event.event.type)
    },
  })
  // #endregion
  const client = connectTo(server)
  client.end()
  await client.closed
  await server.drain()
  for (const told of [
    ['listener', 'connection.offered'],
    ['connection-1', 'handler.settled'],
    ['connection-1', 'socket.closed'],
  ])
    expect(console.log).toHaveBeenCalledWith(...told)
})
