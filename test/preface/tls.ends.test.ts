// That nothing is lost, and nobody holds a place for ever, over TLS as without it.
import { once } from 'node:events'
import { connect as connectByTcp, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import { BufferAgeLimitError, type Connection, type CreateOptions, type Server } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { create, type loopback, serve } from '../support/serve.ts'
import { only, settled, TlsClient, VERSIONS } from '../support/tls-client.ts'

const tls = certificate
const MEGABYTE = 1024 * 1024

/** What a handler of either factory can do. */
interface Talk {
  /** All that comes until the client ends its side. */
  rest: () => Promise<string>
  write: (text: string) => unknown
  /** Ends our side. */
  end: () => unknown
  connection: Connection
}

type Serve = (
  talk: (talk: Talk) => Promise<void>,
  options?: CreateOptions,
) => Promise<Server<typeof loopback>>

const byStreams: Serve = (talk, options) =>
  create(
    (_address, reader, writer, connection) =>
      talk({
        rest: async () => {
          let text = ''
          for await (const data of reader) text += data
          return text
        },
        write: (text) => writer.write(text),
        end: () => writer.close(),
        connection,
      }),
    { tls, ...options },
  )

const bySocket: Serve = (talk, options) =>
  serve(
    (_address, socket, connection) => {
      // From now on, as what comes without a listener is lost.
      const rest = restOf(socket)
      return talk({
        rest: () => rest,
        write: (text) => socket.write(text),
        end: () => socket.end(),
        connection,
      })
    },
    { tls, ...options },
  )

async function restOf(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (data) => {
    text += data
  })
  await once(socket, 'end')
  return text
}

const factories: [string, Serve][] = [
  ['create', byStreams],
  ['createSock', bySocket],
]

