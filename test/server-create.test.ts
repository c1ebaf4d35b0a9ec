// How a connection with a reader and a writer ends, and what frees its place.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../src/common/deferred.ts'
import { BufferAgeLimitError, type Connection, type LateFailure } from '../src/index.ts'
import { agree } from './support/agreement.ts'
import { Client, connectTo } from './support/client.ts'
import { create } from './support/serve.ts'
import { hasSettled } from './support/settled.ts'
import { turns } from './support/turns.ts'

const MORE_THAN_THE_KERNEL_TAKES = Buffer.alloc(32 * 1024 * 1024)

/** What is published of failures that change nothing any more. */
function lateFailures(): unknown[] {
  const errors: unknown[] = []
  const listener = (message: unknown) => errors.push((message as LateFailure).error)
  subscribe('xstate-tcp:handler.late-failure', listener)
  onTestFinished(() => void unsubscribe('xstate-tcp:handler.late-failure', listener))
  return errors
}

test('8 MiB go each way through a slow handler, byte for byte', async () => {
  const sent = Buffer.from(Array.from({ length: 8 * 1024 * 1024 }, (_, index) => (index * 7919) >> 5))
  const server = await create(async (_address, reader, writer) => {
    for await (const chunk of reader) {
      await turns(1)
      if (!writer.write(chunk)) await writer.flushed()
    }
  })
  const socket = connect(server.listeningOn, '127.0.0.1')
  socket.end(sent)
  expect((await buffer(socket)).equals(sent)).toBe(true)
})

test('when the handler settles, the writer is flushed, then the reader is closed, then the place is free', async () => {
  const order: string[] = []
  const server = await create(async (_address, reader, writer) => {
    writer.closeFinished.then(() => order.push('writer closed'))
    reader.closeFinished.then(() => order.push('reader closed'))
    writer.write(MORE_THAN_THE_KERNEL_TAKES)
    writer.flushed().then(() => order.push('flushed'))
  })
  const client = connectTo(server)
  client.socket.pause()
  await agree(() => [...server.connections].map(({ state }) => state), ['closing'])
  expect(order).toEqual([])
  client.socket.resume()
  await server.waitForConnections((count) => count === 0)
  order.push('free')
  await client.closed
  expect(client.received.length).toBe(MORE_THAN_THE_KERNEL_TAKES.length)
  expect(client.error).toBeUndefined()
  await turns(1)
  expect(order.slice(0, 3)).toEqual(['flushed', 'writer closed', 'reader closed'])
})

test('a handler that was read from by halves is answered whole, while the client sends on', async () => {
  const answer = 'x'.repeat(5_000_000)
  const server = await create(async (_address, reader, writer) => {
    await reader.readExactly(1)
    writer.write(answer)
  })
  const client = connectTo(server)
  client.send('y'.repeat(3_000_000))
  await client.closed
  expect(client.error).toBeUndefined()
  expect(client.received.length).toBe(answer.length)
  await server.waitForConnections((count) => count === 0)
})

test.each([
  ['begins to send', 1],
  ['has filled the buffer', 64 * 1024],
])(
  'a client that reads only when it has sent all gets its answer, if that is given when it %s',
  async (_when, bytes) => {
    const answer = MORE_THAN_THE_KERNEL_TAKES.toString('latin1')
    const server = await create(
      async (_address, reader, writer, connection) => {
        await agree(() => connection.bytesRead >= bytes, true)
        await reader.readExactly(1)
        writer.write(answer)
      },
      { clock: new SimulatedClock() },
    )
    const client = connectTo(server)
    client.socket.pause()
    client.socket.write(MORE_THAN_THE_KERNEL_TAKES, () => client.socket.resume())
    await client.closed
    expect(client.error).toBeUndefined()
    expect(client.received.length).toBe(answer.length)
  },
)

