import { once } from 'node:events'
import { Agent, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer, Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import { type DrainResult, handTo, type Server } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate } from '../support/certificate.ts'
import { type Client, connectTo } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { createHttpServer, type Exchange, fetchFrom, get, ManualAnswers } from '../support/http.ts'
import { serve } from '../support/serve.ts'
import { hasSettled } from '../support/settled.ts'
import { turns } from '../support/turns.ts'

/** Resolves once the server has read so much from its only client, in all. */
async function hasRead(server: Server, bytes: number): Promise<void> {
  await agree(() => [...server.connections].map(({ bytesRead }) => bytesRead), [bytes])
}

describe('an HTTP server whose listener closes', () => {
  /** It drains by a clock that stands still: nothing is ever cut off. */
  async function serveHttp(httpServer: HttpServer, where = { port: 0, host: '127.0.0.1' }) {
    return serve(handTo(httpServer), { clock: new SimulatedClock() }, where)
  }

  async function serveManually() {
    const answers = new ManualAnswers()
    const httpServer = createHttpServer(answers.listener)
    return { answers, httpServer, server: await serveHttp(httpServer) }
  }

  /** A client whose connection is idle: its request was answered. */
  async function idleClient(server: Server, answers: ManualAnswers): Promise<Client> {
    const client = connectTo(server)
    client.send(get('/first'))
    const { request, response } = await answers.exchange(answers.count)
    response.end('first answer')
    await once(response, 'close')
    expect(request.complete).toBe(true)
    await client.receives('first answer')
    expect(client.received).toContain('Connection: keep-alive')
    return client
  }

  function expectAnswer(client: Client, body: string): void {
    const last = client.received.slice(client.received.lastIndexOf('HTTP/1.1'))
    expect(last).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    expect(last).toContain('Connection: close')
    expect(last).toContain(body)
    expect(client.error).toBeUndefined()
  }

  test('closes idle connections at once', async () => {
    const { server, answers } = await serveManually()
    const clients: Client[] = []
    for (let index = 0; index < 3; index++) clients.push(await idleClient(server, answers))
    expect(await server.drain()).toEqual({ settled: 3, destroyed: 0 })
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ error }) => error)).toEqual(clients.map(() => undefined))
  })

  test('lets requests in flight finish, and closes their connections then', async () => {
    const { server, answers } = await serveManually()
    const idle = await idleClient(server, answers)
    const agent = new Agent({ keepAlive: true })
    const port = server.listeningOn
    const requests = ['/1', '/2', '/3', '/4', '/5'].map((path) => fetchFrom({ port, agent, path }))
    await answers.exchange(5)
    const draining = server.drain()
    await idle.closed
    expect(await hasSettled(draining)).toBe(false)
    for (let index = 1; index <= 5; index++) {
      const { request, response } = await answers.exchange(index)
      response.end(`answer to ${request.url}`)
    }
    expect(await Promise.all(requests)).toEqual(
      ['/1', '/2', '/3', '/4', '/5'].map((path) => ({
        status: 200,
        connection: 'close',
        body: `answer to ${path}`,
      })),
    )
    expect(await draining).toEqual({ settled: 6, destroyed: 0 })
    agent.destroy()
  })

  test('lets a response whose headers are sent go on, and closes the connection when it ends', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send(get('/stream'))
    const { response } = await answers.exchange(0)
    response.write('begun')
    await client.receives('begun')
    const draining = server.drain()
    expect(await hasSettled(client.closed)).toBe(false)
    response.write('gone on')
    await client.receives('gone on')
    response.end('ended')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expect(client.received).toMatch(/ended\r\n0\r\n\r\n$/)
  })

  test('sends all of a response that was ended before and is still being sent', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send(get('/large'))
    const { response } = await answers.exchange(0)
    client.socket.pause()
    const size = 32 * 1024 * 1024
    response.setHeader('Content-Length', size).end('x'.repeat(size))
    await turns(20)
    expect(response.writableFinished).toBe(false)
    const draining = server.drain()
    await turns(20)
    client.socket.resume()
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expect(client.received.length - client.received.indexOf('\r\n\r\n') - 4).toBe(size)
  })

  test.each([
    ['on a new connection', false],
    ['on a connection that was idle', true],
  ])('answers a request of which a part has come, %s', async (_, isReused) => {
    const { server, answers } = await serveManually()
    const client = isReused ? await idleClient(server, answers) : connectTo(server)
    const [{ bytesRead } = { bytesRead: 0 }] = server.connections
    const [first, second] = ['GET /slow HTTP/1.1\r\nHo', 'st: localhost\r\n\r\n']
    client.send(first)
    await server.waitForConnections((count) => count === 1)
    await hasRead(server, bytesRead + first.length)
    const draining = server.drain()
    expect(await hasSettled(client.closed)).toBe(false)
    client.send(second)
    const { response } = await answers.exchange(answers.count)
    response.end('late answer')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expectAnswer(client, 'late answer')
  })

  test('answers the request of a connection that had sent nothing yet', async () => {
    const server = await serveHttp(createHttpServer((_, response) => response.end('answered at once')))
    const client = connectTo(server)
    await server.waitForConnections((count) => count === 1)
    await turns(3)
    const draining = server.drain()
    expect(await hasSettled(client.closed)).toBe(false)
    client.send(get('/late'))
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expectAnswer(client, 'answered at once')
  })

  test('answers all that came, when it closes in the middle of a storm', async () => {
    const seen: (string | undefined)[] = []
    const httpServer = createHttpServer(({ url }, response) => {
      if (seen.push(url) === 30) storm.resolve(server.drain())
      setImmediate(() => response.end(url))
    })
    const storm = deferred<Promise<DrainResult>>()
    const clock = new SimulatedClock()
    const server = await serve(handTo(httpServer), { clock, maxConnections: 10 })
    const port = server.listeningOn
    const requests = Array.from({ length: 100 }, (_, index) =>
      fetchFrom({ port, agent: false, path: `/${index}` }).catch(() => undefined),
    )
    await await storm.promise
    const answers = (await Promise.all(requests)).filter((answer) => answer !== undefined)
    expect(seen.length).toBeGreaterThanOrEqual(30)
    expect(answers.map(({ body }) => body).sort()).toEqual(seen.sort())
  })

  test('answers all pipelined requests, those that come later too', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send(get('/1') + get('/2'))
    const exchanges: Exchange[] = [await answers.exchange(0), await answers.exchange(1)]
    const draining = server.drain()
    client.send(get('/3'))
    exchanges.push(await answers.exchange(2))
    for (const { request, response } of exchanges.reverse()) response.end(`answer to ${request.url}`)
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expect(client.received.match(/answer to .\d/g)).toEqual(['answer to /1', 'answer to /2', 'answer to /3'])
    expect(client.received.match(/Connection: close/g)).toHaveLength(1)
    expectAnswer(client, 'answer to /3')
  })

  test('answers a request that comes while a response before it still streams', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send(get('/stream'))
    const { response } = await answers.exchange(0)
    response.write('begun')
    await client.receives('begun')
    const draining = server.drain()
    client.send(get('/next'))
    const next = await answers.exchange(1)
    next.response.end('next answer')
    response.end('ended')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expect(client.received).toContain('ended')
    expectAnswer(client, 'next answer')
  })

  test('waits for the body of a request that is answered already', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345')
    const { request, response } = await answers.exchange(0)
    response.end('answered')
    await client.receives('answered')
    const draining = server.drain()
    expect(await hasSettled(client.closed)).toBe(false)
    expect(request.complete).toBe(false)
    client.send('67890')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expect(client.error).toBeUndefined()
  })

  test('closes a connection whose request came with a body, once it is idle', async () => {
    const { server, answers } = await serveManually()
    const client = connectTo(server)
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345')
    const { request, response } = await answers.exchange(0)
    response.end('answered')
    await client.receives('answered')
    client.send('67890')
    await once(request, 'close')
    expect(await server.drain()).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
  })

  test('leaves connections alone that another listener has handed to it', async () => {
    const { server, answers, httpServer } = await serveManually()
    const other = await serveHttp(httpServer)
    const closing = await idleClient(server, answers)
    const idle = await idleClient(other, answers)
    const busy = connectTo(other)
    busy.send(get('/busy'))
    const { response } = await answers.exchange(2)
    expect(await server.drain()).toEqual({ settled: 1, destroyed: 0 })
    await closing.closed
    response.end('not disturbed')
    await busy.receives('not disturbed')
    idle.send(get('/again'))
    const again = await answers.exchange(3)
    again.response.end('second answer')
    await idle.receives('second answer')
    expect(busy.received + idle.received).not.toContain('Connection: close')
    expect(await other.drain()).toEqual({ settled: 2, destroyed: 0 })
  })

  test.each([
    [
      'upgraded',
      'upgrade',
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    ],
    ['tunnelled', 'connect', 'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('leaves %s connections to the code that took them', async (_, event, text) => {
    const { server, answers, httpServer } = await serveManually()
    httpServer.on(event, (_request, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.pipe(socket)
    })
    const client = await idleClient(server, answers)
    client.send(text)
    await client.receives('101')
    const draining = server.drain()
    client.send('still here')
    await client.receives('still here')
    expect(await hasSettled(client.closed)).toBe(false)
    client.end()
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
  })

  test('follows requests that ask for permission to send their body, which no request listener hears of', async () => {
    const { server, answers, httpServer } = await serveManually()
    httpServer.on('checkContinue', (request, response) => {
      response.writeContinue()
      answers.listener(request, response)
    })
    const client = connectTo(server)
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody')
    const { request, response } = await answers.exchange(0)
    request.resume()
    const draining = server.drain()
    await turns(3)
    response.end('answer')
    expect(await draining).toEqual({ settled: 1, destroyed: 0 })
    await client.closed
    expectAnswer(client, 'answer')
  })

  test('does so although its listeners are taken away', async () => {
    const { server, answers, httpServer } = await serveManually()
    const idle = await idleClient(server, answers)
    httpServer.removeAllListeners('request').on('request', answers.listener)
    const other = await idleClient(server, answers)
    idle.send(get('/again'))
    const { response } = await answers.exchange(2)
    const draining = server.drain()
    await other.closed
    response.end('second answer')
    expect(await draining).toEqual({ settled: 2, destroyed: 0 })
    await idle.closed
    expectAnswer(idle, 'second answer')
  })

  test('does the same on a unix socket', async () => {
    const { answers, httpServer } = await serveManually()
    const path = join(temporaryFolder(), 'http')
    const clock = new SimulatedClock()
    const server = await serve(handTo(httpServer), { clock }, { path })
    const busy = connectTo(server)
    await server.waitForConnections((count) => count === 1)
    const idle = await idleClient(server, answers)
    busy.send(get('/busy'))
    const { response } = await answers.exchange(1)
    const draining = server.drain()
    await idle.closed
    response.end('answer')
    expect(await draining).toEqual({ settled: 2, destroyed: 0 })
    await busy.closed
    expectAnswer(busy, 'answer')
  })

  test('does the same with HTTPS', async () => {
    const answers = new ManualAnswers()
    const httpsServer = createHttpsServer({ ...certificate, keepAliveTimeout: 600_000 }, answers.listener)
    const server = await serveHttp(httpsServer)
    const agent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
    const get = (path: string) => fetchFrom({ port: server.listeningOn, path, agent }, requestHttps)
    const first = get('/idle')
    const second = get('/busy')
    const exchanges = [await answers.exchange(0), await answers.exchange(1)]
    exchanges.find(({ request }) => request.url === '/idle')?.response.end('idle from now on')
    expect(await first).toMatchObject({ connection: 'keep-alive', body: 'idle from now on' })
    const draining = server.drain()
    await server.waitForConnections((count) => count === 1)
    exchanges.find(({ request }) => request.url === '/busy')?.response.end('finished')
    expect(await second).toMatchObject({ status: 200, connection: 'close', body: 'finished' })
    expect(await draining).toEqual({ settled: 2, destroyed: 0 })
    agent.destroy()
  })
})
