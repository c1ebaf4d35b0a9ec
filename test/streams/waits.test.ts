// Reads and flushes of servers that may not wait for ever.
import { execFileSync } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import {
  type Connection,
  type CreateOptions,
  isClientError,
  type Reader,
  ReadTimeoutError,
  type Writer,
  WriteTimeoutError,
} from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { CountingClock } from '../support/counting-clock.ts'
import { compiled } from '../support/package.ts'
import { create } from '../support/serve.ts'
import { hasSettled } from '../support/settled.ts'
import { turns } from '../support/turns.ts'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length
const MORE_THAN_THE_KERNEL_TAKES = Buffer.alloc(32 * 1024 * 1024)

interface Served {
  reader: Reader
  writer: Writer
  connection: Connection
}

/** A client of a server whose handler waits, and the two ends of the connection. */
async function served(options: CreateOptions = {}) {
  const all: Served[] = []
  const done = deferred()
  const server = await create(async (_address, reader, writer, connection) => {
    all.push({ reader, writer, connection })
    await done.promise
  }, options)
  onTestFinished(() => done.resolve())
  const client = connectTo(server)
  await agree(() => all.length, 1)
  return { server, client, done, ...(all[0] as Served) }
}

test('a client that sends one byte each 100 ms has one second for its line', async () => {
  const gaveUp = deferred<[unknown, number]>()
  const lines: unknown[] = []
  const server = await create(async (_address, reader) => {
    const start = performance.now()
    const error = await reader.readLine({ timeout: 1000 }).catch((reason) => reason)
    gaveUp.resolve([error, performance.now() - start])
    lines.push(await reader.readLine())
  })
  const client = connectTo(server)
  let sent = ''
  const timer = setInterval(() => {
    const byte = String.fromCharCode(97 + (sent.length % 26))
    sent += byte
    client.send(byte)
  }, 100)
  onTestFinished(() => clearInterval(timer))
  const [error, elapsed] = await gaveUp.promise
  clearInterval(timer)
  expect(error).toBeInstanceOf(ReadTimeoutError)
  expect(elapsed).toBeGreaterThanOrEqual(999)
  expect(sent.length).toBeGreaterThan(1)
  client.send('\n')
  await agree(() => lines, [sent])
})

test('a process ends though a read and a flush wait, which have their timeouts and a signal', () => {
  const script = 'test/support/fixtures/unref-waits.mjs'
  const output = execFileSync(process.execPath, [script, compiled('')], { encoding: 'utf8', timeout: 50_000 })
  expect(output).toBe('2 wait')
})

test('a read times out by the clock of the server, over TLS as well, and the next one has it all', async () => {
  for (const tls of [undefined, certificate]) {
    const clock = new SimulatedClock()
    const seen: unknown[] = []
    const reading = deferred()
    const server = await create(
      async (_address, reader) => {
        const line = reader.readLine({ timeout: 5000 })
        reading.resolve()
        seen.push(await line.catch((error) => error.code))
        seen.push(await reader.readLine({ timeout: 5000 }))
      },
      tls ? { clock, tls } : { clock },
    )
    const client = tls
      ? connectTls({ port: server.listeningOn, host: '127.0.0.1', rejectUnauthorized: false })
      : connectTo(server).socket
    await reading.promise
    client.write('the first half')
    await agree(() => [...server.connections][0]?.bytesRead, 14)
    clock.increment(4999)
    expect(seen).toEqual([])
    clock.increment(1)
    await agree(() => seen.length, 1)
    client.end(', the second\n')
    await once(client.resume(), 'close')
    expect(seen).toEqual(['ERR_READ_TIMEOUT', 'the first half, the second'])
  }
})

test('connection.closing ends a read when the server closes, and needs no listener for that', async () => {
  const { server, done, reader, connection } = await served()
  const { closing } = connection
  const read = reader.readLine({ signal: closing }).catch((error) => error)
  expect(await hasSettled(read)).toBe(false)
  expect(listeners(closing)).toBe(0)
  const closed = server.close()
  expect(await read).toBe(closing.reason)
  expect(await reader.readLine({ signal: closing }).catch((error) => error)).toBe(closing.reason)
  done.resolve()
  await closed
})

test('connection.closing of one connection ends the reads of another, and a read that is done is left alone', async () => {
  const { server, done, reader, connection, client } = await served()
  const other = await served()
  const read = other.reader.readLine({ signal: connection.closing }).catch((error) => error)
  client.send('x\n')
  expect(await reader.readLine({ signal: connection.closing })).toBe('x')
  const next = reader.readLine()
  const closed = server.close()
  expect(await read).toBe(connection.closing.reason)
  expect(await hasSettled(next)).toBe(false)
  done.resolve()
  await closed
})

test('connection.signal needs no listener: a read finds the end before it is aborted', async () => {
  const { client, reader, connection } = await served()
  const { signal } = connection
  const read = reader.readExactly(10, { signal, timeout: 60_000 }).catch((error) => error)
  client.send('abc')
  await agree(() => connection.bytesRead, 3)
  expect(listeners(signal)).toBe(0)
  client.reset()
  expect(await read).toMatchObject({ code: 'ERR_UNEXPECTED_END', partial: Buffer.from('abc') })
  await agree(() => signal.aborted, true)
  await expect(reader.read({ signal })).rejects.toBe(signal.reason)
})