test('a peer that takes nothing within 30 s is cut off, and that is no error', async () => {
  const clock = new SimulatedClock()
  const errors: unknown[] = []
  const server = await create(
    async (_address, _reader, writer) => void writer.write(MORE_THAN_THE_KERNEL_TAKES),
    {
      clock,
      bufferAgeLimit: 'unlimited',
      onHandlerError: (_address, error) => void errors.push(error),
    },
  )
  connectTo(server).socket.pause()
  await agree(() => [...server.connections].map(({ state }) => state), ['closing'])
  clock.increment(29_999)
  await turns(3)
  expect(server.numConnections).toBe(1)
  clock.increment(1)
  await server.waitForConnections((count) => count === 0)
  await turns(3)
  expect(errors).toEqual([])
})

test('a peer that does not stop sending is cut off after 30 s as well', async () => {
  const clock = new SimulatedClock()
  const server = await create(async (_address, reader) => void (await reader.readExactly(1)), { clock })
  const client = new Client({ port: server.listeningOn, host: '127.0.0.1', allowHalfOpen: true })
  client.send('nobody reads the rest')
  await client.ended
  expect(server.numConnections).toBe(1)
  clock.increment(30_000)
  await server.waitForConnections((count) => count === 0)
  client.destroy()
})

test('a client that never reads is cut off at bufferAgeLimit; its error goes to the policy, its handler is forgotten', async () => {
  const clock = new SimulatedClock()
  const errors: unknown[] = []
  const late = lateFailures()
  const lingering = deferred()
  const server = await create(
    async (_address, _reader, writer) => {
      writer.write(MORE_THAN_THE_KERNEL_TAKES)
      await lingering.promise
    },
    {
      clock,
      bufferAgeLimit: { atMost: 5_000 },
      onHandlerError: (_address, error) => void errors.push(error),
    },
  )
  connectTo(server).socket.pause()
  await server.waitForConnections((count) => count === 1)
  await turns(5)
  clock.increment(4_999)
  await turns(5)
  expect(server.numConnections).toBe(1)
  clock.increment(1)
  await server.waitForConnections((count) => count === 0)
  await agree(() => errors.length, 1)
  expect(errors[0]).toBeInstanceOf(BufferAgeLimitError)
  expect(String(errors[0])).toContain(
    `5000 ms ago (bufferAgeLimit); ${MORE_THAN_THE_KERNEL_TAKES.length} bytes`,
  )
  lingering.reject(new Error('much later'))
  await agree(() => late, [new Error('much later')])
  expect(errors.length).toBe(1)
})

test('bufferAgeLimit counts from the oldest byte: a peer that takes all in time is never cut off', async () => {
  const clock = new SimulatedClock()
  let flushes = 0
  const server = await create(
    async (_address, _reader, writer, { closing }) => {
      while (!closing.aborted) {
        writer.write(Buffer.alloc(1024 * 1024))
        await writer.flushed()
        flushes++
      }
    },
    { clock, bufferAgeLimit: { atMost: 100 } },
  )
  connectTo(server)
  for (let round = 1; round <= 10; round++) {
    // What waits at the next increment was written after the last one.
    const before = flushes
    await agree(() => flushes > before, true)
    clock.increment(60)
  }
  expect(server.numConnections).toBe(1)
})

test('one timer watches the buffers of all connections, and none is left at the end', async () => {
  const clock = new SimulatedClock()
  const delays: number[] = []
  const pending = new Set<unknown>()
  const counted = {
    now: () => clock.now(),
    setTimeout: (callback: () => void, delay: number) => {
      delays.push(delay)
      const id = clock.setTimeout(callback, delay)
      pending.add(id)
      return id
    },
    clearTimeout: (id: unknown) => {
      pending.delete(id)
      clock.clearTimeout(id as never)
    },
  }
  const server = await create(
    async (_address, _reader, writer, { closing }) => {
      writer.write(MORE_THAN_THE_KERNEL_TAKES)
      await new Promise((resolve) => closing.addEventListener('abort', resolve))
    },
    { clock: counted },
  )
  for (let index = 0; index < 5; index++) connectTo(server).socket.pause()
  await server.waitForConnections((count) => count === 5)
  await turns(5)
  // The other one is the server's, to look at its descriptors.
  expect(delays).toEqual([1_000, 120_000])
  await server.drain({ timeout: 0 })
  await server.closeFinishedAndHandlersDetermined
  expect([...pending]).toEqual([])
})

