import { EventEmitter, getEventListeners, once } from 'node:events'
import { Agent, type Server as HttpServer } from 'node:http'
import { createServer, type Server as NetServer, Socket } from 'node:net'
import express from 'express'
import { describe, expect, test, vi } from 'vitest'
import { deferred } from '../../src/common/deferred.ts'
import { type Connection, handTo, type Server, type SocketHandler } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { createHttpServer, fetchFrom, get, load } from '../support/http.ts'
import { expectInvalid } from '../support/invalid.ts'
import { serve } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

/** The connections whose handlers were started, and the sockets that were handed on. */
function observed(handler: SocketHandler) {
  const connections: Connection[] = []
  const sockets: Socket[] = []
  const handle: SocketHandler = (address, socket, connection) => {
    connections.push(connection)
    sockets.push(socket)
    return handler(address, socket, connection)
  }
  return { handle, connections, sockets }
}

function echo(): NetServer {
  return createServer((socket) => socket.pipe(socket))
}

describe('the emitter', () => {
  const emit = () => true
  const app = express()
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a port', 7000],
    ['a string', 'server'],
    ['an object that emits nothing', {}],
    ['an object whose listeners cannot be counted', { emit }],
    ['an object that emits nothing, though it counts', { listenerCount: () => 1 }],
    ['an object with a number for a method', { emit, listenerCount: 1 }],
    ['an Express app', app],
  ])('is refused at once if it is %s', (_, emitter) => {
    expectInvalid(() => handTo(emitter as never), 'emitter', emitter)
  })

  test('is refused with a hint at what an Express app lacks', () => {
    expect(() => handTo(app as never)).toThrow('http.createServer(app)')
  })

  test('can be any that emits events', async () => {
    const emitter = new EventEmitter<{ connection: [Socket] }>()
    const server = await serve(handTo(emitter))
    emitter.on('connection', (socket) => socket.end('hello'))
    const client = connectTo(server)
    await client.closed
    expect(client.received).toBe('hello')
  })
})

