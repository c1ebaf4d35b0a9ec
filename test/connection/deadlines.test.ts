import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { connect as connectSecurely } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type Connection, isClientError, type ServerOptions } from '../../src/index.ts'
import { certificate } from '../support/certificate.ts'
import { type Client, connectTo } from '../support/client.ts'
import { create, ManualHandler, serve } from '../support/serve.ts'

const IDLE = 8_000
const LOOK = IDLE / 8

let clock: SimulatedClock
let errors: unknown[]
let options: ServerOptions

beforeEach(() => {
  clock = new SimulatedClock()
  errors = []
  options = {
    clock,
    idleTimeout: IDLE,
    flushTimeout: 10 * IDLE,
    onHandlerError: (_address, error) => {
      errors.push(error)
    },
  }
})

afterEach(() => {
  expect(errors.every(isClientError)).toBe(true)
})

/** So much time passes, look by look. */
function pass(milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= LOOK) clock.increment(Math.min(left, LOOK))
}

const none = (count: number) => count === 0

/** One that was cut off is counted until its descriptor is closed, in a later turn. */
function expectServing(server: { connections: Iterable<Connection> }): void {
  expect([...server.connections].map(({ state }) => state)).toEqual(['serving'])
}

/** It is cut off after the idle time, and not before. */
async function expectCut(server: Awaited<ReturnType<typeof serve>>, client: Client): Promise<void> {
  pass(IDLE - 1)
  expectServing(server)
  pass(LOOK + 1)
  await server.waitForConnections(none)
  await client.closed
  await vi.waitFor(() => expect(errors).toHaveLength(1))
  expect(errors[0]).toMatchObject({ code: 'ERR_IDLE_TIMEOUT', phase: 'serving' })
}

describe('an idle connection', () => {
  test('of createSock is cut off, its place is free and its handler forgotten', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...options, maxConnections: 1 })
    const client = await connectTo(server).connected
    const { connection } = await handler.run(0)
    await expectCut(server, client)
    expect(connection.signal.aborted).toBe(true)
    connectTo(server)
    await handler.run(1)
    expect(server.numConnections).toBe(1)
    handler.settleAll()
  })

  test('of create is cut off, though its handler waits for half a line', async () => {
    const seen: unknown[] = []
    const server = await create(async (_address, reader) => {
      seen.push(await reader.readLine())
    }, options)
    const client = await connectTo(server).connected
    client.send('half a line')
    await server.waitForConnections((count) => count === 1)
    await untilRead(server, 11)
    clock.increment(LOOK)
    await expectCut(server, client)
    await vi.waitFor(() => expect(seen).toEqual(['half a line']))
  })

  test('of one who iterates over its socket is cut off', async () => {
    const server = await serve(async (_address, socket) => {
      for await (const _ of socket);
    }, options)
    const client = await connectTo(server).connected
    client.send('hello')
    await untilRead(server, 5)
    clock.increment(LOOK)
    await expectCut(server, client)
  })

  test('of TLS is cut off', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...options, tls: certificate })
    const socket = connectSecurely({ port: server.listeningOn, host: '127.0.0.1', rejectUnauthorized: false })
    socket.on('error', () => {})
    const closed = once(socket, 'close')
    await handler.run(0)
    clock.increment(LOOK)
    pass(IDLE - LOOK - 1)
    expectServing(server)
    pass(2 * LOOK)
    await Promise.all([server.waitForConnections(none), closed])
    expect(errors).toMatchObject([{ code: 'ERR_IDLE_TIMEOUT' }])
  })

  test('goes on to be looked at while the server drains', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, options)
    connectTo(server)
    await handler.run(0)
    const drained = server.drain({ timeout: 100 * IDLE })
    pass(IDLE)
    expect(await drained).toMatchObject({ destroyed: 0 })
    expect(errors).toMatchObject([{ code: 'ERR_IDLE_TIMEOUT' }])
  })
})

async function untilRead(server: { connections: Iterable<Connection> }, count: number): Promise<void> {
  await vi.waitFor(() => {
    const [connection] = server.connections
    expect(connection?.bytesRead).toBeGreaterThanOrEqual(count)
  })
}

