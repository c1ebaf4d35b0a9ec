import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { connectTo } from './support/client.ts'
import { ManualHandler, serve } from './support/serve.ts'
import { hasSettled } from './support/settled.ts'

describe('close()', () => {
  test('resolves when the listening descriptor is closed, and does not wait for connections', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = connectTo(server)
    const { socket } = await handler.run(0)
    await server.close()
    expect(server.state).toBe('closed')
    expect(server.numConnections).toBe(1)
    socket.write('goes on')
    await client.receives('goes on')
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
  })

  test('returns the same promise to every call, and a later one has no further effect, whatever its options', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = connectTo(server)
    const { socket } = await handler.run(0)
    const closing = server.close()
    expect(server.close({ closeExistingConnections: true })).toBe(closing)
    expect(server.closeFinished).toBe(closing)
    await closing
    expect(server.close({ closeExistingConnections: true })).toBe(closing)
    socket.write('goes on')
    await client.receives('goes on')
  })

  test('starts no handler afterwards, not even of a connection that was accepted but not yet started', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    server.actor.subscribe(() => {
      if (server.numConnections === 1) void server.close()
    })
    const client = connectTo(server)
    await server.closeFinishedAndHandlersDetermined
    await client.closed
    expect(handler.runs).toHaveLength(0)
    expect(server.numConnections).toBe(0)
  })

  test('called in a handler keeps those accepted in the same turn from starting', async () => {
    const handler = new ManualHandler()
    const server = await serve(async (address, socket, connection) => {
      void server.close()
      expect(server.isClosed).toBe(true)
      await handler.handle(address, socket, connection)
    })
    server.pause()
    const clients = Array.from({ length: 20 }, () => connectTo(server))
    await Promise.all(clients.map((client) => client.connected))
    await server.resume()
    await handler.run(0)
    handler.settleAll()
    await server.closeFinishedAndHandlersDetermined
    expect(handler.runs).toHaveLength(1)
  })

  test('with closeExistingConnections destroys the sockets, waits for their descriptors, and does not stop the handlers', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const clients = Array.from({ length: 3 }, () => connectTo(server))
    await handler.run(2)
    await server.close({ closeExistingConnections: true })
    for (const { socket, connection } of handler.runs) {
      expect(socket.destroyed).toBe(true)
      expect(connection.state).toBe('abandoned')
      expect(connection.signal.aborted).toBe(true)
      // Writes are dropped, and end nothing.
      socket.write('nobody hears this')
    }
    expect(server.numConnections).toBe(3)
    await Promise.all(clients.map((client) => client.closed))
    expect(await hasSettled(server.closeFinishedAndHandlersDetermined)).toBe(false)
    handler.settleAll()
    await server.closeFinishedAndHandlersDetermined
    expect(server.numConnections).toBe(0)
  })

  test('makes isClosed true before it returns, and nothing else does', async () => {
    const server = await serve(async () => {})
    expect(server.isClosed).toBe(false)
    server.pause()
    expect(server.isClosed).toBe(false)
    const closing = server.close()
    expect(server.isClosed).toBe(true)
    expect(server.state).toBe('closing')
    await closing
    expect(server.isClosed).toBe(true)
  })

  test('makes isClosed true before it returns also when it is called in the middle of a transition', async () => {
    const seen: boolean[] = []
    const server = await serve(async () => {})
    server.actor.subscribe(() => {
      void server.close()
      seen.push(server.isClosed)
    })
    server.pause()
    expect(seen).toContain(true)
    expect(seen).not.toContain(false)
    await server.closeFinished
  })

  test('lets the port be bound again at once', async () => {
    const server = await serve(async () => {})
    await connectTo(server).closed
    await server.close()
    const next = await serve(async () => {}, {}, { port: server.listeningOn, host: '127.0.0.1' })
    expect(next.listeningOn).toBe(server.listeningOn)
  })

  test.each(['hold', 'rebind'] as const)(
    'closes a server paused by %s, and its clients with it',
    async (strategy) => {
      const server = await serve(async () => {})
      const waiting = connectTo(server)
      await waiting.closed
      server.pause({ strategy })
      await server.close()
      const next = await serve(async () => {}, {}, { port: server.listeningOn, host: '127.0.0.1' })
      expect(next.state).toBe('listening')
    },
  )

  test("removes a unix socket's file, unless it is somebody else's by then", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xstate-tcp-'))
    const path = join(folder, 'server.sock')
    const server = await serve(async () => {}, {}, { path })
    await server.close()
    expect(existsSync(path)).toBe(false)

    const loser = await serve(async () => {}, {}, { path })
    rmSync(path)
    const owner = createServer().listen(path)
    await once(owner, 'listening')
    await loser.close()
    expect(existsSync(path)).toBe(true)
    owner.close()
    rmSync(folder, { recursive: true })
  })

  test('refuses wrong options', async () => {
    const server = await serve(async () => {})
    expect(() => server.close({ closeExistingConnections: 1 as never })).toThrow(
      /closeExistingConnections.*1/,
    )
    expect(() => server.close({ force: true } as never)).toThrow(/close\.force/)
    expect(server.isClosed).toBe(false)
  })

  test('ends a resume() that waits for the address', async () => {
    const server = await serve(async () => {}, { clock: new SimulatedClock() })
    server.on('error', () => {})
    server.pause({ strategy: 'rebind' })
    const thief = createServer().listen(server.listeningOn, '127.0.0.1')
    await once(thief, 'listening')
    const resumed = server.resume()
    await once(server, 'error')
    await server.close()
    await resumed
    thief.close()
  })
})

describe('closeFinishedAndHandlersDetermined', () => {
  test('resolves when the server is closed and no handler runs, and never before a close', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    connectTo(server)
    const { settle } = await handler.run(0)
    expect(await hasSettled(server.closeFinishedAndHandlersDetermined)).toBe(false)
    await server.close()
    expect(await hasSettled(server.closeFinishedAndHandlersDetermined)).toBe(false)
    settle()
    await server.closeFinishedAndHandlersDetermined
  })

  test('does not resolve on an idle server that was not closed', async () => {
    const server = await serve(async () => {})
    expect(await hasSettled(server.closeFinished)).toBe(false)
    expect(await hasSettled(server.closeFinishedAndHandlersDetermined)).toBe(false)
    await server.close()
    expect(await hasSettled(server.closeFinishedAndHandlersDetermined)).toBe(true)
  })
})

describe('waitForConnections()', () => {
  test('resolves when the predicate holds: now, or at a later change', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    await server.waitForConnections((count) => count === 0)
    const two = server.waitForConnections((count) => count === 2)
    connectTo(server)
    await handler.run(0)
    expect(await hasSettled(two)).toBe(false)
    connectTo(server)
    await two
  })

  test('rejects with the exception of the predicate', async () => {
    const server = await serve(async () => {})
    await expect(
      server.waitForConnections(() => {
        throw new Error('no idea')
      }),
    ).rejects.toThrow('no idea')
    await expect(server.waitForConnections(5 as never)).rejects.toThrow(/predicate.*5/)
  })

  test('rejects when the server is closed and nothing can change any more', async () => {
    const server = await serve(async () => {})
    const waiting = server.waitForConnections((count) => count > 5)
    await server.close()
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_SERVER_CLOSED' })
    await expect(server.waitForConnections((count) => count > 5)).rejects.toMatchObject({
      code: 'ERR_SERVER_CLOSED',
    })
    await server.waitForConnections((count) => count === 0)
  })
})
