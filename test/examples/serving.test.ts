import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { type Handler, isClientError, Server, type SocketHandler } from '../../src/index.ts'
import { connectTo, destroyClients } from '../support/client.ts'

const console = { log: vi.fn(), warn: vi.fn() }

afterEach(() => {
  destroyClients()
  vi.clearAllMocks()
})

test('a pipeline echoes bytes, and a reset goes to the error policy', async () => {
  // #region pipeline
  const server = await Server.createSock(
    { port: 0, host: '127.0.0.1' },
    async (_address, socket) => {
      await pipeline(socket, socket)
    },
    { onHandlerError: (address, error) => console.warn(address, error) },
  )
  // #endregion
  const client = connectTo(server)
  client.send('hello')
  client.end()
  await client.closed
  expect(client.received).toBe('hello')
  expect(client.error).toBeUndefined()

  const reset = connectTo(server)
  await server.waitForConnections((count) => count === 1)
  reset.reset()
  await server.waitForConnections((count) => count === 0)
  await vi.waitFor(() => expect(console.warn).toHaveBeenCalledOnce())
  expect(server.isClosed).toBe(false)
  await server.close()
})

test('a handler replies after the end of the request', async () => {
  // #region half-open
  const countBytes: SocketHandler = async (_address, socket, connection) => {
    let size = 0
    socket.on('data', (chunk) => {
      size += chunk.length
    })
    await once(socket, 'end', { signal: connection.signal })
    socket.write(`${size} bytes\n`)
  }
  // #endregion
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, countBytes, {
    onHandlerError: 'ignore',
  })
  const client = connectTo(server)
  client.send('twelve bytes')
  client.end()
  await client.closed
  expect(client.received).toBe('12 bytes\n')
  expect(client.error).toBeUndefined()

  const rude = connectTo(server)
  await server.waitForConnections((count) => count === 1)
  rude.reset()
  await server.waitForConnections((count) => count === 0)
  await server.close()
})

test('a raised limit serves the client that waits', async () => {
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, (_, socket) => once(socket, 'end'), {
    maxConnections: 1,
  })
  // #region limits
  server.on('limit', ({ maxConnections, numWaiting }) => {
    console.warn(`full: ${maxConnections} connections, ${numWaiting} more wait`)
  })
  // #endregion
  const first = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  expect(server.state).toBe('accept-paused')
  const second = await connectTo(server).connected
  expect(server.numConnections).toBe(1)
  // #region raise
  server.maxConnections = 500 // waiting clients are served at once
  // #endregion
  await server.waitForConnections((count) => count === 2)
  expect(console.warn).toHaveBeenCalledWith(expect.stringMatching(/^full: 1 connections, /))
  first.end()
  second.end()
  await Promise.all([first.closed, second.closed])
  expect([first.error, second.error]).toEqual([undefined, undefined])
  await server.close()
})

test('a paused server lets a client wait, and one that drops closes it', async () => {
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, async (_, socket) => {
    socket.write('served')
  })
  // #region pause
  server.pause() // accept(2) is not called from here on
  // #endregion
  const waiting = await connectTo(server).connected
  expect(waiting.received).toBe('')
  // #region resume
  await server.resume() // waiting clients are served now
  // #endregion
  await waiting.closed
  expect(waiting.received).toBe('served')
  // #region drop
  server.on('drop', ({ remote }) => console.log('dropped', remote))
  server.setDropIncomingConnections(true)
  // #endregion
  const dropped = connectTo(server)
  await dropped.closed
  expect(dropped.received).toBe('')
  expect(console.log).toHaveBeenCalledWith('dropped', expect.objectContaining({ family: 'IPv4' }))
  await server.close()
})

test('a server behind a proxy knows its clients', async () => {
  // #region behind
  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (address, _reader, writer, { peerAddress }) => {
      console.log('client', address, 'by way of', peerAddress)
      writer.writeLine('hello')
    },
    {
      proxyProtocol: { from: ['127.0.0.1', '10.0.0.0/24'] },
      onHandlerError: 'ignore',
    },
  )
  server.on('clientError', (error, address) => console.warn(address, error.message))
  // #endregion
  const proxy = connectTo(server)
  proxy.send('PROXY TCP4 192.0.2.1 198.51.100.1 50000 80\r\n')
  await proxy.closed
  expect(proxy.received).toBe('hello\n')
  const client = { family: 'IPv4', address: '192.0.2.1', port: 50_000 }
  const peer = { family: 'IPv4', address: '127.0.0.1', port: expect.any(Number) }
  expect(console.log).toHaveBeenCalledWith('client', client, 'by way of', peer)
  const wrong = connectTo(server)
  wrong.send('GET / HTTP/1.1\r\n')
  await wrong.closed
  await server.waitForConnections((count) => count === 0)
  expect(console.warn).toHaveBeenCalledWith(peer, expect.stringContaining('PROXY'))
  await server.close()
})

test('a server has deadlines for idle and for old connections', async () => {
  const handler: Handler = async (_address, reader) => {
    await reader.read()
  }
  // #region deadlines
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, handler, {
    idleTimeout: 60_000,
    maxConnectionAge: { atMost: 3_600_000 },
    onHandlerError: (_address, error) => {
      if (!isClientError(error)) throw error
    },
  })
  // #endregion
  expect(server.isClosed).toBe(false)
  await server.close()
})
