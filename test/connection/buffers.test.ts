// What readers and writers hold in memory, and who is cut when that is too much.
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { BufferLimitError, type Handler, isClientError, type Reader, type Server } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { Buffered } from '../support/buffered.ts'
import { type Client, connectTo } from '../support/client.ts'
import { create } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** A block that is doubled for a line of 1 MiB, and a chunk. */
const SLACK = 1.2 * MIB

const never = () => new Promise<never>(() => {})

/** Collects what goes to the policy. */
function errorsOf(): { errors: unknown[]; onHandlerError: (address: unknown, error: unknown) => void } {
  const errors: unknown[] = []
  return { errors, onHandlerError: (_address, error) => errors.push(error) }
}

/** A client that sends so many bytes, and no line end. */
function sends(server: Server, bytes: number): Client {
  const client = connectTo(server)
  client.socket.write(Buffer.alloc(bytes, 'x'))
  return client
}

const readLines: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) writer.writeLine(line)
}

test('60 clients with a pending line of 1 MiB each hold no more than the limit, and the largest are cut', async () => {
  const { errors, onHandlerError } = errorsOf()
  const server = await create(readLines, { maxBufferedBytes: 8 * MIB, onHandlerError })
  const buffered = new Buffered(server)
  const clients = Array.from({ length: 60 }, () => sends(server, MIB - 1))
  await agree(() => server.numConnections === 60 - errors.length && errors.length > 40, true)
  expect(buffered.max).toBeGreaterThan(8 * MIB)
  expect(buffered.max).toBeLessThan(8 * MIB + SLACK)
  for (const error of errors) {
    expect(error).toBeInstanceOf(BufferLimitError)
    expect(error).toMatchObject({
      code: 'ERR_BUFFER_LIMIT',
      message: /^127\.0\.0\.1:\d+ made its .* 8388608 /,
    })
    expect(isClientError(error)).toBe(true)
  }
  for (const client of clients) client.destroy()
  await server.waitForConnections((count) => count === 0)
  expect(buffered.held).toBe(0)
})

test('honest clients lose nothing while others hoard, and none of them is cut', async () => {
  const { errors, onHandlerError } = errorsOf()
  const server = await create(
    async (_address, reader, writer) => {
      for await (const line of reader.lines()) if (!writer.writeLine(line)) await writer.flushed()
    },
    { maxBufferedBytes: 8 * MIB, onHandlerError },
  )
  const lines = Buffer.from(Array.from({ length: 4_000 }, (_, index) => `line ${index}\n`).join(''))
  const echoes = Array.from({ length: 10 }, async () => {
    const socket = connect(server.listeningOn, '127.0.0.1')
    const echo = buffer(socket)
    for (let at = 0; at < lines.length; at += 4 * KIB) {
      socket.write(lines.subarray(at, at + 4 * KIB))
      await turns(2)
    }
    socket.end()
    return (await echo).equals(lines)
  })
  let greedy = 0
  let isOver = false
  const attack = async () => {
    while (!isOver) {
      greedy++
      await sends(server, MIB - 1).closed
    }
  }
  const attacks = Array.from({ length: 20 }, attack)
  expect(await Promise.all(echoes)).toEqual(echoes.map(() => true))
  isOver = true
  expect(errors.length).toBeGreaterThan(0)
  expect(errors.length).toBeLessThan(greedy)
  await server.close({ closeExistingConnections: true })
  await Promise.all(attacks)
})

test('a client that never reads is cut when what is written to it holds too much; its handler is forgotten', async () => {
  const { errors, onHandlerError } = errorsOf()
  const end = deferred()
  let isHeeded = true
  const server = await create(
    async (_address, _reader, writer) => {
      while ([...server.connections].length > 0) {
        isHeeded = writer.write(Buffer.alloc(64 * KIB))
        await turns(1)
      }
      end.resolve()
      await never()
    },
    { maxBufferedBytes: 4 * MIB, onHandlerError },
  )
  const buffered = new Buffered(server)
  connectTo(server).socket.pause()
  await end.promise
  expect(isHeeded).toBe(false)
  expect(errors).toEqual([expect.any(BufferLimitError)])
  expect(buffered.max).toBeLessThan(4 * MIB + 66 * KIB)
  expect(buffered.held).toBe(0)
  expect(server.numConnections).toBe(0)
  expect(server.isClosed).toBe(false)
})