describe('a connection is not idle', () => {
  test('whose peer sends a byte now and then', async () => {
    const server = await create(async (_address, reader) => {
      await reader.readLine()
    }, options)
    const client = await connectTo(server).connected
    for (let count = 1; count < 30; count++) {
      client.send('x')
      await untilRead(server, count)
      pass(IDLE - LOOK)
    }
    expectServing(server)
    client.destroy()
    await server.waitForConnections(none)
  })

  test('whose handler writes a byte now and then', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, options)
    const client = await connectTo(server).connected
    const { socket, settle } = await handler.run(0)
    for (let count = 1; count < 30; count++) {
      socket.write('x')
      await client.receives('x'.repeat(count))
      pass(IDLE - LOOK)
    }
    expectServing(server)
    settle()
  })

  test.each(['pauses', 'does not read', 'is full'])('whose handler %s what came', async (how) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, options)
    const client = await connectTo(server).connected
    const { socket, settle } = await handler.run(0)
    if (how === 'pauses') socket.pause()
    client.send('x'.repeat(how === 'is full' ? 300_000 : 1))
    if (how !== 'pauses') await untilRead(server, 1)
    if (how === 'is full') {
      socket.on('readable', () => {})
      await vi.waitFor(() =>
        expect(socket.readableLength).toBeGreaterThanOrEqual(socket.readableHighWaterMark),
      )
    }
    pass(5 * IDLE)
    expectServing(server)
    expect(errors).toEqual([])
    socket.removeAllListeners('readable').resume()
    await vi.waitFor(() => expect(socket.readableLength).toBe(0))
    clock.increment(LOOK)
    pass(IDLE)
    await server.waitForConnections(none)
    settle()
  })

  test('whose reader is full, or holds what nobody has asked for', async () => {
    const handler = new ManualHandler()
    const server = await create(
      (address, _reader, _writer, connection) => handler.handle(address, undefined as never, connection),
      options,
    )
    const client = await connectTo(server).connected
    client.send('x')
    await untilRead(server, 1)
    pass(3 * IDLE)
    client.send('x'.repeat(1_000_000))
    await untilRead(server, 65_536)
    pass(3 * IDLE)
    expectServing(server)
    handler.settleAll()
  })

  test.each([false, true])('whose peer takes one large write slowly, tls: %s', async (tls) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...options, ...(tls && { tls: certificate }) })
    const size = 24_000_000
    const where = { port: server.listeningOn, host: '127.0.0.1', rejectUnauthorized: false }
    const socket = tls ? connectSecurely(where) : connectTo(server).socket
    socket.on('error', () => {}).pause()
    const run = await handler.run(0)
    run.socket.write(Buffer.alloc(size))
    let taken = 0
    socket.on('data', (chunk: Buffer) => {
      taken += chunk.length
      // Only so much until the next time.
      if (taken % 4_000_000 < chunk.length) socket.pause()
    })
    // What the kernel has does not wait for us any more.
    while (run.socket.writableLength > 0) {
      pass(IDLE - LOOK)
      expectServing(server)
      const before = taken
      socket.resume()
      await vi.waitFor(() => expect(taken).toBeGreaterThan(before), { timeout: 20_000 })
    }
    expect(errors).toEqual([])
    run.settle()
    socket.destroy()
  })

  test('whose handler has settled: that has its own limits', async () => {
    const server = await serve(async (_address, socket) => void socket.write('bye'), {
      ...options,
      lingerTimeout: 10 * IDLE,
    })
    const client = await connectTo(server).connected
    client.socket.allowHalfOpen = true
    await client.receives('bye')
    await vi.waitFor(() => expect([...server.connections][0]?.state).toBe('closing'))
    pass(3 * IDLE)
    expect(server.numConnections).toBe(1)
    client.end()
    await server.waitForConnections(none)
    expect(errors).toEqual([])
  })
})

