// Handlers that fail since their clients have left, or have sent what is no TLS: whatever the
// errors are that Node makes of it, the server goes on.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { isClientError, productionDefaults, type ServerOptions, type SocketHandler } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { serve } from '../support/serve.ts'
import { only, VERSIONS } from '../support/tls-client.ts'

const write = (socket: Socket) =>
  new Promise<void>((resolve, reject) => {
    socket.write('x', (error) => (error ? reject(error) : resolve()))
  })

/** A server whose handlers fail one by one, and what they fail with. */
async function serveFailing(handler: SocketHandler, options: ServerOptions = {}) {
  const failed = deferred<unknown>()
  const server = await serve(handler, {
    ...productionDefaults,
    onHandlerError(address, error) {
      failed.resolve(error)
      productionDefaults.onHandlerError(address, error)
    },
    ...options,
  })
  return { server, failed: failed.promise }
}

const LATE: [string, SocketHandler][] = [
  ['once', async (_, socket, { signal }) => void (await once(socket, 'end', { signal }))],
  ['pipeline', async (_, socket, { signal }) => pipeline(socket, new PassThrough(), { signal })],
  ['throwIfAborted', async (_, __, { signal }) => signal.throwIfAborted()],
  ['write', (_, socket) => write(socket)],
]

test.each(LATE)('one that comes too late for the reset, with %s', async (_name, handler) => {
  const { server, failed } = await serveFailing(async (address, socket, connection) => {
    socket.write('hello')
    if (!connection.signal.aborted) await once(connection.signal, 'abort')
    await handler(address, socket, connection)
  })
  const client = connectTo(server)
  await client.receives('hello')
  client.reset()
  expect(isClientError(await failed)).toBe(true)
  expect(server.state).toBe('listening')
})

test('one that waits with its signal for a client that ends politely', async () => {
  const { server, failed } = await serveFailing(
    async (_, socket, { signal }) => {
      socket.resume().write('hello')
      await once(new PassThrough(), 'data', { signal })
    },
    { allowHalfOpen: false },
  )
  const client = connectTo(server)
  await client.receives('hello')
  client.end()
  expect(isClientError(await failed)).toBe(true)
  expect(server.state).toBe('listening')
})

test('no client is to blame for what this side does', async () => {
  const failed = deferred<unknown>()
  const server = await serve(async (_, socket, connection) => {
    connection.destroy()
    await once(socket, 'end', { signal: connection.signal }).catch(failed.resolve)
  })
  connectTo(server)
  expect(isClientError(await failed.promise)).toBe(false)
})

const RECORD = Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), Buffer.alloc(64, 7)])
const SECURE: [string, SocketHandler][] = [
  ['pipeline', (_, socket) => pipeline(socket, socket)],
  [
    'once',
    async (_, socket, { signal }) => {
      socket.pipe(socket)
      await once(socket, 'end', { signal })
    },
  ],
  [
    'write',
    async (_, socket) => {
      socket.pipe(socket)
      for (;;) await write(socket)
    },
  ],
]

const ways = VERSIONS.flatMap((version) => SECURE.map(([name, handler]) => ({ version, name, handler })))

test.each(ways)('one by $name whose client sends no $version any more', async ({ version, handler }) => {
  const tls = { ...certificate, ...only(version) }
  const { server, failed } = await serveFailing(handler, { tls })
  const raw = connectTo(server)
  const client = connect({ socket: raw.socket, ca: certificate.cert, servername: 'localhost' })
  client.on('error', () => {}).write('hello')
  await once(client, 'data')
  raw.socket.write(RECORD)
  expect(isClientError(await failed)).toBe(true)
  expect(server.state).toBe('listening')
})
