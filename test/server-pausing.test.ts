import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { OutageError, type Server } from '../src/index.ts'
import { Client, connectTo } from './support/client.ts'
import { type loopback, ManualHandler, serve, untilSnapshot } from './support/serve.ts'

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

  test('wakes waiting clients at once when its limit is raised, and closes nobody when it is lowered', async () => {
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
    expect(limits).toEqual([{ maxConnections: 1, numConnections: 1 }])
    clock.increment(59_999)
    await fillAndEmpty(1)
    expect(limits).toHaveLength(1)
    clock.increment(1)
    await fillAndEmpty(2)
    expect(limits).toHaveLength(2)
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

  test('refuses a strategy that is none', async () => {
    const server = await serve(say('x'))
    expect(() => server.pause({ strategy: 'sleep' as never })).toThrow(
      /strategy .*'hold' or 'rebind'.*'sleep'/,
    )
    expect(() => server.pause({ stratgy: 'hold' } as never)).toThrow(/pause\.stratgy/)
    expect(server.state).toBe('listening')
  })

  test('makes a rebind of a hold where asked to, and one resume() ends both', async () => {
    const server = await serve(say('served'))
    server.pause({ strategy: 'hold' })
    server.pause({ strategy: 'rebind' })
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    await server.resume()
    expect((await connectTo(server).closed).received).toBe('served')
  })
})

describe('a rebind', () => {
  test('refuses new clients and listens on the same port after resume()', async () => {
    const server = await serve(say('served'), { pauseStrategy: 'rebind' })
    const { listeningOn } = server
    server.pause()
    expect(server.listeningSocket.fd).toBe(-1)
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    const resumed = server.resume()
    expect(server.state).toBe('accept-paused')
    await resumed
    expect(server.state).toBe('listening')
    expect(server.listeningOn).toBe(listeningOn)
    expect((await connectTo(server).closed).received).toBe('served')
  })

  test('by hand while full gives way to the hold of the limit', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    connectTo(server)
    const { settle } = await handler.run(0)
    server.pause({ strategy: 'rebind' })
    await server.resume()
    expect(server.state).toBe('accept-paused')
    const waiting = await connectTo(server).connected
    settle()
    await handler.run(1)
    handler.settleAll()
    expect((await waiting.closed).error).toBeUndefined()
  })

  test('cannot be done on a descriptor of somebody else', async () => {
    const owner = createServer().listen(0, '127.0.0.1')
    await once(owner, 'listening')
    const { fd } = (owner as unknown as { _handle: { fd: number } })._handle
    await expect(serve(say('x'), { pauseStrategy: 'rebind' }, { fd })).rejects.toMatchObject({
      code: 'ERR_REBIND_UNAVAILABLE',
    })
    owner.close()
  })

  test('retries with a growing delay up to 1 s while the address is taken, tells once, and recovers by itself', async () => {
    const clock = new SimulatedClock()
    const timeouts = vi.spyOn(clock, 'setTimeout')
    const server = await serve(say('served'), { clock })
    const errors: unknown[] = []
    server.on('error', (error) => errors.push(error))
    const thief = await takeAddress(server)
    const resumed = server.resume()
    for (let tries = 0; tries < 10; tries++) {
      await untilRetrying(server)
      clock.increment(1_000)
    }
    await untilRetrying(server)
    expect(timeouts.mock.calls.map(([, delay]) => delay)).toEqual([
      10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 1000,
    ])
    expect(server.state).toBe('accept-paused')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(OutageError)
    expect(errors[0]).toMatchObject({ code: 'ERR_SERVER_OUTAGE', cause: { code: 'EADDRINUSE' } })
    await new Promise((resolve) => thief.close(resolve))
    clock.increment(1_000)
    await resumed
    expect(server.state).toBe('listening')
    expect((await connectTo(server).closed).received).toBe('served')
    const again = await takeAddress(server)
    void server.resume()
    await untilRetrying(server)
    await server.close()
    expect(errors).toHaveLength(2)
    again.close()
  })

  test('that fails is a warning where nobody listens to errors, and no crash', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = await serve(say('x'), { clock: new SimulatedClock() })
    const thief = await takeAddress(server)
    const resumed = server.resume()
    await untilRetrying(server)
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_SERVER_OUTAGE' }))
    warned.mockRestore()
    await server.close()
    await resumed
    thief.close()
  })
})

async function takeAddress(server: Server<typeof loopback>) {
  server.pause({ strategy: 'rebind' })
  const thief = createServer().listen(server.listeningOn, '127.0.0.1')
  await once(thief, 'listening')
  return thief
}

const untilRetrying = (server: Server<typeof loopback>) =>
  untilSnapshot(server, { 'accept-paused': 'retrying' })

describe('dropping', () => {
  test('accepts and closes at once: no handler, no place, one event with both addresses; existing connections go on', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const existing = connectTo(server)
    const { socket } = await handler.run(0)
    server.setDropIncomingConnections(true)
    expect(server.state).toBe('dropping')
    expect(server.isDroppingIncomingConnections).toBe(true)
    const dropped = once(server, 'drop')
    const client = await connectTo(server).connected
    const { localPort } = client
    expect(await dropped).toEqual([
      {
        local: { family: 'IPv4', address: '127.0.0.1', port: server.listeningOn },
        remote: { family: 'IPv4', address: '127.0.0.1', port: localPort },
      },
    ])
    await client.closed
    expect(server.numConnections).toBe(1)
    expect(handler.runs).toHaveLength(1)
    socket.write('still here')
    await existing.receives('still here')
    server.setDropIncomingConnections(false)
    expect(server.state).toBe('listening')
    connectTo(server)
    await handler.run(1)
  })

  test('can be how a server starts', async () => {
    const server = await serve(say('x'), { dropIncomingConnections: true })
    expect(server.state).toBe('dropping')
    expect((await connectTo(server).closed).received).toBe('')
  })

  test('wins over the limit, and ends in the pause that is due', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    connectTo(server)
    await handler.run(0)
    server.setDropIncomingConnections(true)
    await connectTo(server).closed
    expect(server.numConnections).toBe(1)
    server.setDropIncomingConnections(false)
    expect(server.state).toBe('accept-paused')
  })

  test.each(['hold', 'rebind'] as const)(
    'wins over a pause by %s, which comes back when it ends',
    async (strategy) => {
      const server = await serve(say('served'))
      server.pause({ strategy })
      server.setDropIncomingConnections(true)
      if (strategy === 'rebind') await server.resume()
      if (strategy === 'rebind') server.pause({ strategy })
      const client = await connectTo(server).closed
      expect(client.received).toBe('')
      expect(client.error?.code).not.toBe('ECONNREFUSED')
      server.setDropIncomingConnections(false)
      expect(server.state).toBe('accept-paused')
      await server.resume()
      expect((await connectTo(server).closed).received).toBe('served')
    },
  )

  test('drops those that waited in the queue of a held server', async () => {
    const server = await serve(say('served'))
    server.pause({ strategy: 'hold' })
    const waiting = await connectTo(server).connected
    server.setDropIncomingConnections(true)
    expect((await waiting.closed).received).toBe('')
  })

  test('refuses what is no boolean', async () => {
    const server = await serve(say('x'))
    expect(() => server.setDropIncomingConnections('yes' as never)).toThrow(/isDropping.*'yes'/)
  })
})

test('clients of a closed port are refused, not left waiting', async () => {
  const server = await serve(say('x'))
  await server.close()
  const client = new Client({ host: '127.0.0.1', port: server.listeningOn })
  expect((await client.closed).error?.code).toBe('ECONNREFUSED')
})
