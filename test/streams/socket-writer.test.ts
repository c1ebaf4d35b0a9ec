import { Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import type { Connection, Reader, Writer } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { create } from '../support/serve.ts'
import { hasSettled } from '../support/settled.ts'
import { turns } from '../support/turns.ts'

afterEach(() => void vi.restoreAllMocks())

interface Served {
  reader: Reader
  writer: Writer
  connection: Connection
}

/** A client of a server whose handler waits, and the two ends of the connection. */
async function served(options = {}) {
  const all: Served[] = []
  const server = await create(async (_address, reader, writer, connection) => {
    all.push({ reader, writer, connection })
    await new Promise((resolve) => connection.closing.addEventListener('abort', resolve))
  }, options)
  const client = connectTo(server)
  await agree(() => all.length, 1)
  return { server, client, ...(all[0] as Served) }
}

const MORE_THAN_THE_KERNEL_TAKES = Buffer.alloc(32 * 1024 * 1024)

test('writes of one turn are given to the socket together, in order, text and bytes', async () => {
  const { client, writer } = await served()
  const calls = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype as never, '_writev')]
  const before = () => calls.reduce((count, { mock }) => count + mock.calls.length, 0)
  const count = before()
  writer.write('a')
  await Promise.resolve()
  for (let index = 0; index < 3_000; index++) writer.write(index % 2 ? 'é' : Buffer.from('b'))
  process.nextTick(() => writer.writeLine('end'))
  expect(writer.bytesToWrite).toBe(1 + 1_500 * 3)
  await client.receives('end\n')
  expect(before() - count).toBe(1)
  expect(client.received).toBe(`a${'bé'.repeat(1_500)}end\n`)
})

test('write() tells when more than writerBufferSize waits', async () => {
  const { client, writer } = await served({ writerBufferSize: 10 })
  expect(writer.write('12345')).toBe(true)
  expect(writer.write('67890')).toBe(true)
  expect(writer.write('x')).toBe(false)
  await writer.flushed()
  expect(writer.bytesToWrite).toBe(0)
  expect(writer.write('')).toBe(true)
  await writer.flushed()
  await client.receives('1234567890x')
})

test('flushed() waits for what was written before, though nothing has been written since', async () => {
  const { client, writer } = await served()
  client.socket.pause()
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  await turns(3)
  for (const nothing of ['', Buffer.alloc(0)]) {
    expect(writer.write(nothing)).toBe(false)
    const flushed = [writer.flushed(), writer.flushed({ timeout: 60_000 })]
    expect(await hasSettled(Promise.race(flushed))).toBe(false)
    client.socket.resume()
    await Promise.all(flushed)
    expect(writer.bytesToWrite).toBe(0)
    client.socket.pause()
    writer.write(MORE_THAN_THE_KERNEL_TAKES)
    await turns(3)
  }
})

test('flushed() resolves when the OS has all written data, or the peer is gone', async () => {
  const { server, client, writer } = await served()
  await writer.flushed()
  client.socket.pause()
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  const flushed = writer.flushed()
  expect(await hasSettled(flushed)).toBe(false)
  client.socket.resume()
  await flushed
  expect(writer.bytesToWrite).toBe(0)
  client.socket.pause()
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  await turns(2)
  writer.write('later')
  const lost = writer.flushed()
  client.reset()
  await lost
  expect(writer.bytesToWrite).toBe(0)
  await server.waitForConnections((count) => count === 0)
})

test('close() flushes and sends FIN, is one promise, and the peer can go on', async () => {
  const { client, reader, writer, connection } = await served()
  client.socket.allowHalfOpen = true
  writer.write('last')
  const { closeFinished } = writer
  expect(writer.close()).toBe(closeFinished)
  expect(writer.close()).toBe(closeFinished)
  await closeFinished
  await client.ended
  expect(client.received).toBe('last')
  client.send('still here')
  expect(String(await reader.readExactly(10))).toBe('still here')
  expect(connection.state).toBe('serving')
  for (const write of [() => writer.write('x'), () => writer.writeLine('x')]) {
    expect(write).toThrow(expect.objectContaining({ code: 'ERR_WRITER_CLOSED' }))
  }
})

test.each([undefined, null, 5, {}, ['x'], new Uint16Array(1)])(
  'write(%o) throws and writes nothing',
  async (data) => {
    const { writer } = await served()
    expect(() => writer.write(data as never)).toThrow(/^data must be a string or bytes, but it is/)
    expect(() => writer.writeLine(data as never)).toThrow(/^text must be a string, but it is/)
    expect(writer.bytesToWrite).toBe(0)
  },
)

test('consumerLeft resolves at a reset that is noticed, and not at a FIN', async () => {
  const { server, client, reader, writer } = await served()
  const { consumerLeft } = writer
  client.end()
  expect(await reader.read()).toBeNull()
  expect(await hasSettled(consumerLeft)).toBe(false)
  client.reset()
  // After its FIN, only a write tells. The first one makes the peer answer that it is gone.
  await agree(() => {
    writer.write('are you there?')
    return server.numConnections
  }, 0)
  await consumerLeft
  await writer.consumerLeft
  expect(writer.write('dropped')).toBe(false)
  await Promise.all([writer.flushed(), writer.close(), writer.closeFinished])
})

test('with allowHalfOpen: false, data written before the peer has ended is sent', async () => {
  const server = await create(
    async (_address, reader, writer) => {
      for await (const chunk of reader) writer.write(chunk)
    },
    { allowHalfOpen: false },
  )
  const client = connectTo(server)
  client.socket.end('answer this')
  await client.closed
  expect(client.received).toBe('answer this')
})

