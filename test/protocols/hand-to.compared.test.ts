// What a server does behind `handTo` is what it does when it listens itself. Each situation is
// played with both.
import { fork } from 'node:child_process'
import { constants } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type ServerOptions } from 'node:http'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import { createServer as createHttpsServer, request as requestHttps } from 'node:https'
import {
  type AddressInfo,
  createServer,
  type Server as NetServer,
  type ServerOpts,
  type Socket,
} from 'node:net'
import { join } from 'node:path'
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTlsServer,
  type TLSSocket,
  type TlsOptions,
  type Server as TlsServer,
} from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { handTo, type Server } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { certificate } from '../support/certificate.ts'
import { Client } from '../support/client.ts'
import { fetchFrom } from '../support/http.ts'
import { serve } from '../support/serve.ts'

/** A server of Node's that clients can reach, in one of the two ways. */
interface Reachable {
  port: number
  client(): Client
  /** The server in front, if there is one. */
  front: Server | undefined
}

const hosts: [string, (emitter: NetServer) => Promise<Reachable>][] = [
  [
    'listens itself',
    async (emitter) => {
      await once(emitter.listen(0, '127.0.0.1'), 'listening')
      onTestFinished(() => void emitter.close())
      return reach((emitter.address() as AddressInfo).port, undefined)
    },
  ],
  [
    'is behind handTo',
    async (emitter) => {
      const front = await serve(handTo(emitter))
      return reach(front.listeningOn, front)
    },
  ],
]

function reach(port: number, front: Server | undefined): Reachable {
  return {
    port,
    front,
    client: () => {
      const client = new Client({ port, host: '127.0.0.1' })
      onTestFinished(() => client.destroy())
      return client
    },
  }
}

/** What a client has got, without what differs from time to time. */
function received(client: Client): string {
  return client.received.replaceAll(/Date: .*\r\n/g, '')
}

/** The first lines of all responses. */
function statuses({ received }: Client): string[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)
}

const PATIENT = { connectionsCheckingInterval: 10, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 }

