// What handlers make of the end that this side has given their connection is no failure of theirs.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import {
  type Connection,
  isClientError,
  type LateFailure,
  productionDefaults,
  type Reader,
  type Server,
  type ServerOptions,
  StartTlsError,
  type StreamConnection,
} from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { hostileValues } from '../support/hostile.ts'
import { create, serve } from '../support/serve.ts'
import { StarttlsClient } from '../support/starttls.ts'

type Wait = (connection: Connection) => Promise<unknown>

const LONG = 1_000_000
/** More than the OS takes. */
const MUCH = 32 * 1024 * 1024

type Write = (data: Uint8Array, callback: (error?: Error | null) => void) => void

const bySignal: Record<string, Wait> = {
  'timers/promises': ({ signal }) => sleep(LONG, undefined, { signal, ref: false }),
  once: ({ signal }) => once(new EventEmitter(), 'never', { signal }),
  'the reason itself': async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    signal.throwIfAborted()
  },
  'an error that has it as its cause': async ({ signal }) => {
    await sleep(LONG, undefined, { signal, ref: false }).catch((cause: unknown) => {
      throw new Error('given up', { cause })
    })
  },
}

const policies = ['raise', 'ignore', 'a function', 'productionDefaults'] as const

/** Options, and what the policy heard of, where anybody can see it. */
function told(policy: (typeof policies)[number]): { options: ServerOptions; errors: unknown[] } {
  const errors: unknown[] = []
  if (policy === 'productionDefaults') return { options: { ...productionDefaults }, errors }
  if (policy !== 'a function') return { options: { onHandlerError: policy }, errors }
  return { options: { onHandlerError: (_address, error) => void errors.push(error) }, errors }
}

function published(): LateFailure[] {
  const all: LateFailure[] = []
  const listener = (message: unknown) => void all.push(message as LateFailure)
  subscribe('xstate-tcp:handler.late-failure', listener)
  onTestFinished(() => void unsubscribe('xstate-tcp:handler.late-failure', listener))
  return all
}

/** The one connection of a server, whose handler waits. */
async function connected(server: Server, errors: unknown[] = [], text = ''): Promise<Connection> {
  server.on('error', (error) => void errors.push(error))
  const { socket } = connectTo(server)
  socket.pause()
  socket.write(text)
  await server.waitForConnections((count) => count === 1)
  const [connection] = server.connections
  await vi.waitFor(() => expect(connection?.state).toBe('serving'))
  // The handler is where it waits.
  await new Promise(setImmediate)
  return connection as Connection
}

/** The place is free, and the policy has had its turn. */
async function settled(server: Server): Promise<void> {
  await server.waitForConnections((count) => count === 0)
  await new Promise(setImmediate)
}

const factories = {
  createSock: (wait: Wait, options: ServerOptions) =>
    serve((_address, _socket, connection) => wait(connection), options),
  create: (wait: Wait, options: ServerOptions) =>
    create((_address, _reader, _writer, connection) => wait(connection), options),
}

const endings: Record<string, (connection: Connection) => void> = {
  'destroy()': (connection) => connection.destroy(),
  'destroy(error)': (connection) => connection.destroy(new Error('the operator had enough')),
  'its actor': (connection) => connection.actor.send({ type: 'destroy' }),
}

describe.each(policies)('onHandlerError: %s', (policy) => {
  describe.each(['createSock', 'create'] as const)('%s', (factory) => {
    for (const [ending, end] of Object.entries(endings)) {
      test.each(Object.entries(bySignal))(
        `hears nothing after ${ending} of a wait with the signal: %s`,
        async (_name, wait) => {
          const late = published()
          const { options, errors } = told(policy)
          const server = await factories[factory](wait, options)
          const connection = await connected(server, errors)
          end(connection)
          await settled(server)
          expect(errors).toEqual([])
          expect(server.state).toBe('listening')
          expect(late).toEqual([{ connection, error: expect.any(Error) }])
        },
      )
    }

    test('hears of any other error of the handler, after destroy as ever', async () => {
      const own = new Error('a fault of ours')
      const { options, errors } = told(policy)
      const server = await factories[factory](async ({ signal }) => {
        await sleep(LONG, undefined, { signal, ref: false }).catch(() => {})
        throw own
      }, options)
      const connection = await connected(server, errors)
      connection.destroy(new Error('the operator had enough'))
      await settled(server)
      expect(errors).toEqual(policy === 'ignore' ? [] : [own])
      expect(server.isClosed).toBe(policy === 'raise' || policy === 'productionDefaults')
    })
  })
})