test('small writes are counted with what each turn of them costs', async () => {
  const { errors, onHandlerError } = errorsOf()
  let written = 0
  const server = await create(
    async (_address, _reader, writer, { signal }) => {
      writer.write(Buffer.alloc(MIB * 8))
      while (!signal.aborted) {
        writer.write('x')
        written++
        await turns(1)
      }
    },
    { maxBufferedBytes: 8 * MIB + 2 * 100 * KIB, onHandlerError },
  )
  connectTo(server).socket.pause()
  await agree(() => errors.length, 1)
  // Each of them takes some 400 bytes.
  expect(written).toBeLessThan(500)
})

test('an answer that nobody takes is cut without an error: its handler had settled', async () => {
  const { errors, onHandlerError } = errorsOf()
  const server = await create(
    async (_address, reader, writer) => {
      await reader.readLine()
      writer.write(Buffer.alloc(16 * MIB))
    },
    { maxBufferedBytes: 20 * MIB, onHandlerError },
  )
  const buffered = new Buffered(server)
  const clients = [connectTo(server), connectTo(server)]
  for (const client of clients) client.socket.pause()
  clients[0]?.send('now\n')
  await agree(() => [...server.connections].map(({ state }) => state), ['closing', 'serving'])
  clients[1]?.send('now\n')
  await server.waitForConnections((count) => count === 1)
  expect(buffered.held).toBeLessThan(17 * MIB)
  expect(errors).toEqual([])
})

test('what an abandoned handler has not read can be taken from it: it has failed, and reads that this side has closed', async () => {
  const { errors, onHandlerError } = errorsOf()
  const go = deferred()
  const read = deferred<[Buffer | null, string | undefined]>()
  const server = await create(
    async (_address, reader, _writer, { id }) => {
      if (id > 1) return void (await reader.readLine())
      await go.promise
      read.resolve([await reader.read(), reader.endReason])
      await never()
    },
    { maxBufferedBytes: 280 * KIB, readerBufferSize: 200 * KIB, onHandlerError },
  )
  const buffered = new Buffered(server)
  sends(server, 200 * KIB)
  await agree(() => bytesRead(server), [200 * KIB])
  for (const connection of server.connections) connection.destroy()
  await agree(() => [...server.connections].map(({ state }) => state), ['abandoned'])
  expect(buffered.held).toBeGreaterThanOrEqual(200 * KIB)
  const other = sends(server, 90 * KIB)
  await server.waitForConnections((count) => count === 1)
  await agree(() => errors.length, 1)
  expect(errors).toEqual([expect.any(BufferLimitError)])
  go.resolve()
  expect(await read.promise).toEqual([null, 'closed'])
  other.destroy()
  await server.waitForConnections((count) => count === 0)
  expect(buffered.held).toBe(0)
})

const bytesRead = (server: Server) => [...server.connections].map((connection) => connection.bytesRead)

test('what is left to a forgotten handler counts until it has read it or settled, and goes first', async () => {
  const { errors, onHandlerError } = errorsOf()
  const readers: Reader[] = []
  const ends = [deferred(), deferred()]
  const server = await create(
    async (_address, reader) => {
      const index = readers.push(reader) - 1
      await (ends[index] ?? deferred()).promise
    },
    { maxBufferedBytes: 550 * KIB, readerBufferSize: 200 * KIB, onHandlerError },
  )
  const buffered = new Buffered(server)
  for (let index = 0; index < 2; index++) {
    const client = sends(server, 200 * KIB)
    await agree(() => bytesRead(server), [200 * KIB])
    client.reset()
    await server.waitForConnections((count) => count === 0)
  }
  expect(buffered.held).toBe(400 * KIB)
  ends[0]?.resolve()
  await turns(1)
  expect(await readers[0]?.read()).toBeNull()
  expect(buffered.held).toBe(200 * KIB)
  for (let index = 0; index < 2; index++) sends(server, 200 * KIB)
  await agree(() => bytesRead(server), [200 * KIB, 200 * KIB])
  // Room was made without any of the living. Their sockets may have read another 64 KiB each.
  expect(await readers[1]?.read()).toBeNull()
  expect(buffered.held).toBe(2 * 264 * KIB)
  expect(server.numConnections).toBe(2)
  expect(errors).toEqual([])
})

test('without a limit nothing is counted', async () => {
  const server = await create(readLines, { maxBufferedBytes: 'unlimited' })
  expect(() => new Buffered(server)).toThrow('nothing is counted')
  const client = connectTo(server)
  client.send('hello\n')
  await client.receives('hello\n')
})
