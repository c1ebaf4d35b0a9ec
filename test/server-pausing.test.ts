import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { connectTo } from './support/client.ts'
import { ManualHandler, serve } from './support/serve.ts'

const say = (text: string) => async (_address: unknown, socket: { write(text: string): void }) =>
  void socket.write(text)

describe('a full server', () => {
  test('pauses by itself, and serves a waiting client when a connection settles', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    const first = connectTo(server)
    const { settle } = await handler.run(0)
    expect(server.state).toBe('accept-paused')
    const second = await connectTo(server).connected
    settle()
    await handler.run(1)
    await first.closed
    expect(server.numConnections).toBe(1)
    handler.settleAll()
    expect((await second.closed).error).toBeUndefined()
  })

  test('serves 300 clients five at a time, none of which sees an error, and the others hold no descriptor meanwhile', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 5 })
    const clients = Array.from({ length: 300 }, () => connectTo(server))
    await Promise.all(clients.map((client) => client.connected))
    await handler.run(4)
    expect(server.numConnections).toBe(5)
    expect([...server.connections]).toHaveLength(5)
    for (let index = 0; index < 300; index++) {
      const run = await handler.run(index)
      run.socket.write('served')
      run.settle()
    }
    await Promise.all(clients.map((client) => client.closed))
    expect(handler.mostRunning).toBe(5)
    expect(clients.filter(({ received }) => received === 'served')).toHaveLength(300)
    expect(clients.filter(({ error }) => error !== undefined)).toHaveLength(0)
  })

  test.each([1, 2, 64])(
    'never has more connections than its limit, accepting %i a turn',
    async (maxAcceptsPerBatch) => {
      const handler = new ManualHandler()
      const server = await serve(handler.handle, { maxConnections: 7, maxAcceptsPerBatch })
      let most = 0
      server.actor.subscribe(() => {
        most = Math.max(most, server.numConnections, [...server.connections].length)
      })
      const clients = Array.from({ length: 200 }, () => connectTo(server))
      for (let index = 0; index < 200; index++) {
        // Full before each settles.
        await handler.run(Math.min(index + 6, 199))
        handler.runs[index]?.settle()
      }
      await Promise.all(clients.map((client) => client.closed))
      expect(most).toBe(7)
      expect(handler.mostRunning).toBe(7)
    },
  )

  test('serves waiting clients at once when its limit is raised, and closes none when it is lowered', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    for (let index = 0; index < 3; index++) connectTo(server)
    await handler.run(0)
    server.maxConnections = 3
    expect(server.state).toBe('listening')
    await handler.run(2)
    expect(server.state).toBe('accept-paused')
    server.maxConnections = 2
    expect(server.maxConnections).toBe(2)
    expect(server.numConnections).toBe(3)
    handler.runs[0]?.settle()
    await server.waitForConnections((count) => count === 2)
    expect(server.state).toBe('accept-paused')
    handler.runs[1]?.settle()
    await server.waitForConnections((count) => count === 1)
    expect(server.state).toBe('listening')
  })

  test('says so once a minute at most', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1, clock })
    const limits: unknown[] = []
    server.on('limit', (counts) => limits.push(counts))
    const fillAndEmpty = async (index: number) => {
      connectTo(server)
      const { settle } = await handler.run(index)
      settle()
      await server.waitForConnections((count) => count === 0)
    }
    await fillAndEmpty(0)
    expect(limits).toEqual([expect.objectContaining({ maxConnections: 1, numConnections: 1 })])
    clock.increment(59_999)
    await fillAndEmpty(1)
    expect(limits).toHaveLength(1)
    clock.increment(1)
    await fillAndEmpty(2)
    expect(limits).toHaveLength(2)
  })

  test('says which limit was reached, if it is another one by then', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 9 })
    connectTo(server)
    await handler.run(0)
    const reached = once(server, 'limit')
    server.maxConnections = 1
    server.maxConnections = 7
    expect(await reached).toEqual([expect.objectContaining({ maxConnections: 1, numConnections: 1 })])
  })
})

describe('pause()', () => {
  test.each(['hold', 'rebind'] as const)(
    'by %s takes effect before it returns and leaves existing connections alone',
    async (strategy) => {
      const handler = new ManualHandler()
      const server = await serve(handler.handle)
      const client = connectTo(server)
      const { socket } = await handler.run(0)
      server.pause({ strategy })
      expect(server.state).toBe('accept-paused')
      socket.write('still served')
      await client.receives('still served')
      expect(client.error).toBeUndefined()
    },
  )

  test('lets 20 clients wait in the kernel, which are served in order after resume()', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    server.pause()
    const ports: number[] = []
    for (let index = 0; index < 20; index++) {
      const client = await connectTo(server).connected
      ports.push(client.localPort)
    }
    expect(server.numConnections).toBe(0)
    expect(handler.runs).toHaveLength(0)
    await server.resume()
    await handler.run(19)
    expect(handler.runs.map(({ socket }) => socket.remotePort)).toEqual(ports)
  })

  test('is a flag, not a count: one resume() ends any number of pauses', async () => {
    const server = await serve(say('x'))
    server.pause()
    server.pause()
    await server.resume()
    expect(server.state).toBe('listening')
  })

  test('and the limit hold the server back until neither does', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    connectTo(server)
    const { settle } = await handler.run(0)
    server.pause()
    settle()
    await server.waitForConnections((count) => count === 0)
    expect(server.state).toBe('accept-paused')
    await server.resume()
    expect(server.state).toBe('listening')
    connectTo(server)
    await handler.run(1)
    server.pause()
    await server.resume()
    expect(server.state).toBe('accept-paused')
  })

  test('refuses an unknown strategy', async () => {
    const server = await serve(say('x'))
    expect(() => server.pause({ strategy: 'sleep' as never })).toThrow(
      /strategy .*'hold' or 'rebind'.*'sleep'/,
    )
    expect(() => server.pause({ stratgy: 'hold' } as never)).toThrow(/pause\.stratgy/)
    expect(server.state).toBe('listening')
  })

  test('turns a hold into a rebind where asked to, and one resume() ends both', async () => {
    const server = await serve(say('served'))
    server.pause({ strategy: 'hold' })
    server.pause({ strategy: 'rebind' })
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    await server.resume()
    expect((await connectTo(server).closed).received).toBe('served')
  })
})