describe('setIdleTimeout', () => {
  test.each([
    { given: IDLE, own: IDLE / 4 },
    { given: IDLE / 4, own: IDLE },
    { given: undefined, own: IDLE },
  ])('$own holds for one connection in place of $given', async ({ given, own }) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      ...options,
      ...(given ? { idleTimeout: given } : { idleTimeout: 0 }),
    })
    connectTo(server)
    const { connection } = await handler.run(0)
    connection.setIdleTimeout(5)
    connection.setIdleTimeout(own)
    const step = own / 16
    for (let time = step; time < own; time += step) clock.increment(step)
    expectServing(server)
    for (let count = 0; count < 3; count++) clock.increment(step)
    await server.waitForConnections(none)
    expect(errors).toMatchObject([
      { code: 'ERR_IDLE_TIMEOUT', message: expect.stringContaining(`${own} ms`) },
    ])
    connection.setIdleTimeout(1)
    clock.increment(own)
  })

  test.each([0, Infinity])('of %s is no limit, until another is set', async (none_) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, options)
    connectTo(server)
    connectTo(server)
    const [one] = await Promise.all([handler.run(0), handler.run(1)])
    one.connection.setIdleTimeout(none_)
    pass(10 * IDLE)
    await server.waitForConnections((count) => count === 1)
    expect([...server.connections]).toEqual([one.connection])
    one.connection.setIdleTimeout(IDLE)
    pass(IDLE)
    await server.waitForConnections(none)
    expect(errors).toHaveLength(2)
  })

  test.each([-1, 0.5, NaN, '5', null, undefined, 2 ** 31])('refuses %s', async (wrong) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, options)
    connectTo(server)
    const { connection, settle } = await handler.run(0)
    expect(() => connection.setIdleTimeout(wrong as number)).toThrow(/^milliseconds must be /)
    settle()
  })
})

describe('a connection that is too old', () => {
  const age = { atMost: 100_000, jitter: 0, grace: 5_000 }

  test('is told once, goes on, and is cut off if it has not ended in its time', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...options, idleTimeout: 0, maxConnectionAge: age })
    const client = await connectTo(server).connected
    const { connection, socket } = await handler.run(0)
    const { closing } = connection
    clock.increment(99_999)
    expect(closing.aborted).toBe(false)
    clock.increment(1)
    expect(closing.aborted).toBe(true)
    expect(connection.actor.getSnapshot().value).toEqual({ serving: 'retiring' })
    expect([...server.connections].map(({ state }) => state)).toEqual(['serving'])
    socket.write('goodbye')
    await client.receives('goodbye')
    clock.increment(4_999)
    expectServing(server)
    clock.increment(1)
    await server.waitForConnections(none)
    await client.closed
    expect(errors).toMatchObject([
      {
        code: 'ERR_CONNECTION_AGE',
        message: expect.stringMatching(
          /^The connection of 127\.0\.0\.1:\d+ was to end after 100000 ms, and has not within another 5000 ms \(maxConnectionAge\)$/,
        ),
      },
    ])
  })

  test('and says goodbye has succeeded, and the server goes on', async () => {
    const server = await serve(
      async (_address, socket, { closing }) => {
        await once(closing, 'abort')
        socket.write('goodbye')
      },
      { ...options, idleTimeout: 0, maxConnectionAge: age },
    )
    const client = await connectTo(server).connected
    await server.waitForConnections((count) => count === 1)
    await vi.waitFor(() => expect([...server.connections][0]?.state).toBe('serving'))
    clock.increment(100_000)
    await client.closed
    expect(client.received).toBe('goodbye')
    await server.waitForConnections(none)
    clock.increment(100_000)
    expect(errors).toEqual([])
    expect(server.isClosed).toBe(false)
  })

  test('has its signal aborted also if it is asked for only then', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...options, idleTimeout: 0, maxConnectionAge: age })
    connectTo(server)
    const { connection, settle } = await handler.run(0)
    clock.increment(100_000)
    expect(connection.closing.aborted).toBe(true)
    settle()
  })

  test('leaves at a time that differs from one to another by jitter', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      ...options,
      idleTimeout: 0,
      maxConnectionAge: { atMost: 100_000, grace: 1_000_000 },
    })
    for (let count = 0; count < 40; count++) connectTo(server)
    await handler.run(39)
    const retired = () => handler.runs.filter(({ connection }) => connection.closing.aborted).length
    clock.increment(90_000)
    expect(retired()).toBe(0)
    clock.increment(10_000)
    expect(retired()).toBeGreaterThan(3)
    expect(retired()).toBeLessThan(37)
    clock.increment(12_000)
    expect(retired()).toBe(40)
    handler.settleAll()
  })
})

test('an echo by a pipeline is idle when nothing comes', async () => {
  const server = await serve((_address, socket) => pipeline(socket, socket), options)
  const client = await connectTo(server).connected
  client.send('hello')
  await client.receives('hello')
  clock.increment(LOOK)
  await expectCut(server, client)
})
