import { connect } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import {
  BufferAgeLimitError,
  type CreateOptions,
  type Handler,
  MaxLengthExceededError,
  ReadPendingError,
  Server,
  UnexpectedEndError,
} from '../src/index.ts'
import { SocketReader } from '../src/reader.ts'
import { connectTo, destroyClients } from './support/client.ts'
import { loopback } from './support/serve.ts'

const servers: Server[] = []

async function create(handler: Handler, options: CreateOptions = {}) {
  const server = await Server.create(loopback, handler, options)
  servers.push(server)
  return server
}

afterEach(async () => {
  destroyClients()
  await Promise.all(servers.splice(0).map((server) => server.drain({ timeout: 0 })))
})

/** A reader of these chunks, as if a socket had received them, and then the end. */
function readerOf(chunks: readonly Uint8Array[]): SocketReader {
  const socket = { on: () => socket, pause: () => {}, resume: () => {} }
  const reader = new SocketReader(socket as never, 64)
  for (const chunk of chunks) reader.received(Buffer.from(chunk))
  reader.ended()
  return reader
}

type Step = { kind: 'line' | 'until' | 'exactly'; size: number }

async function results(chunks: readonly Uint8Array[], steps: readonly Step[]): Promise<unknown[]> {
  const reader = readerOf(chunks)
  const seen: unknown[] = []
  for (const { kind, size } of steps) {
    const read =
      kind === 'line'
        ? reader.readLine({ maxLength: size })
        : kind === 'until'
          ? reader.readUntil('\r\n\r', { maxLength: size })
          : reader.readExactly(size)
    seen.push(
      await read
        .catch((error) => [error.code, error.partial?.toString('hex')])
        .then((value) => String(value)),
    )
  }
  return seen
}

test('however bytes are cut up, the same is read', async () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 0xc3, 0xa9, 0xf0, 65), fc.integer({ min: 0, max: 255 }))
  const bytes = fc.uint8Array({ maxLength: 600 }).chain(() => fc.array(byte, { maxLength: 600 }))
  const step = fc.record({
    kind: fc.constantFrom('line' as const, 'until' as const, 'exactly' as const),
    size: fc.integer({ min: 0, max: 400 }),
  })
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.array(fc.nat(600)),
      fc.array(step, { maxLength: 20 }),
      async (all, cuts, steps) => {
        const whole = Uint8Array.from(all)
        const at = [...new Set(cuts.filter((cut) => cut < whole.length))].sort((a, b) => a - b)
        const pieces = [0, ...at].map((start, index) => whole.slice(start, at[index] ?? whole.length))
        expect(await results(pieces, steps)).toEqual(await results([whole], steps))
      },
    ),
  )
})

test('lines come whole, with LF or CRLF, inside of a character or not, and a last one without an end', async () => {
  const lines: string[] = []
  const server = await create(async (_address, reader, writer) => {
    for await (const line of reader.lines()) lines.push(line)
    writer.write('done')
  })
  const client = connectTo(server)
  for (const byte of Buffer.from('one\r\nzwö\n\nlast')) client.socket.write(Buffer.of(byte))
  client.end()
  await client.closed
  expect(lines).toEqual(['one', 'zwö', '', 'last'])
  expect(client.received).toBe('done')
})

test('a second read while one is pending, an end in the middle and a line that is too long reject', async () => {
  const errors: unknown[] = []
  const server = await create(async (_address, reader) => {
    const first = reader.readExactly(3)
    await reader.read().catch((error) => errors.push(error))
    await first
    await reader.readLine({ maxLength: 2 }).catch((error) => errors.push(error))
    expect(await reader.readLine()).toBe('long')
    await reader.readUntil('\0').catch((error) => errors.push(error))
    expect(await reader.read()).toBeNull()
  })
  const client = connectTo(server)
  client.send('abclong\nrest')
  client.end()
  await client.closed
  expect(errors.map((error) => (error as Error).constructor)).toEqual([
    ReadPendingError,
    MaxLengthExceededError,
    UnexpectedEndError,
  ])
  expect(String((errors[2] as UnexpectedEndError).partial)).toBe('rest')
})