test('a reset frees the place of a handler that lingers; it has succeeded, and its later failure is published', async () => {
  const late = lateFailures()
  const lingering = deferred()
  const server = await create(async (_address, reader) => {
    expect(await reader.read()).toBeNull()
    await lingering.promise
  })
  const client = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  await turns(2)
  client.reset()
  await server.waitForConnections((count) => count === 0)
  lingering.reject(new Error('nobody waits for this'))
  await agree(() => late, [new Error('nobody waits for this')])
  expect(server.isClosed).toBe(false)
})

test('a handler that fails because of a reset counts as settled', async () => {
  const late = lateFailures()
  const server = await create(async (_address, reader, writer) => {
    writer.write('ready')
    await reader.readExactly(100)
  })
  const client = connectTo(server)
  await client.receives('ready')
  client.send('less')
  await agree(() => [...server.connections].map(({ bytesRead }) => bytesRead), [4])
  client.reset()
  await server.waitForConnections((count) => count === 0)
  await agree(() => late.length, 1)
  expect(late[0]).toMatchObject({ code: 'ERR_UNEXPECTED_END', partial: Buffer.from('less') })
  expect(server.isClosed).toBe(false)
})

test('a handler whose connection this side destroyed keeps its place until it writes', async () => {
  const write = deferred()
  let connection: Connection | undefined
  let left: Promise<void> | undefined
  let readerClosed: Promise<void> | undefined
  const server = await create(async (_address, reader, writer, its) => {
    connection = its
    left = writer.consumerLeft
    readerClosed = reader.closeFinished
    await write.promise
    writer.write('to nobody')
    await new Promise(() => {})
  })
  connectTo(server)
  await agree(() => connection !== undefined, true)
  connection?.destroy(new Error('enough'))
  await left
  await agree(() => [connection?.state, server.numConnections], ['abandoned', 1])
  write.resolve()
  await server.waitForConnections((count) => count === 0)
  await readerClosed
})

test('closeExistingConnections ends the reads, drops the writes and waits for no handler', async () => {
  const seen: unknown[] = []
  const server = await create(async (_address, reader, writer) => {
    seen.push(await reader.read())
    seen.push(writer.write('dropped'))
    await writer.flushed()
    seen.push('done')
  })
  const client = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  await turns(2)
  await server.close({ closeExistingConnections: true })
  await client.closed
  await server.closeFinishedAndHandlersDetermined
  await agree(() => seen, [null, false, 'done'])
})

test('a client that has gone before its handler starts finds it with streams at their end', async () => {
  const seen: unknown[] = []
  const server = await create(async (_address, reader, writer, connection) => {
    connection.destroy()
    await agree(() => connection.signal.aborted, true)
    seen.push(
      await reader.readLine(),
      await hasSettled(writer.consumerLeft),
      await hasSettled(writer.flushed()),
    )
  })
  connectTo(server)
  await agree(() => seen, [null, true, true])
})

test('a forgotten handler may go on calling: nothing throws, nothing stays pending', async () => {
  const freed = deferred()
  const seen: unknown[] = []
  const server = await create(async (_address, reader, writer) => {
    await freed.promise
    seen.push(writer.write('x'), writer.bytesToWrite, await reader.read(), await reader.readLine())
    await Promise.all([
      writer.flushed(),
      writer.close(),
      writer.consumerLeft,
      reader.close(),
      reader.closeFinished,
    ])
    seen.push('all resolved')
  })
  const client = await connectTo(server).connected
  await server.waitForConnections((count) => count === 1)
  await turns(2)
  client.reset()
  await server.waitForConnections((count) => count === 0)
  freed.resolve()
  await agree(() => seen, [false, 0, null, null, 'all resolved'])
})