describe('the handler', () => {
  test('hands the socket on, and holds its place until the socket is closed', async () => {
    const server = await serve(handTo(echo()), { maxConnections: 1 })
    const first = connectTo(server)
    first.send('one')
    await first.receives('one')
    expect(server.numConnections).toBe(1)
    const second = await connectTo(server).connected
    second.send('two')
    await turns(10)
    expect(second.received).toBe('')
    first.end()
    await second.receives('two')
    expect(server.numConnections).toBe(1)
    second.end()
    await server.waitForConnections((count) => count === 0)
    expect([first.error, second.error]).toEqual([undefined, undefined])
  })

  test('closes a socket when the peer has ended, as the emitter would without this library', async () => {
    const server = await serve(handTo(createServer((socket) => socket.resume())))
    const client = connectTo(server)
    client.end()
    await client.closed
    await server.waitForConnections((count) => count === 0)
  })

  test('leaves the answer to one that allows half-open sockets', async () => {
    const halfOpen = createServer({ allowHalfOpen: true }, async (socket) => {
      await once(socket.resume(), 'end')
      setImmediate(() => socket.end('after the end'))
    })
    const server = await serve(handTo(halfOpen))
    const client = connectTo(server)
    client.end()
    await client.closed
    expect(client.received).toBe('after the end')
  })

  test('fails and says what is missing when nobody listens for connections', async () => {
    const failed = deferred<unknown>()
    const server = await serve(handTo(createServer()), {
      onHandlerError: (_address, error) => failed.resolve(error),
    })
    const client = connectTo(server)
    const error = await failed.promise
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' })
    expect((error as Error).message).toMatch(/^emitter must have a listener for 'connection'/)
    await client.closed
    expect(server.numConnections).toBe(0)
  })

  test('fails with what a listener throws', async () => {
    const failed = deferred<unknown>()
    const server = await serve(
      handTo(
        createServer(() => {
          throw new Error('not today')
        }),
      ),
      { onHandlerError: (_address, error) => failed.resolve(error) },
    )
    const client = connectTo(server)
    expect(await failed.promise).toEqual(new Error('not today'))
    await client.closed
  })

  test.each([
    ['a server of net', () => createServer((socket) => socket.write('hello'))],
    ['a server of http', () => createHttpServer((_, response) => response.write('hello'))],
  ])('does not fail when a peer resets its connection to %s', async (_, create) => {
    const onHandlerError = vi.fn()
    const server = await serve(handTo(create()), { onHandlerError })
    const client = connectTo(server)
    client.send(get('/'))
    await client.receives('hello')
    client.reset()
    await server.waitForConnections((count) => count === 0)
    await turns(3)
    expect(onHandlerError).not.toHaveBeenCalled()
  })

  test.each([
    ['destroyed', async (socket: Socket) => void socket.destroy()],
    ['closed', async (socket: Socket) => void (await once(socket.destroy(), 'close'))],
  ])('hands on no socket that is %s already, and does not wait for it', async (_, end) => {
    const listener = vi.fn()
    const socket = new Socket()
    await end(socket)
    const connection = {} as Connection
    await handTo(createServer(listener))({ family: 'unix', path: '/run/app' }, socket, connection)
    expect(listener).not.toHaveBeenCalled()
  })

  test('leaves no listener behind', async () => {
    const httpServer = createHttpServer((_, response) => response.end('hello'))
    const { handle, connections, sockets } = observed(handTo(httpServer))
    const counts = () => httpServer.eventNames().map((name) => [name, httpServer.listenerCount(name)])
    const server = await serve(handle)
    const visit = async () => {
      await fetchFrom({ port: server.listeningOn, agent: false })
      await server.waitForConnections((count) => count === 0)
    }
    await visit()
    const after = counts()
    for (let index = 0; index < 20; index++) await visit()
    expect(counts()).toEqual(after)
    expect(connections).toHaveLength(21)
    expect(connections.flatMap(({ closing }) => getEventListeners(closing, 'abort'))).toEqual([])
    // That of Node's parser.
    expect(new Set(sockets.map((socket) => socket.listenerCount('close')))).toEqual(new Set([1]))
  })

  test('keeps nothing of a connection that is gone', async () => {
    const sockets: WeakRef<Socket>[] = []
    const httpServer = createHttpServer(({ socket }, response) => {
      sockets.push(new WeakRef(socket))
      response.end('hello')
    })
    const server = await serve(handTo(httpServer))
    for (let index = 0; index < 10; index++) await fetchFrom({ port: server.listeningOn, agent: false })
    await server.waitForConnections((count) => count === 0)
    // Node's parsers, of which it keeps some for later, and a promise that was just resolved may
    // hold one.
    await agree(() => {
      globalThis.gc?.()
      return sockets.filter((socket) => socket.deref()).length <= 1
    }, true)
    expect(httpServer.listening).toBe(false) // and so is not collected itself
  })
})

describe('an HTTP server behind a limit', () => {
  /** The most sockets that were open at a time, as the server and as the HTTP server count. */
  function mostOf(server: Server, httpServer: HttpServer) {
    const most = { connections: 0, sockets: 0 }
    let sockets = 0
    server.actor.subscribe(() => {
      most.connections = Math.max(most.connections, server.numConnections)
    })
    httpServer.on('connection', (socket) => {
      most.sockets = Math.max(most.sockets, ++sockets)
      socket.once('close', () => sockets--)
    })
    return most
  }

  const kinds: [string, number, () => Agent | false][] = [
    ['a connection for each request', 0, () => false],
    ['few requests on each connection', 5, () => new Agent({ keepAlive: true, maxSockets: 1 })],
  ]
  test.each(kinds)(
    'answers a hundred clients at ten places, with %s',
    async (_, requestsPerSocket, agent) => {
      const httpServer = createHttpServer(({ url }, response) => setImmediate(() => response.end(url)))
      httpServer.maxRequestsPerSocket = requestsPerSocket
      const server = await serve(handTo(httpServer), { maxConnections: 10 })
      const most = mostOf(server, httpServer)
      const answers = await load({ port: server.listeningOn, workers: 100, requests: 2_000, agent })
      expect(answers).toHaveLength(2_000)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(new Set(answers.map(({ body }) => body)).size).toBe(2_000)
      expect(most).toEqual({ connections: 10, sockets: 10 })
      await server.waitForConnections((count) => count === 0)
    },
  )

  test('lets no silent client hold a place for longer than its timeout', async () => {
    const httpServer = createHttpServer((_, response) => response.end('served'))
    httpServer.timeout = 20
    const server = await serve(handTo(httpServer), { maxConnections: 1 })
    const silent = connectTo(server)
    await silent.connected
    const { body } = await fetchFrom({ port: server.listeningOn, agent: false })
    expect(body).toBe('served')
    await silent.closed
  })
})
