import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type DrainResult, Server } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { hasAll } from '../support/fin.ts'
import { loopback, ManualHandler, serve } from '../support/serve.ts'
import { hasSettled } from '../support/settled.ts'

describe('drain()', () => {
  test('closes, waits for the handlers, and counts those that settled', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    connectTo(server)
    connectTo(server)
    await handler.run(1)
    const draining = server.drain()
    expect(server.isClosed).toBe(true)
    expect(await hasSettled(draining)).toBe(false)
    handler.settleAll()
    expect(await draining).toEqual({ settled: 2, destroyed: 0 })
  })

  test('destroys remaining connections after its timeout, also when a handler never returns', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { clock })
    const clients = Array.from({ length: 3 }, () => connectTo(server))
    const { settle } = await handler.run(0)
    await handler.run(2)
    const draining = server.drain({ timeout: 500 })
    settle()
    await server.waitForConnections((count) => count === 2)
    clock.increment(499)
    expect(await hasSettled(draining)).toBe(false)
    clock.increment(1)
    expect(await draining).toEqual({ settled: 1, destroyed: 2 })
    await Promise.all(clients.map((client) => client.closed))
  })

  test('gives 15 s unless told otherwise, and so does await using', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { clock })
    connectTo(server)
    await handler.run(0)
    const disposing = server[Symbol.asyncDispose]()
    await server.closeFinished
    clock.increment(14_999)
    expect(await hasSettled(disposing)).toBe(false)
    clock.increment(1)
    await disposing
  })

  test('counts connections that were accepted and never started as destroyed', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    let draining: Promise<unknown> | undefined
    server.actor.subscribe(() => {
      if (server.numConnections === 1) draining ??= server.drain()
    })
    connectTo(server)
    await server.closeFinishedAndHandlersDetermined
    expect(await draining).toEqual({ settled: 0, destroyed: 1 })
  })

  test.each([0, 1])(
    'counts each connection once, also where a subscriber drains in the turn of accepting: timeout %s',
    async (timeout) => {
      const handler = new ManualHandler()
      const server = await serve(handler.handle)
      let draining: Promise<DrainResult> | undefined
      server.actor.subscribe(() => {
        if (server.numConnections === 1) draining ??= server.drain({ timeout })
      })
      connectTo(server)
      await server.closeFinishedAndHandlersDetermined
      expect(await draining).toEqual({ settled: 0, destroyed: 1 })
    },
  )

  test('counts once who was discarded by a close in the same turn', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    let draining: Promise<DrainResult> | undefined
    server.actor.subscribe(() => {
      if (server.numConnections !== 1 || draining) return
      void server.close()
      setImmediate(() => {
        draining = server.drain({ timeout: 0 })
      })
    })
    connectTo(server)
    await server.closeFinished
    await hasSettled(server.closeFinishedAndHandlersDetermined)
    expect(await draining).toEqual({ settled: 0, destroyed: 1 })
  })

  test('is one promise, also for subscribers and inspectors that call it while it begins', async () => {
    const promises = new Set<Promise<unknown>>()
    const handler = new ManualHandler()
    let server: Server | undefined
    server = await serve(handler.handle, {
      inspect: () => {
        if (server?.isClosed) promises.add(server.drain({ timeout: 0 }))
      },
    })
    const started = server
    started.actor.subscribe(() => {
      if (started.isClosed) promises.add(started.drain())
    })
    connectTo(started)
    await handler.run(0)
    promises.add(started.drain({ timeout: 0 }))
    handler.settleAll()
    await Promise.all(promises)
    expect(promises.size).toBe(1)
  })

  test('works after close(), and returns the first result to every call', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    connectTo(server)
    const { settle } = await handler.run(0)
    await server.close()
    const draining = server.drain({ timeout: 10_000 })
    const again = server.drain({ timeout: 0 })
    settle()
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    expect(await again).toBe(await draining)
    expect(await server.drain()).toBe(await draining)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'refuses a timeout of %s and closes nothing',
    async (timeout) => {
      const server = await serve(async () => {})
      await expect(server.drain({ timeout })).rejects.toThrow(RangeError)
      await expect(server.drain({ timeout })).rejects.toThrow(String(timeout))
      await expect(server.drain({ timeout: '5' as never })).rejects.toThrow(TypeError)
      await expect(server.drain({ timeout: null as never })).rejects.toThrow(/timeout.*null/)
      expect(server.isClosed).toBe(false)
    },
  )

  test('leaves no timer behind', async () => {
    const clock = new SimulatedClock()
    const pending = new Set<unknown>()
    const { setTimeout, clearTimeout } = clock
    clock.setTimeout = (callback, delay) => {
      const timer = setTimeout.call(
        clock,
        () => {
          pending.delete(timer)
          callback()
        },
        delay,
      )
      pending.add(timer)
      return timer
    }
    clock.clearTimeout = (timer) => {
      pending.delete(timer)
      clearTimeout.call(clock, timer)
    }
    const server = await serve(async () => {}, { clock, maxConnections: 1 })
    await connectTo(server).closed
    await server.drain()
    expect(pending.size).toBe(0)
  })
})

test('drain() counts a connection that was destroyed just before, though its handler had settled', async () => {
  const server = await serve(async (_address, socket) => {
    socket.write('answer')
  })
  const client = connectTo(server)
  client.socket.allowHalfOpen = true
  await client.receives('answer')
  const [connection] = server.connections
  await agree(() => connection?.actor.getSnapshot().value, { closing: 'lingering' })
  connection?.destroy()
  expect(server.numConnections).toBe(1)
  expect(await server.drain()).toEqual({ settled: 0, destroyed: 1 })
})

test.runIf(process.platform === 'linux')(
  'drain() counts all whose peers have everything as settled, however many do not end their side',
  async () => {
    const count = 300
    const server = await serve(async (_address, socket) => void socket.write('bye'))
    const clients = Array.from({ length: count }, () =>
      connect({ host: loopback.host, port: server.listeningOn, allowHalfOpen: true }),
    )
    onTestFinished(() => clients.forEach((client) => void client.destroy()))
    for (const client of clients) client.on('error', () => {}).resume()
    await agree(() => server.numConnections, count)
    await agree(() => [...server.connections].filter(hasAll).length, count)
    expect(await server.drain({ timeout: 0 })).toEqual({ settled: count, destroyed: 0 })
  },
)

test('await using drains at the end of the block', async () => {
  const handler = new ManualHandler()
  let escaped: Server<typeof loopback>
  {
    await using server = await Server.createSock(loopback, handler.handle)
    escaped = server
    connectTo(server)
    const { settle } = await handler.run(0)
    settle()
  }
  expect(escaped.isClosed).toBe(true)
  expect(escaped.numConnections).toBe(0)
})
