import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import {
  encodeProxyHeader,
  type Handler,
  isClientError,
  parseProxyHeader,
  productionDefaults,
  Server,
  type Writer,
} from '../../src/index.ts'
import { connectTo, destroyClients } from '../support/client.ts'
import { turns } from '../support/turns.ts'

const console = { log: vi.fn(), warn: vi.fn() }

afterEach(() => {
  destroyClients()
  vi.clearAllMocks()
})

test('the echo server echoes lines and survives a line that is too long', async () => {
  // #region echo
  const server = await Server.create(
    { port: 0, host: '127.0.0.1' },
    async (_address, reader, writer) => {
      for await (const line of reader.lines()) {
        if (!writer.writeLine(line)) await writer.flushed()
      }
    },
    {
      ...productionDefaults, // against bad clients
      maxConnections: 100,
      onHandlerError: (address, error) => {
        if (!isClientError(error)) throw error // a fault of ours: the server closes
        console.warn(address, error)
      },
    },
  )
  console.log(`listening on port ${server.listeningOn}`)
  // #endregion
  const client = connectTo(server)
  client.send('hello\r\nwör')
  client.socket.end('ld')
  await client.closed
  expect(client.received).toBe('hello\nwörld\n')
  expect(client.error).toBeUndefined()

  const reset = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  reset.reset()
  await server.waitForConnections((count) => count === 0)
  expect(console.warn).not.toHaveBeenCalled()

  const endless = connectTo(server)
  endless.send('x'.repeat(1024 * 1024 + 2))
  await vi.waitFor(() => expect(console.warn).toHaveBeenCalledOnce())
  expect(server.isClosed).toBe(false)
  expect(console.log).toHaveBeenCalledWith(`listening on port ${server.listeningOn}`)
  await server.drain({ timeout: 0 })
})

test('a chat sends each line to all clients', async () => {
  // #region chat
  const clients = new Set<Writer>()

  const chat: Handler = async (_address, reader, writer, { id }) => {
    clients.add(writer)
    try {
      for await (const line of reader.lines({ maxLength: 1000 })) {
        for (const client of clients) client.writeLine(`${id}: ${line}`)
      }
    } finally {
      clients.delete(writer)
    }
  }
  // #endregion
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, chat, { onHandlerError: 'ignore' })
  const [one, two, three] = [connectTo(server), connectTo(server), connectTo(server)]
  await vi.waitFor(() => expect(clients.size).toBe(3))
  const [first] = [...server.connections].sort((a, b) => a.id - b.id)
  one.send('hello\n')
  for (const client of [one, two, three]) await client.receives('hello\n')
  expect(first?.id).toBe(1)
  expect(two.received).toMatch(/^\d: hello\n$/)
  three.reset()
  await server.waitForConnections((count) => count === 2)
  await vi.waitFor(() => expect(clients.size).toBe(2))
  two.send('she is gone\n')
  await one.receives('she is gone\n')
  one.end()
  two.end()
  await Promise.all([one.closed, two.closed])
  expect(clients.size).toBe(0)
  await server.drain()
})

test('a protocol with lengths finds its frames however they are cut up', async () => {
  // #region frames
  const frames: Handler = async (_address, reader, writer) => {
    for (;;) {
      const head = await reader.readExactly(2)
      if (head === null) return
      const body = await reader.readExactly(head.readUInt16BE())
      if (body) writer.write(body.reverse())
    }
  }
  // #endregion
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, frames)
  const client = connectTo(server)
  for (const byte of [0, 3, 97, 98, 99, 0, 0, 0, 1, 100]) client.socket.write(Buffer.of(byte))
  client.end()
  await client.closed
  expect(client.received).toBe('cbad')
  await server.drain()
})

test('the daytime protocol sends the time and closes', async () => {
  // #region daytime
  const where = { port: 0, host: '127.0.0.1' }
  const server = await Server.create(where, async (_address, _reader, writer) => {
    writer.write(`${new Date().toUTCString()}\r\n`)
  })
  // #endregion
  const before = Math.floor(Date.now() / 1000) * 1000
  const socket = connect(server.listeningOn, '127.0.0.1')
  const answer = await text(socket)
  expect(answer).toMatch(/\r\n$/)
  expect(Date.parse(answer)).toBeGreaterThanOrEqual(before)
  if (!socket.closed) await once(socket, 'close')
  await server.drain()
})

test('a time limit for a read ends a silent client', async () => {
  // #region deadline
  const greeter: Handler = async (_address, reader, writer) => {
    const name = await reader.readLine({ maxLength: 100, timeout: 10_000 })
    if (name !== null) writer.writeLine(`hello, ${name}`)
  }
  // #endregion
  const clock = new SimulatedClock()
  const onHandlerError = vi.fn()
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, greeter, { clock, onHandlerError })
  const quick = connectTo(server)
  quick.send('Jane\n')
  quick.end()
  await quick.closed
  expect(quick.received).toBe('hello, Jane\n')

  const silent = connectTo(server)
  await server.waitForConnections((count) => count === 1)
  await turns(5)
  clock.increment(10_000)
  await silent.closed
  expect(silent.received).toBe('')
  await server.waitForConnections((count) => count === 0)
  expect(onHandlerError.mock.calls.map(([, error]) => isClientError(error))).toEqual([true])
  expect(await server.drain()).toEqual({ settled: 0, destroyed: 0 })
})

test('reads and flushes have their time, and end when the server closes', async () => {
  // #region timeouts
  const greeter: Handler = async (_address, reader, writer, { closing }) => {
    const name = await reader.readLine({ maxLength: 100, timeout: 10_000 })
    if (name === null) return
    writer.writeLine(`hello, ${name}`)
    try {
      for await (const line of reader.lines({ timeout: 60_000, signal: closing })) {
        writer.writeLine(line)
        await writer.flushed({ timeout: 60_000 })
      }
    } catch (error) {
      if (!closing.aborted) throw error // its time was over
      writer.writeLine('goodbye') // the server closes
    }
  }
  // #endregion
  const clock = new SimulatedClock()
  const codes: unknown[] = []
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, greeter, {
    clock,
    onHandlerError: (_address, error) => {
      codes.push((error as { code: unknown }).code)
    },
  })
  const [one, two] = [connectTo(server), connectTo(server)]
  for (const client of [one, two]) {
    client.send('Jane\na line\n')
    await client.receives('hello, Jane\na line\n')
  }
  clock.increment(59_000)
  two.send('another\n')
  await two.receives('another\n')
  clock.increment(1000)
  await one.closed
  const drained = server.drain()
  await two.closed
  expect(two.received).toMatch(/goodbye\n$/)
  await drained
  expect(codes).toEqual(['ERR_READ_TIMEOUT'])
})

test('a header of the PROXY protocol is written and read', () => {
  // #region proxy-header
  const header = encodeProxyHeader({
    version: 2,
    command: 'proxy',
    source: { family: 'IPv4', address: '192.0.2.1', port: 50_000 },
    destination: { family: 'IPv4', address: '198.51.100.1', port: 443 },
    authority: 'example.org',
  })

  const found = parseProxyHeader(Buffer.concat([header, Buffer.from('hello')]))
  console.log(found?.header.source) // { family: 'IPv4', address: '192.0.2.1', port: 50000 }
  console.log(found?.length === header.length) // true: 'hello' is the client's
  // #endregion
  expect(console.log).toHaveBeenCalledWith({ family: 'IPv4', address: '192.0.2.1', port: 50_000 })
  expect(console.log).toHaveBeenLastCalledWith(true)
})
