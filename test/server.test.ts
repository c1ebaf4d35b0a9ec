import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { deferred } from '../src/common/deferred.ts'
import { Server } from '../src/index.ts'
import { Client, connectTo } from './support/client.ts'
import { ManualHandler, serve } from './support/serve.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xstate-tcp-'))
  folders.push(folder)
  return join(folder, 'server.sock')
}

const greet = async (_address: unknown, socket: { write(text: string): void }) => {
  socket.write('hello')
}

describe('creating a server', () => {
  test('resolves once it listens, with the port that the OS chose', async () => {
    const server = await serve(greet)
    expect(server.listeningOn).toBeGreaterThan(0)
    expect(server.listeningOnAddress).toEqual({
      family: 'IPv4',
      address: '127.0.0.1',
      port: server.listeningOn,
    })
    expect(server.state).toBe('listening')
    const client = await connectTo(server).closed
    expect(client.received).toBe('hello')
    expect(client.error).toBeUndefined()
  })

  test('is refused to `new Server()`, which JavaScript allows, by an error that names what to call', () => {
    const Constructor = Server as unknown as new (...args: unknown[]) => Server
    const expected = new TypeError(
      'new Server() makes no server; use await Server.create or Server.createSock',
    )
    for (const args of [[], [7000, greet], [{ port: 7000 }], [null]]) {
      expect(() => new Constructor(...args)).toThrow(expected)
    }
  })

  test('takes a bare number for a port', async () => {
    const server = await serve(greet, {}, 0)
    expect(server.listeningOnAddress.family).toBe('IPv6')
    const client = new Client({ port: server.listeningOn, host: '127.0.0.1' })
    await client.closed
    expect(client.received).toBe('hello')
  })

  test('listens on a unix socket, whose clients bear the path of the server', async () => {
    const handler = new ManualHandler()
    const path = socketPath()
    const server = await serve(handler.handle, {}, { path })
    expect(server.listeningOn).toBe(path)
    expect(server.listeningOnAddress).toEqual({ family: 'unix', path })
    connectTo(server)
    const run = await handler.run(0)
    expect(run.address).toEqual({ family: 'unix', path })
  })

  test("rejects with Node's own error where the address is taken", async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(serve(greet, {}, { port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'listen',
      port,
    })
    other.close()
  })

  test('is readable after close: where it listened', async () => {
    const server = await serve(greet)
    const { listeningOn, listeningOnAddress } = server
    await server.close()
    expect(server.listeningOn).toBe(listeningOn)
    expect(server.listeningOnAddress).toEqual(listeningOnAddress)
    expect(server.listeningSocket).toEqual({ fd: -1 })
  })

  test('gives the listening descriptor, the same one through a hold', async () => {
    const server = await serve(greet)
    const { fd } = server.listeningSocket
    expect(fd).toBeGreaterThan(2)
    server.pause({ strategy: 'hold' })
    expect(server.listeningSocket.fd).toBe(fd)
    await server.resume()
    expect(server.listeningSocket.fd).toBe(fd)
  })

  test('rejects with the reason of a signal that is aborted already', async () => {
    const reason = new Error('not today')
    await expect(serve(greet, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test('rejects with the reason of a signal that is aborted while it binds, and leaves nothing listening', async () => {
    const abort = new AbortController()
    const port = await freePort()
    const creating = Server.createSock({ port, host: '127.0.0.1' }, greet, { signal: abort.signal })
    abort.abort(new Error('changed my mind'))
    await expect(creating).rejects.toThrow('changed my mind')
    const next = await serve(greet, {}, { port, host: '127.0.0.1' })
    expect(next.listeningOn).toBe(port)
  })

  test('closes when its signal is aborted, and leaves no listener on the signal', async () => {
    const abort = new AbortController()
    const remove = vi.spyOn(abort.signal, 'removeEventListener')
    const server = await serve(greet, { signal: abort.signal })
    const other = await serve(greet, { signal: abort.signal })
    await other.close()
    expect(remove).toHaveBeenCalledWith('abort', expect.any(Function))
    abort.abort()
    expect(server.isClosed).toBe(true)
    await server.closeFinished
  })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

describe('handlers', () => {
  test('get the address of the peer, the socket and the connection', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = await connectTo(server).connected
    const { address, socket, connection } = await handler.run(0)
    expect(address).toEqual({ family: 'IPv4', address: '127.0.0.1', port: client.localPort })
    expect(connection.address).toBe(address)
    expect(socket.remotePort).toBe(client.localPort)
    expect([...server.connections]).toEqual([connection])
  })

  test('never start before the code that awaits the server has it', async () => {
    const port = await freePort()
    const events: string[] = []
    const started = deferred()
    const client = (async () => {
      // Connects as soon as anybody listens.
      for (;;) {
        const one = new Client({ port, host: '127.0.0.1' })
        if (!(await one.closed).error) return
      }
    })()
    const server = await Server.createSock({ port, host: '127.0.0.1' }, async () => {
      events.push('handler')
      started.resolve()
    })
    events.push('server')
    await started.promise
    expect(events[0]).toBe('server')
    await client
    await server.drain()
  })

  test('never run inside the callback that accepts', async () => {
    let isInTransition = false
    const seen: boolean[] = []
    const done = deferred()
    const server = await serve(
      async () => {
        seen.push(isInTransition)
        done.resolve()
      },
      {
        inspect: (event) => {
          if (event.type === '@xstate.event' && event.event.type === 'connection.offered')
            isInTransition = true
          if (event.type === '@xstate.snapshot' && event.event.type === 'connection.offered')
            isInTransition = false
        },
      },
    )
    connectTo(server)
    await done.promise
    expect(seen).toEqual([false])
  })

  test('count from the moment of acceptance', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const counts: number[] = []
    server.actor.subscribe(() => counts.push(server.numConnections, [...server.connections].length))
    connectTo(server)
    await server.waitForConnections((count) => count === 1)
    expect(handler.runs).toHaveLength(0)
    expect(counts).toEqual([1, 1])
    await handler.run(0)
  })

  test('run where the server was created, as far as AsyncLocalStorage sees it, also after another client made room', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const server = await storage.run('creator', () =>
      serve(
        async (_address, socket) => {
          seen.push(storage.getStore())
          await storage.run('client', async () => {
            await once(socket, 'data')
          })
        },
        { maxConnections: 1 },
      ),
    )
    for (let index = 0; index < 3; index++) {
      const client = connectTo(server)
      client.send('x')
      await client.closed
    }
    await server.drain()
    expect(seen).toEqual(['creator', 'creator', 'creator'])
  })

  test('that return no promise have settled at once, which is warned of the first time', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = await serve((_address, socket) => void socket.write('bye'))
    const clients = await Promise.all([connectTo(server).closed, connectTo(server).closed])
    expect(clients.map((client) => client.received)).toEqual(['bye', 'bye'])
    expect(warned).toHaveBeenCalledOnce()
    expect(warned).toHaveBeenCalledWith(
      expect.stringContaining('async'),
      expect.objectContaining({ code: 'XSTATE_TCP_HANDLER_WITHOUT_PROMISE' }),
    )
    warned.mockRestore()
  })

  test('may return a thenable', async () => {
    const server = await serve((_address, socket) => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
      then(resolve: () => void) {
        socket.write('bye', resolve)
      },
    }))
    expect((await connectTo(server).closed).received).toBe('bye')
  })
})