describe.each(hosts)('an HTTP server that %s', (_, host) => {
  async function start(
    options: ServerOptions = {},
    listener: Parameters<typeof createHttpServer>[1] = (_request, response) => response.end('answer'),
  ) {
    const emitter = createHttpServer({ ...PATIENT, ...options }, listener)
    const reachable = await host(emitter)
    return { emitter, ...reachable }
  }

  /** Sends one byte now and then, for ever. */
  function trickle(client: Client): void {
    const timer = setInterval(() => client.send('X'), 15)
    void client.closed.then(() => clearInterval(timer))
  }

  test('cuts off whose headers take too long, however they trickle', async () => {
    const { client } = await start({ headersTimeout: 60 })
    const slow = client()
    slow.send('GET / HTTP/1.1\r\n')
    trickle(slow)
    await slow.closed
    expect(received(slow)).toBe('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  })

  test('cuts off a client that connects and sends nothing', async () => {
    const { client } = await start({ headersTimeout: 60 })
    const silent = client()
    await silent.closed
    expect(received(silent)).toBe('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  })

  test('cuts off whose request takes too long, however its body trickles', async () => {
    const { client } = await start({ requestTimeout: 80 }, (request, response) => {
      request.resume().on('end', () => response.end('never'))
    })
    const slow = client()
    slow.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
    trickle(slow)
    await slow.closed
    expect(statuses(slow)).toEqual(['408'])
  })

  test('lets its own listener answer to a request that takes too long', async () => {
    const { client, emitter } = await start({ headersTimeout: 60 })
    const codes: unknown[] = []
    emitter.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      codes.push(error.code)
      socket.end('HTTP/1.1 499 Own\r\n\r\n')
    })
    const slow = client()
    slow.send('GET')
    await slow.closed
    expect(statuses(slow)).toEqual(['499'])
    expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT'])
  })

  test('obeys time-outs that are set while it runs', async () => {
    const { client, emitter } = await start()
    const slow = client()
    slow.send('GET / HTTP/1.1\r\n')
    await once(emitter, 'connection')
    emitter.headersTimeout = 40
    await slow.closed
    expect(statuses(slow)).toEqual(['408'])
  })

  test('checks each of many, and the second request of one', async () => {
    const { client, emitter } = await start()
    const slow = Array.from({ length: 5 }, client)
    for (const one of slow) {
      one.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await one.receives('answer')
    }
    emitter.headersTimeout = 60
    for (const one of slow) one.send('GET / HTTP/1.1\r\n')
    await Promise.all(slow.map(({ closed }) => closed))
    expect(slow.map(statuses)).toEqual(Array(5).fill(['200', '408']))
  })

  test('closes a connection that is idle for longer than keepAliveTimeout', async () => {
    const { client } = await start({ keepAliveTimeout: 30 })
    const idle = client()
    idle.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await idle.closed
    expect(statuses(idle)).toEqual(['200'])
    expect(idle.hasEnded).toBe(true)
  })

  test('closes a connection that is silent for longer than timeout, unless it listens for that', async () => {
    const { client, emitter } = await start()
    emitter.timeout = 30
    const silent = client()
    await silent.closed
    expect(received(silent)).toBe('')
    const told = once(emitter, 'timeout')
    const kept = client()
    const [socket] = (await told) as [Socket]
    expect(socket.destroyed).toBe(false)
    kept.destroy()
  })

  const requests: [string, string, string[], ServerOptions?][] = [
    ['what is no HTTP', 'hello?\r\n\r\n', ['400']],
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n', ['400']],
    [
      'headers that are too long',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2_000)}\r\n\r\n`,
      ['431'],
      { maxHeaderSize: 1_000 },
    ],
    [
      'an unknown expectation',
      'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nConnection: close\r\n\r\n',
      ['417'],
    ],
    ['a CONNECT that nobody takes', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', []],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      ['400'],
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ['400'],
    ],
    [
      'three requests in one piece, of which the last is the last',
      `${'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2)}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      ['200', '200', '200'],
    ],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', ['200']],
  ]
  test.each(requests)('answers to %s, and closes', async (_name, request, expected, options = {}) => {
    const { client, front } = await start(options)
    const one = client()
    one.send(request)
    await one.closed
    expect(statuses(one)).toEqual(expected)
    await front?.waitForConnections((count) => count === 0)
  })

  test('closes after so many requests', async () => {
    const { client, emitter } = await start()
    emitter.maxRequestsPerSocket = 2
    const one = client()
    one.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))
    await one.receives('503')
    one.end()
    await one.closed
    expect(statuses(one)).toEqual(['200', '200', '503'])
    expect(received(one).match(/Connection: .*/g)).toEqual([
      'Connection: keep-alive',
      'Connection: close',
      'Connection: close',
    ])
  })

  test('answers to HEAD without a body, then to GET', async () => {
    const { client } = await start()
    const one = client()
    one.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await one.closed
    expect(statuses(one)).toEqual(['200', '200'])
    expect(received(one).match(/answer/g)).toHaveLength(1)
  })

  test('says that a body may come, and takes it in pieces', async () => {
    const { client } = await start({}, async (request, response) => {
      response.end((await request.toArray()).join(''))
    })
    const one = client()
    one.send(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\nConnection: close\r\n\r\n',
    )
    await one.receives('100 Continue')
    one.send('abc')
    one.send('def')
    await one.closed
    expect(statuses(one)).toEqual(['100', '200'])
    expect(received(one)).toMatch(/abcdef$/)
  })

  test.each([
    ['upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhead'],
    ['connect', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nhead'],
  ])('leaves the socket of an %s to its listener, who may remove all others', async (event, request) => {
    const { client, emitter, front } = await start()
    emitter.on(event, (_request, socket: Socket, head: Buffer) => {
      socket.removeAllListeners()
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${head}`)
      socket.pipe(socket)
    })
    const one = client()
    one.send(request)
    await one.receives('head')
    emitter.headersTimeout = 20
    one.send('echo')
    await one.receives('echo')
    one.end()
    await one.closed
    expect(received(one)).toBe('HTTP/1.1 200 OK\r\n\r\nheadecho')
    await front?.waitForConnections((count) => count === 0)
  })

  test('answers a client that has ended its side', async () => {
    const { client } = await start({}, (_request, response) => setImmediate(() => response.end('late')))
    const one = client()
    one.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    one.end()
    await one.closed
    expect(received(one)).toMatch(/late$/)
  })

  test('closes idle connections, or all, when it is told to', async () => {
    const busy: string[] = []
    const { client, emitter } = await start({}, ({ url }, response) => {
      if (url === '/busy') response.write('begun')
      else response.end('answer')
    })
    const [idle, other] = [client(), client()]
    idle.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    other.send('GET /busy HTTP/1.1\r\nHost: a\r\n\r\n')
    await Promise.all([idle.receives('answer'), other.receives('begun')])
    void other.closed.then(() => busy.push('closed'))
    emitter.closeIdleConnections()
    await idle.closed
    expect(busy).toEqual([])
    emitter.closeAllConnections()
    await other.closed
  })

  test('shows users where a socket came from', async () => {
    const { client, emitter } = await start()
    const [[socket], one] = await Promise.all([
      once(emitter, 'connection') as Promise<[Socket]>,
      client().connected,
    ])
    expect((socket as Socket & { server?: unknown }).server).toBe(emitter)
    one.destroy()
  })
})

describe.each(hosts)('a server of net that %s', (_, host) => {
  async function start(options: ServerOpts, listener: (socket: Socket) => void) {
    const emitter = createServer(options, listener)
    return { emitter, ...(await host(emitter)) }
  }

  test.each([
    [true, 'late'],
    [false, ''],
  ])('with allowHalfOpen: %s ends its side when it should', async (allowHalfOpen, expected) => {
    const { client } = await start({ allowHalfOpen }, (socket) => {
      socket.resume().on('end', () => setImmediate(() => socket.writable && socket.end('late')))
    })
    const one = client()
    one.end()
    await one.closed
    expect(one.received).toBe(expected)
  })

  test('makes itself known to its sockets, and to its listeners', async () => {
    const seen: unknown[] = []
    const { client, emitter } = await start({}, (socket) => void socket.end())
    emitter.on('connection', function (this: unknown, socket: Socket & { server?: unknown }) {
      seen.push(this, socket.server)
    })
    await client().closed
    expect(seen.map((one) => one === emitter)).toEqual([true, true])
  })

  test('with pauseOnConnect reads nothing until it is told to, and loses nothing', async () => {
    const text = 'x'.repeat(300_000)
    const { client, emitter } = await start({ pauseOnConnect: true }, () => {})
    const one = client()
    const accepted = once(emitter, 'connection') as Promise<[Socket]>
    one.send(text)
    const [socket] = await accepted
    let read = ''
    socket.setEncoding('utf8').on('data', (data) => {
      read += data
    })
    await agree(() => [socket.isPaused(), socket.bytesRead, read], [true, 0, ''])
    socket.resume()
    one.end()
    await once(socket, 'end')
    expect(read).toBe(text)
  })

  test('with pauseOnConnect sends sockets to another process with all that their clients sent', async () => {
    const child = fork(join(import.meta.dirname, '../support/fixtures/echo-child.mjs'))
    onTestFinished(() => void child.kill())
    const { client, front } = await start({ pauseOnConnect: true }, (socket) => child.send('socket', socket))
    const clients = Array.from({ length: 10 }, client)
    for (const [index, one] of clients.entries()) one.send(`hello ${index}`)
    await Promise.all(clients.map((one, index) => one.receives(`hello ${index}`)))
    for (const one of clients) one.end()
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ received }) => received)).toEqual(clients.map((_one, index) => `hello ${index}`))
    await front?.waitForConnections((count) => count === 0)
  })
})

/** The answer to `hello` on a TLS connection, or why there is none. */
function talk(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    onTestFinished(() => void socket.destroy())
    socket
      .setEncoding('utf8')
      .on('secureConnect', () => socket.write('hello'))
      .on('data', (data) => {
        answer += data
        if (answer === 'hello') socket.end()
      })
      .on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}`))
      .on('close', () => resolve(answer))
  })
}

describe.each(hosts)('a TLS server that %s', (_, host) => {
  async function start(options: TlsOptions = {}, listener = (socket: TLSSocket) => void socket.pipe(socket)) {
    const emitter = createTlsServer({ ...certificate, ...options }, (socket) => {
      socket.on('error', () => {})
      listener(socket)
    })
    const reachable = await host(emitter)
    const failures: string[] = []
    const others: boolean[] = []
    emitter.on('tlsClientError', function (this: unknown, error: NodeJS.ErrnoException, socket) {
      failures.push(error.code ?? error.message)
      others.push(this === emitter && (socket as TLSSocket & { server?: unknown }).server === emitter)
    })
    const connect = (options: ConnectionOptions & { allowHalfOpen?: boolean } = {}) =>
      connectTls({ port: reachable.port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
    /** The code of the only failure, when it is told. */
    const failure = async () => {
      await agree(() => others, [true])
      return failures[0]
    }
    return { emitter, failure, failures, connect, ...reachable }
  }

  const hello = Buffer.from('16030100c8010000c40303', 'hex')

  const failing: [string, TlsOptions, (client: Client) => void, string | RegExp][] = [
    ['garbage', {}, (client) => client.send('x'.repeat(100)), /^ERR_SSL_/],
    ['HTTP', {}, (client) => client.send('GET / HTTP/1.1\r\n\r\n'), 'ERR_SSL_HTTP_REQUEST'],
    ['the end at once', {}, (client) => client.end(), 'ECONNRESET'],
    [
      'the end in the middle of a handshake',
      {},
      (client) => {
        client.socket.write(hello)
        client.end()
      },
      'ECONNRESET',
    ],
    [
      'the end, though it may be half-open,',
      { allowHalfOpen: false },
      (client) => client.end(),
      'ECONNRESET',
    ],
    ['a reset', {}, (client) => client.socket.write(hello, () => client.reset()), 'ECONNRESET'],
  ]
  test.each(failing)('tells of %s instead of a handshake, once', async (_name, options, act, code) => {
    const { client, failure, front } = await start(options)
    const one = await client().connected
    act(one)
    expect(await failure()).toMatch(code)
    await one.closed
    await front?.waitForConnections((count) => count === 0)
  })

  test.each<[string, TlsOptions, ConnectionOptions, string | RegExp]>([
    ['no certificate', { requestCert: true }, {}, /^ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE$/],
    ['one that no CA has signed', { requestCert: true, ca: [] }, certificate, 'ECONNRESET'],
    ['another version', { minVersion: 'TLSv1.3' }, { maxVersion: 'TLSv1.2' }, /^ERR_SSL_/],
    [
      'no cipher in common',
      { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' },
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      /^ERR_SSL_/,
    ],
    ['no protocol in common', { ALPNProtocols: ['one'] }, { ALPNProtocols: ['other'] }, /^ERR_SSL_/],
    [
      'a name that is refused',
      { SNICallback: (_name, done) => done(new Error('not here')) },
      { servername: 'a.example' },
      'not here',
    ],
  ])('refuses %s', async (_name, options, clientOptions, code) => {
    const { connect, failure, front } = await start(options)
    void talk(connect(clientOptions))
    expect(await failure()).toMatch(code)
    await front?.waitForConnections((count) => count === 0)
  })

  test.each<[string, (options: TlsOptions) => TlsServer]>([
    ['tls', createTlsServer],
    ['https', createHttpsServer],
  ])('tells of a handshake of %s that takes too long', async (_name, create) => {
    const emitter = create({ ...certificate, handshakeTimeout: 30 })
    const { client, front } = await host(emitter)
    const one = client()
    const [error] = await once(emitter, 'tlsClientError')
    expect(error.code).toBe('ERR_TLS_HANDSHAKE_TIMEOUT')
    if (front) {
      // Node leaves it open.
      await one.closed
      await front.waitForConnections((count) => count === 0)
    }
  })

  test('goes on after failures', async () => {
    const { client, connect, failures, front } = await start()
    for (let index = 0; index < 20; index++) client().send('garbage')
    await agree(() => failures.length, 20)
    expect(await talk(connect())).toBe('hello')
    await front?.waitForConnections((count) => count === 0)
  })

  test('answers after the end of the peer if it allows half-open sockets', async () => {
    const { connect, front } = await start({ allowHalfOpen: true }, (socket) => {
      socket.resume().on('end', () => setImmediate(() => socket.end('late')))
    })
    const socket = connect({ allowHalfOpen: true })
    socket.on('secureConnect', () => socket.end('request'))
    expect((await socket.toArray()).join('')).toBe('late')
    await front?.waitForConnections((count) => count === 0)
  })

  test('ends with the peer if it does not', async () => {
    const { connect, front } = await start({}, (socket) => void socket.resume())
    const socket = connect({ allowHalfOpen: true })
    socket.on('secureConnect', () => socket.end('request'))
    expect((await socket.toArray()).join('')).toBe('')
    await front?.waitForConnections((count) => count === 0)
  })

  test("knows the client's certificate, the name that it asked for, and the protocol", async () => {
    const seen: unknown[] = []
    const { emitter, connect } = await start(
      { requestCert: true, ca: certificate.cert, ALPNProtocols: ['echo'] },
      (socket) => {
        const { authorized, alpnProtocol, servername } = socket as TLSSocket & { servername: string }
        seen.push(
          authorized,
          alpnProtocol,
          servername,
          (socket as TLSSocket & { server?: unknown }).server === emitter,
        )
        socket.pipe(socket)
      },
    )
    emitter.addContext('*.example', { ...certificate, ca: certificate.cert })
    expect(await talk(connect({ ...certificate, ALPNProtocols: ['echo'], servername: 'a.example' }))).toBe(
      'hello',
    )
    expect(seen).toEqual([true, 'echo', 'a.example', true])
  })

  test('resumes a session of before', async () => {
    const { emitter, connect } = await start({
      maxVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_TICKET,
    })
    const sessions = new Map<string, Buffer>()
    emitter.on('newSession', (id, data, done) => {
      sessions.set(id.toString('hex'), data)
      done()
    })
    emitter.on('resumeSession', (id, done) => done(null, sessions.get(id.toString('hex')) ?? null))
    const isReused: boolean[] = []
    const sayHello = async (session?: Buffer) => {
      const socket = connect(session && { session })
      let given: Buffer | undefined
      socket.on('secureConnect', () => {
        isReused.push(socket.isSessionReused())
        given = socket.getSession()
      })
      expect(await talk(socket)).toBe('hello')
      return given
    }
    await sayHello(await sayHello())
    expect([isReused, sessions.size]).toEqual([[false, true], 1])
  })

  test('with pauseOnConnect reads nothing until it is told to', async () => {
    const accepted: TLSSocket[] = []
    const { connect } = await start({ pauseOnConnect: true }, (socket) => {
      accepted.push(socket)
      socket.pipe(socket)
      socket.pause()
    })
    const answer = talk(connect())
    await agree(() => accepted.length, 1)
    expect(accepted[0]?.isPaused()).toBe(true)
    accepted[0]?.resume()
    expect(await answer).toBe('hello')
  })
})

describe.each(hosts)('an HTTPS server that %s', (_, host) => {
  const agent = { agent: false, rejectUnauthorized: false } as const

  test('cuts off a client whose request takes too long', async () => {
    const emitter = createHttpsServer({ ...certificate, ...PATIENT, headersTimeout: 60 })
    const { port, front } = await host(emitter)
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('GET / HTTP/1.1\r\n')
    expect((await socket.toArray()).join('')).toBe(
      'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n',
    )
    await front?.waitForConnections((count) => count === 0)
  })

  test('tells its own listener of a client without TLS', async () => {
    const emitter = createHttpsServer(certificate)
    const { client, front } = await host(emitter)
    const told = once(emitter, 'clientError')
    const one = client()
    one.send('GET / HTTP/1.1\r\n\r\n')
    expect((await told)[0].code).toBe('ERR_SSL_HTTP_REQUEST')
    await one.closed
    await front?.waitForConnections((count) => count === 0)
  })

  test('answers, as does one of HTTP/2 to both', async () => {
    const answer = (request: { httpVersion: string }, response: { end(text: string): void }) =>
      response.end(request.httpVersion)
    const https = await host(createHttpsServer(certificate, answer))
    const http2 = await host(createSecureServer({ ...certificate, allowHTTP1: true }, answer))
    for (const { port } of [https, http2])
      expect(await fetchFrom({ port, ...agent }, requestHttps)).toMatchObject({ status: 200, body: '1.1' })
    const session = connectHttp2(`https://127.0.0.1:${http2.port}`, { rejectUnauthorized: false })
    expect((await session.request().toArray()).join('')).toBe('2.0')
    session.close()
    await http2.front?.waitForConnections((count) => count === 0)
  })

  test('of HTTP/2 cuts off an HTTP/1 request that takes too long, and a client without TLS', async () => {
    const emitter = createSecureServer({ ...certificate, allowHTTP1: true })
    Object.assign(emitter, { ...PATIENT, headersTimeout: 60 })
    const { port, client, front } = await host(emitter)
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('GET / HTTP/1.1\r\n')
    expect((await socket.toArray()).join('')).toMatch(/^HTTP\/1.1 408 /)
    const one = client()
    one.send('garbage garbage garbage')
    await one.closed
    await front?.waitForConnections((count) => count === 0)
  })
})