test('flushed() takes a timeout and a signal: what was written still waits, and is sent', async () => {
  const clock = new CountingClock()
  const { client, writer } = await served({ clock, bufferAgeLimit: 'unlimited' })
  const pause = client.socket.pause()
  const controller = new AbortController()
  const { signal } = controller
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  const timed = writer.flushed({ timeout: 1000 }).catch((error) => error)
  const later = writer.flushed({ timeout: 3000, signal }).catch((error) => error)
  const aborted = writer.flushed({ signal }).catch((error) => error)
  const unlimited = writer.flushed()
  await turns(5)
  clock.increment(999)
  expect(await hasSettled(timed)).toBe(false)
  clock.increment(1)
  const error = await timed
  expect(error).toBeInstanceOf(WriteTimeoutError)
  expect(error).toMatchObject({
    code: 'ERR_WRITE_TIMEOUT',
    message: `What was written has not been taken within 1000 ms (timeout); ${writer.bytesToWrite} bytes still wait`,
  })
  expect(listeners(signal)).toBe(1)
  controller.abort('stop')
  expect([await later, await aborted, listeners(signal)]).toEqual(['stop', 'stop', 0])
  expect(await hasSettled(unlimited)).toBe(false)
  await expect(writer.flushed({ timeout: 0 })).rejects.toThrow(WriteTimeoutError)
  await expect(writer.flushed({ signal })).rejects.toBe('stop')
  const last = writer.flushed({ timeout: 60_000, signal: new AbortController().signal })
  pause.resume()
  await Promise.all([unlimited, last])
  await writer.flushed({ timeout: 0 })
  expect(writer.bytesToWrite).toBe(0)
  clock.increment(100_000)
})

test('flushed() with a timeout resolves when the peer is gone, and leaves nothing behind', async () => {
  const clock = new CountingClock()
  const { client, writer, connection, server, done } = await served({ clock, bufferAgeLimit: 'unlimited' })
  client.socket.pause()
  const { signal } = new AbortController()
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  const flushed = Promise.all([
    writer.flushed({ timeout: 60_000, signal }),
    writer.flushed({ timeout: 60_000, signal: connection.closing }),
  ])
  await turns(3)
  expect([listeners(signal), listeners(connection.closing)]).toEqual([1, 1])
  client.reset()
  await flushed
  expect([listeners(signal), listeners(connection.closing)]).toEqual([0, 0])
  done.resolve()
  await server.close()
  await server.closeFinishedAndHandlersDetermined
  await agree(() => clock.pending.size, 0)
})

test('the arguments of flushed() are checked', async () => {
  const { writer } = await served()
  await expect(writer.flushed({ timeout: -1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  await expect(writer.flushed({ timeout: Number.NaN })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  await expect(writer.flushed({ maxLength: 1 } as never)).rejects.toThrow('flushed.maxLength is not known')
  await expect(writer.flushed({ signal: 1 as never })).rejects.toThrow('signal must be an AbortSignal')
  await writer.flushed({ timeout: Infinity })
})

test('a loop of flushes that were given up lets the event loop go on', async () => {
  const { client, writer } = await served({ bufferAgeLimit: 'unlimited' })
  client.socket.pause()
  writer.write(MORE_THAN_THE_KERNEL_TAKES)
  for (const limit of [{ timeout: 0 }, { signal: AbortSignal.abort() }, { timeout: -1 }]) {
    let isOver = false
    let calls = 0
    setImmediate(() => setImmediate(() => (isOver = true)))
    while (!isOver && calls < 10_000) {
      calls++
      await writer.flushed(limit).catch(() => {})
    }
    expect(calls).toBeLessThan(20)
  }
})

test('a handler that lets a timeout escape fails by the doing of its client: the policy decides', async () => {
  const clock = new SimulatedClock()
  const told: unknown[] = []
  const faults: unknown[] = []
  let serving = 0
  const server = await create(
    async (_address, reader, writer) => {
      serving++
      for await (const line of reader.lines({ timeout: 30_000 })) {
        if (line === 'much') writer.write(MORE_THAN_THE_KERNEL_TAKES)
        await writer.flushed({ timeout: 20_000 })
      }
    },
    {
      clock,
      onHandlerError: (_address, error) => {
        told.push((error as { code: string }).code)
        if (isClientError(error)) return
        faults.push(error)
        throw error
      },
    },
  )
  const silent = connectTo(server)
  const deaf = connectTo(server)
  await agree(() => serving, 2)
  deaf.socket.pause()
  deaf.send('much\n')
  await agree(() => [...server.connections].some(({ bytesWritten }) => bytesWritten > 0), true)
  await turns(5)
  clock.increment(20_000)
  clock.increment(10_000)
  await agree(() => told, ['ERR_READ_TIMEOUT'])
  // Its connection is cut when it has not taken what was written for `flushTimeout` either.
  clock.increment(30_000)
  await agree(() => told, ['ERR_READ_TIMEOUT', 'ERR_WRITE_TIMEOUT'])
  await silent.closed
  expect([faults, server.isClosed]).toEqual([[], false])
  expect(server.numConnections).toBe(0)
  const next = await connectTo(server).connected
  await agree(() => serving, 3)
  next.end()
  await next.closed
})

test('without a policy, a timeout that escapes closes the server, as any error does', async () => {
  const clock = new SimulatedClock()
  const server = await create(
    async (_address, reader) => {
      await reader.readLine({ timeout: 1000 })
    },
    { clock },
  )
  const failed = once(server, 'error')
  connectTo(server)
  await server.waitForConnections((count) => count === 1)
  await turns(5)
  clock.increment(1000)
  const [error] = await failed
  expect(error).toBeInstanceOf(ReadTimeoutError)
})