describe('after destroy, the default policy hears nothing of', () => {
  const reads: [string, (reader: Reader, connection: Connection) => Promise<unknown>][] = [
    ['read', async (reader, { signal }) => (await reader.read()) && reader.read({ signal })],
    ['readExactly', (reader) => reader.readExactly(4)],
    ['readUntil', (reader) => reader.readUntil('\0')],
  ]

  test.each(reads)('%s', async (_name, read) => {
    const { options, errors } = told('raise')
    const server = await create(async (_address, reader, _writer, connection) => {
      await read(reader, connection)
      connection.signal.throwIfAborted()
    }, options)
    const connection = await connected(server, errors, 'abc')
    await vi.waitFor(() => expect(connection.bytesRead).toBe(3))
    connection.destroy()
    await settled(server)
    expect(errors).toEqual([])
    expect(server.state).toBe('listening')
  })

  test('flushed', async () => {
    const { options, errors } = told('raise')
    const server = await create(async (_address, _reader, writer, connection) => {
      writer.write(Buffer.alloc(MUCH))
      await writer.flushed({ signal: connection.signal })
      await sleep(LONG, undefined, { signal: connection.signal, ref: false })
    }, options)
    const connection = await connected(server, errors)
    connection.destroy()
    await settled(server)
    expect(errors).toEqual([])
    expect(server.state).toBe('listening')
  })

  const waits: [string, (socket: Socket) => Promise<unknown>][] = [
    ['pipeline', (socket) => pipeline(socket, socket)],
    [
      'for await',
      async (socket) => {
        for await (const chunk of socket) expect(chunk).toBeDefined()
      },
    ],
    [
      'a write behind another one',
      (socket) => {
        socket.write(Buffer.alloc(MUCH))
        return promisify(socket.write.bind(socket) as Write)(Buffer.from('more'))
      },
    ],
  ]

  test.each(waits)('%s of a socket', async (_name, wait) => {
    const late = published()
    const { options, errors } = told('raise')
    const server = await serve((_address, socket) => wait(socket), options)
    const connection = await connected(server, errors)
    connection.destroy()
    await settled(server)
    expect(errors).toEqual([])
    expect(server.state).toBe('listening')
    expect(late).toEqual([{ connection, error: expect.any(Error) }])
  })

  test('startTls that was under way', async () => {
    const { options, errors } = told('raise')
    const outcomes: unknown[] = []
    let reason: unknown
    const server = await create(async (_address, reader, writer, connection) => {
      await reader.readLine()
      writer.writeLine('go')
      connection.signal.addEventListener('abort', () => {
        reason = connection.signal.reason
      })
      await connection.startTls(certificate).catch((error: unknown) => {
        outcomes.push(error)
        throw error
      })
    }, options)
    server.on('error', (error) => void errors.push(error))
    const client = new StarttlsClient(server)
    client.raw.write('STARTTLS\n')
    await client.receives('go\n')
    const [connection] = server.connections
    connection?.destroy()
    await settled(server)
    expect(outcomes).toEqual([expect.any(StartTlsError)])
    expect((outcomes[0] as Error).cause).toBe(reason)
    expect(reason).toMatchObject({ name: 'AbortError' })
    expect(errors).toEqual([])
    expect(server.state).toBe('listening')
  })
})

describe('a handler that waits with the signal while TLS comes to nothing', () => {
  async function attempt(
    begin: (client: StarttlsClient) => void,
    ask?: (connection: StreamConnection) => void,
  ) {
    const errors: unknown[] = []
    const server = await create(
      async (_address, reader, writer, connection) => {
        await reader.readLine()
        writer.writeLine('go')
        connection.startTls(certificate).catch(() => {})
        ask?.(connection)
        await sleep(LONG, undefined, { signal: connection.signal, ref: false })
      },
      { onHandlerError: (_address, error) => void errors.push(error) },
    )
    const client = new StarttlsClient(server)
    client.raw.write('STARTTLS\n')
    await client.receives('go\n')
    begin(client)
    await settled(server)
    expect(errors).toHaveLength(1)
    return errors[0] as Error & { cause: Error }
  }

  test('fails by the client, where it was its doing', async () => {
    const error = await attempt((client) => void client.raw.write('GET / HTTP/1.1\r\n\r\n'))
    expect(isClientError(error)).toBe(true)
    expect(error.cause).toMatchObject({ name: 'AbortError', cause: { name: 'ClientError' } })
  })

  test('fails, and not by the client, where it has asked twice itself', async () => {
    const again = (connection: StreamConnection) => void connection.startTls(certificate).catch(() => {})
    const error = await attempt(() => {}, again)
    expect(isClientError(error)).toBe(false)
    expect(error.cause).toMatchObject({ name: 'AbortError', cause: { code: 'ERR_START_TLS' } })
  })
})