test('with allowHalfOpen: false, a write after the peer has ended is dropped and frees the place', async () => {
  const clock = new SimulatedClock()
  const { server, client, reader, writer } = await served({ clock, allowHalfOpen: false })
  client.end()
  expect(await reader.read()).toBeNull()
  await client.closed
  await agree(() => [...server.connections].map(({ state }) => state), ['abandoned'])
  writer.write('to nobody')
  await server.waitForConnections((count) => count === 0)
})

test('a handler that writes to a peer that is gone, as fast as it may, does not stop the event loop', async () => {
  let isOver = false
  let writes = 0
  const server = await create(async (_address, _reader, writer) => {
    while (!isOver) {
      writes++
      if (!writer.write('x'.repeat(1024))) await writer.flushed()
    }
  })
  const client = await connectTo(server).connected
  client.destroy()
  await server.waitForConnections((count) => count === 0)
  const before = writes
  await turns(5)
  expect(writes - before).toBeLessThan(20)
  expect(writes).toBeGreaterThan(before)
  isOver = true
})

test.each<[string, (writer: Writer) => Promise<unknown>]>([
  ['flushes', (writer) => writer.flushed()],
  [
    'writes nothing and flushes',
    async (writer) => {
      writer.write('')
      await writer.flushed()
    },
  ],
  [
    'writes and flushes what is taken at once',
    async (writer) => {
      writer.write('x')
      await writer.flushed()
    },
  ],
  [
    'writes and flushes after close()',
    async (writer) => {
      void writer.close()
      try {
        writer.write('x')
      } catch {}
      await writer.flushed()
    },
  ],
])('a handler that %s again and again does not stop the event loop', async (_what, step) => {
  const { writer } = await served()
  let isOver = false
  let steps = 0
  setImmediate(() => setImmediate(() => (isOver = true)))
  while (!isOver && steps < 10_000) {
    steps++
    await step(writer)
  }
  expect(steps).toBeLessThan(20)
})

test('the first flushed() with nothing to wait for resolves at once', async () => {
  const { writer } = await served()
  let turn = 0
  writer.write('x')
  await writer.flushed()
  setImmediate(() => turn++)
  await writer.flushed()
  expect(turn).toBe(0)
  await writer.flushed()
  expect(turn).toBe(1)
  writer.write('y')
  await writer.flushed()
  turn = 0
  setImmediate(() => turn++)
  await writer.flushed()
  expect(turn).toBe(0)
})

const transferred = (bytes: Uint8Array) =>
  void structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })

/** What ES2024 adds. */
interface Resizable extends ArrayBuffer {
  resize(bytes: number): void
}

test.each<[string, () => Uint8Array, (bytes: Uint8Array) => void]>([
  ['a Uint8Array is transferred', () => new Uint8Array(5_000), transferred],
  ['a Buffer is transferred', () => Buffer.from(new ArrayBuffer(5_000)), transferred],
  ['a small one is transferred', () => new Uint8Array(1), transferred],
  [
    'one is shortened',
    () => new Uint8Array(Reflect.construct(ArrayBuffer, [5_000, { maxByteLength: 5_000 }]) as ArrayBuffer),
    ({ buffer }) => (buffer as Resizable).resize(100),
  ],
])(
  'where %s before it is sent, that connection fails and the others are served',
  async (_what, make, spoil) => {
    for (const settles of ['at once', 'later'] as const) {
      const failures: unknown[] = []
      const late = deferred()
      const server = await create(
        async (_address, reader, writer) => {
          const isFirst = (await reader.readLine()) === 'first'
          if (!isFirst) return void writer.write('served')
          const bytes = make()
          writer.write(bytes)
          spoil(bytes)
          if (settles === 'later') await late.promise
        },
        { onHandlerError: (_address, error) => void failures.push(error) },
      )
      const clients = [connectTo(server), connectTo(server), connectTo(server)]
      for (const [index, client] of clients.entries()) client.send(index === 0 ? 'first\n' : 'next\n')
      await Promise.all(clients.map(({ closed }) => closed))
      expect(clients.map(({ received }) => received)).toEqual(['', 'served', 'served'])
      await agree(() => failures.length, 1)
      expect(failures[0]).toMatchObject({
        code: 'ERR_INVALID_ARG_VALUE',
        message: expect.stringContaining('must not be transferred'),
      })
      await server.waitForConnections((count) => count === 0)
      expect(server.state).toBe('listening')
      late.resolve()
    }
  },
)

test('where a socket throws when it is written to, its connection fails and those of the same turn are served', async () => {
  const failures: unknown[] = []
  const all: (Served & { socket: Socket })[] = []
  const server = await create(
    async (_address, reader, writer, connection) => {
      const { socket } = connection as unknown as { socket: Socket }
      all.push({ reader, writer, connection, socket })
      await new Promise(() => {})
    },
    { onHandlerError: (_address, error) => void failures.push(error) },
  )
  const clients = [connectTo(server), connectTo(server), connectTo(server)]
  await agree(() => all.length, 3)
  const [broken, ...others] = all as [Served & { socket: Socket }, ...Served[]]
  const error = new Error('of a socket')
  broken.socket.write = () => {
    throw error
  }
  const flushed = [broken, ...others].map(({ writer }) => {
    writer.write('hello')
    return writer.flushed()
  })
  await Promise.all(flushed)
  await agree(() => clients.map(({ received }) => received).sort(), ['', 'hello', 'hello'])
  await agree(() => failures, [error])
  await server.waitForConnections((count) => count === 2)
})