describe.each(VERSIONS)('by %s', (version) => {
  /** A client that ends its side itself. */
  const halfOpen = { ...only(version), allowHalfOpen: true } as object

  it.each(factories)('%s answers who has ended its side', async (_name, serve) => {
    const server = await serve(async ({ rest, write }) => {
      write(`late ${(await rest()).length}`)
    })
    const client = new TlsClient(server, halfOpen)
    client.socket.end('x'.repeat(70_000))
    await client.closed
    expect(client.received).toBe('late 70000')
    await settled(server)
  })

  it.each(factories)('%s hears who ends its side with the handshake', async (_name, serve) => {
    const ends: string[] = []
    const server = await serve(async ({ rest }) => {
      ends.push(await rest())
    })
    for (let visit = 0; visit < 5; visit++) {
      const client = new TlsClient(server, halfOpen)
      client.socket.once('secureConnect', () => client.socket.end())
      await client.closed
      await settled(server)
    }
    expect(ends).toEqual(['', '', '', '', ''])
  })

  it.each(factories)('%s hears who goes on when our side is ended', async (_name, serve) => {
    const told = deferred<number>()
    const server = await serve(async ({ rest, write, end }) => {
      write('first')
      end()
      told.resolve((await rest()).length)
    })
    const client = new TlsClient(server, halfOpen)
    await once(client.socket, 'end')
    expect(client.received).toBe('first')
    client.socket.end('x'.repeat(70_000))
    expect(await told.promise).toBe(70_000)
    await client.closed
  })

  it.each(factories)('%s delivers an answer whole to who has sent what nobody read', async (_name, serve) => {
    const answer = 'x'.repeat(100_000)
    const server = await serve(async ({ write, connection }) => {
      // More than a handshake.
      while (connection.bytesRead < 10_000) await new Promise(setImmediate)
      write(answer)
    })
    const client = new TlsClient(server, halfOpen)
    client.socket.write(Buffer.alloc(MEGABYTE))
    await once(client.socket, 'end')
    expect(client.received).toBe(answer)
    client.socket.end()
    await settled(server)
    expect(client.error).toBeUndefined()
  })

  it.each(factories)('%s delivers an answer whole to who takes it slowly', async (_name, serve) => {
    const answer = 'x'.repeat(8 * MEGABYTE)
    const server = await serve(async ({ write }) => {
      write(answer)
    })
    const client = new TlsClient(server, only(version))
    client.socket.on('data', () => {
      client.socket.pause()
      setImmediate(() => client.socket.resume())
    })
    await client.closed
    expect(client.received.length).toBe(answer.length)
    expect(client.error).toBeUndefined()
  })

  it.each(factories)('%s holds no place for who does not end its side', async (_name, serve) => {
    const clock = new SimulatedClock()
    const server = await serve(
      async ({ write }) => {
        write('hello')
      },
      { clock, lingerTimeout: 1_000 },
    )
    const client = new TlsClient(server, halfOpen)
    await once(client.socket, 'end')
    const [connection] = server.connections
    while (connection?.state !== 'closing') await new Promise(setImmediate)
    clock.increment(999)
    expect(server.numConnections).toBe(1)
    while (server.numConnections > 0) {
      clock.increment(1)
      await new Promise(setImmediate)
    }
    expect(client.received).toBe('hello')
  })

  it('create echoes 20,000 lines, and reads no more than it has room for', async () => {
    const begin = deferred()
    const server = await create(
      async (_address, reader, writer) => {
        await begin.promise
        for await (const line of reader.lines()) if (!writer.writeLine(line)) await writer.flushed()
      },
      { tls },
    )
    const text = Array.from({ length: 20_000 }, (_, line) => `${line} ${'x'.repeat(100)}\n`).join('')
    const client = new TlsClient(server, halfOpen)
    client.socket.end(text)
    await server.waitForConnections((count) => count === 1)
    const [connection] = server.connections
    let read = -1
    for (let calm = 0; calm < 100; calm++) {
      if (connection?.bytesRead !== read) calm = 0
      read = connection?.bytesRead ?? 0
      await new Promise(setImmediate)
    }
    expect(read).toBeLessThan(MEGABYTE / 2)
    begin.resolve()
    await client.closed
    expect(client.received === text).toBe(true)
  })

  it('create takes FIN alone for an end, and reads what came before it', async () => {
    const began = deferred<string | null>()
    const told = deferred<unknown>()
    const server = await create(
      async (_address, reader) => {
        began.resolve(await reader.readLine())
        told.resolve([await reader.readLine(), await reader.read(), reader.endReason])
      },
      { tls },
    )
    const raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn, allowHalfOpen: true })
    const client = new TlsClient(server, { ...only(version), socket: raw })
    await client.secured
    client.socket.write('one\ntw')
    expect(await began.promise).toBe('one')
    raw.end()
    expect(await told.promise).toEqual(['tw', null, 'fin'])
  })

  it('create cuts who takes nothing within bufferAgeLimit', async () => {
    const clock = new SimulatedClock()
    const failed = deferred<unknown>()
    const server = await create(
      async (_address, _reader, writer) => {
        writer.write(Buffer.alloc(32 * MEGABYTE))
        await writer.flushed()
      },
      { tls, clock, bufferAgeLimit: { atMost: 1_000 }, onHandlerError: (_, error) => failed.resolve(error) },
    )
    const client = new TlsClient(server, only(version))
    client.socket.pause()
    await server.waitForConnections((count) => count === 1)
    const [connection] = server.connections
    while (connection?.bytesWritten !== 32 * MEGABYTE) await new Promise(setImmediate)
    let isOver = false
    void failed.promise.then(() => {
      isOver = true
    })
    while (!isOver) {
      clock.increment(500)
      await new Promise(setImmediate)
    }
    expect(await failed.promise).toBeInstanceOf(BufferAgeLimitError)
    await settled(server)
  })

  it.each([
    ['who resets', (raw: Socket) => void raw.resetAndDestroy()],
    ['who ends', (_raw: Socket, client: TlsClient) => void client.socket.end()],
  ])('createSock frees the place of %s also where all listeners were removed', async (_who, leave) => {
    const server = await serve(
      async (_address, socket, { signal }) => {
        socket.removeAllListeners()
        socket.write('hello')
        socket.resume()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
      { tls, allowHalfOpen: false },
    )
    const raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn })
    raw.on('error', () => {})
    const client = new TlsClient(server, { ...only(version), socket: raw })
    await client.receives('hello')
    leave(raw, client)
    await settled(server)
  })

  it('createSock is drained in its time also where all listeners were removed', async () => {
    const clock = new SimulatedClock()
    const server = await serve(
      async (_address, socket) => {
        socket.removeAllListeners()
        socket.write('hello')
        await new Promise(() => {})
      },
      { tls, clock },
    )
    const client = new TlsClient(server, only(version))
    await client.receives('hello')
    const draining = server.drain({ timeout: 200 })
    clock.increment(200)
    expect(await draining).toEqual({ settled: 0, destroyed: 1 })
    await client.closed
  })
})