describe('connection.closing', () => {
  const untilClosing: Wait = ({ closing }) => sleep(LONG, undefined, { signal: closing, ref: false })

  test.each(['createSock', 'create'] as const)(
    'is no failure of a handler of %s that waits with it when the server closes',
    async (factory) => {
      const late = published()
      const { options, errors } = told('raise')
      const server = await factories[factory](untilClosing, options)
      const connection = await connected(server, errors)
      await server.close()
      await server.closeFinishedAndHandlersDetermined
      await new Promise(setImmediate)
      expect(errors).toEqual([])
      expect(late).toEqual([{ connection, error: expect.objectContaining({ name: 'AbortError' }) }])
    },
  )

  test('nor when the connection is as old as it may become: what it wrote is sent, and FIN', async () => {
    const { options, errors } = told('raise')
    const clock = new SimulatedClock()
    const server = await serve(
      async (_address, socket, connection) => {
        socket.write('hello')
        await untilClosing(connection)
      },
      { ...options, clock, maxConnectionAge: { atMost: 1_000, jitter: 0 } },
    )
    server.on('error', (error) => void errors.push(error))
    const client = connectTo(server)
    await vi.waitFor(() => expect(client.received).toBe('hello'))
    clock.increment(1_000)
    await client.closed
    await settled(server)
    expect(client.error).toBeUndefined()
    expect(errors).toEqual([])
    expect(server.state).toBe('listening')
  })

  test('nor when a drain, or close, cuts it off', async () => {
    for (const close of ['drain', 'close'] as const) {
      const { options, errors } = told('raise')
      const server = await serve(
        (_address, _socket, { signal }) => sleep(LONG, undefined, { signal, ref: false }),
        options,
      )
      await connected(server, errors)
      await (close === 'drain'
        ? server.drain({ timeout: 0 })
        : server.close({ closeExistingConnections: true }))
      await server.closeFinishedAndHandlersDetermined
      await new Promise(setImmediate)
      expect(errors).toEqual([])
    }
  })
})

test('a client that leaves is a client error to the policy, also where the operator ends the rest', async () => {
  const { options, errors } = told('a function')
  const server = await serve((_address, socket, { signal }) => {
    socket.resume()
    return sleep(LONG, undefined, { signal, ref: false })
  }, options)
  server.on('error', (error) => void errors.push(error))
  const client = connectTo(server)
  await server.waitForConnections((count) => count === 1)
  const [connection] = server.connections
  connection?.signal.addEventListener('abort', () => connection.destroy())
  await vi.waitFor(() => expect(connection?.state).toBe('serving'))
  client.reset()
  await settled(server)
  expect(errors.map(isClientError)).toEqual([true])
})

test('a reason of another connection is none of this one', async () => {
  const { options, errors } = told('a function')
  const other = new AbortController()
  other.abort()
  const server = await serve(async (_address, _socket, { signal }) => {
    await sleep(LONG, undefined, { signal, ref: false }).catch(() => {})
    other.signal.throwIfAborted()
  }, options)
  const connection = await connected(server, errors)
  connection.destroy()
  await settled(server)
  expect(errors).toEqual([other.signal.reason])
})

test('what cannot be looked at, and causes in a circle, go to the policy', async () => {
  const circle = new Error('round')
  circle.cause = new Error('and round', { cause: circle })
  for (const value of [...Object.values(hostileValues), circle]) {
    let heard = 0
    const server = await serve(
      async (_address, _socket, { signal }) => {
        await sleep(LONG, undefined, { signal, ref: false }).catch(() => {})
        throw value
      },
      { onHandlerError: () => void heard++ },
    )
    const connection = await connected(server)
    connection.destroy()
    await settled(server)
    expect(heard).toBe(1)
  }
})