test('8 MiB go through and come back, byte for byte, while the reader is slow', async () => {
  const sent = Buffer.alloc(8 * 1024 * 1024, 'all of these bytes ')
  const server = await create(async (_address, reader, writer) => {
    for await (const chunk of reader) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!writer.write(chunk)) await writer.flushed()
    }
  })
  const socket = connect(server.listeningOn, '127.0.0.1')
  socket.end(sent)
  const received: Buffer[] = []
  for await (const chunk of socket) received.push(chunk)
  expect(Buffer.concat(received).equals(sent)).toBe(true)
})

test('while nobody asks, no more than the buffer and two chunks are read', async () => {
  const server = await create(async (_address, _reader, _writer, { closing }) => {
    await new Promise((resolve) => closing.addEventListener('abort', resolve))
  })
  const client = connectTo(server)
  client.socket.write(Buffer.alloc(16 * 1024 * 1024))
  await server.waitForConnections((count) => count === 1)
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  const [connection] = server.connections
  expect(connection?.bytesRead).toBeLessThanOrEqual(3 * 64 * 1024)
})

test('what is written in one turn arrives in one piece, and in order', async () => {
  const server = await create(async (_address, _reader, writer) => {
    writer.write('a')
    await Promise.resolve()
    for (let index = 0; index < 3000; index++) writer.write(index % 2 ? 'é' : Buffer.from('b'))
    expect(writer.bytesToWrite).toBe(1 + 1500 * 3)
    await writer.flushed()
    expect(writer.bytesToWrite).toBe(0)
    await writer.close()
    expect(() => writer.write('late')).toThrow(expect.objectContaining({ code: 'ERR_WRITER_CLOSED' }))
  })
  const client = connectTo(server)
  await client.closed
  expect(client.received).toBe(`a${'bé'.repeat(1500)}`)
})

test('a client that never reads is cut off at bufferAgeLimit, and its handler, which lingers, is forgotten', async () => {
  const clock = new SimulatedClock()
  const errors: unknown[] = []
  const server = await create(
    (_address, _reader, writer) => {
      writer.write(Buffer.alloc(64 * 1024 * 1024))
      return new Promise(() => {})
    },
    {
      clock,
      bufferAgeLimit: { atMost: 5_000 },
      onHandlerError: (_address, error) => void errors.push(error),
    },
  )
  const client = connectTo(server)
  client.socket.pause()
  await server.waitForConnections((count) => count === 1)
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  clock.increment(4_999)
  expect(server.numConnections).toBe(1)
  clock.increment(1)
  await server.waitForConnections((count) => count === 0)
  await new Promise((resolve) => setImmediate(resolve))
  expect(errors).toEqual([expect.any(BufferAgeLimitError)])
})

test('a reset frees the place of a handler that lingers, as a success', async () => {
  const server = await create(async (_address, _reader, writer) => {
    await writer.consumerLeft
    await new Promise(() => {})
  })
  const client = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  await new Promise((resolve) => setImmediate(resolve))
  client.reset()
  await server.waitForConnections((count) => count === 0)
  expect(server.isClosed).toBe(false)
})

test('a handler whose connection was destroyed keeps its place until it writes', async () => {
  let write = () => {}
  const server = await create((_address, _reader, writer) => {
    write = () => writer.write('to nobody')
    return new Promise(() => {})
  })
  connectTo(server)
  await server.waitForConnections((count) => count === 1)
  await new Promise((resolve) => setImmediate(resolve))
  const [connection] = server.connections
  connection?.destroy()
  await new Promise((resolve) => connection?.signal.addEventListener('abort', resolve))
  expect(connection?.state).toBe('abandoned')
  write()
  await server.waitForConnections((count) => count === 0)
})
