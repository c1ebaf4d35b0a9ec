// Servers with the option `tls`.
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect as connectByHttp2, createServer as createHttp2Server } from 'node:http2'
import { request } from 'node:https'
import { connect as connectByTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type SecureVersion, TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import { type Connection, encodeProxyHeader, handTo, Server, type TlsServerOptions } from '../../src/index.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { expectRejected } from '../support/invalid.ts'
import { create, loopback, ManualHandler, serve } from '../support/serve.ts'
import { listen, only, settled, TlsClient, VERSIONS } from '../support/tls-client.ts'
import { allUncaught } from '../support/uncaught.ts'

const tls: TlsServerOptions = certificate
describe.each(VERSIONS)('a server with tls, by %s', (version) => {
  it('gives a handler of create a reader and a writer of what is sent in secret', async () => {
    const told = deferred<Connection>()
    const server = await create(
      async (_address, reader, writer, connection) => {
        told.resolve(connection)
        for await (const line of reader.lines()) writer.writeLine(line.toUpperCase())
      },
      { tls: { ...tls, ALPNProtocols: ['echo'] } },
    )
    const client = new TlsClient(server, { ...only(version), ALPNProtocols: ['echo', 'other'] })
    client.socket.end('hello\nwörld')
    await client.closed
    expect(client.received).toBe('HELLO\nWÖRLD\n')
    const connection = await told.promise
    expect(connection.tls).toMatchObject({
      protocol: version,
      servername: 'localhost',
      alpnProtocol: 'echo',
      isAuthorized: false,
      isSessionReused: false,
    })
    expect(connection.tls?.cipher).toMatch(/^(TLS_|ECDHE-)/)
    expect(connection.tls?.peerCertificate()).toBeUndefined()
    expect([connection.bytesRead, connection.bytesWritten]).toEqual([12, 13])
  })

  it('gives a handler of createSock a TLSSocket, once it is secure', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { tls })
    const raw = await connectTo(server).connected
    await server.waitForConnections((count) => count === 1)
    const [connection] = server.connections
    expect(connection).toMatchObject({ state: 'preface', tls: undefined })
    expect(handler.runs).toEqual([])
    raw.destroy()
    await settled(server)
    const client = new TlsClient(server, only(version))
    const { socket } = await handler.run(0)
    expect(socket).toBeInstanceOf(TLSSocket)
    socket.end('hello')
    await client.receives('hello')
    handler.settleAll()
  })

  it('answers a client that has ended its side, and hears one that goes on when ours is ended', async () => {
    const late = deferred<string>()
    const server = await serve(
      async (_address, socket) => {
        let text = ''
        socket.setEncoding('utf8').on('data', (data) => {
          text += data
        })
        if (version === 'TLSv1.2') {
          await once(socket, 'end')
          socket.write(`late ${text}`)
          late.resolve(text)
        } else {
          socket.end('first')
          await once(socket, 'end')
          late.resolve(text)
        }
      },
      { tls },
    )
    const client = new TlsClient(server, { ...only(version), allowHalfOpen: true } as ConnectionOptions)
    if (version === 'TLSv1.2') client.socket.end('question')
    else {
      await client.receives('first')
      client.socket.end('question')
    }
    await client.closed
    expect(await late.promise).toBe('question')
    expect(client.received).toBe(version === 'TLSv1.2' ? 'late question' : 'first')
  })

  it('delivers an answer whole, whatever the client has sent that nobody read', async () => {
    const answer = 'x'.repeat(100_000)
    const server = await create(
      async (_address, _reader, writer, connection) => {
        while (connection.bytesRead < 200_000) await new Promise(setImmediate)
        writer.write(answer)
      },
      { tls, readerBufferSize: 300_000 },
    )
    const client = new TlsClient(server, { ...only(version), allowHalfOpen: true } as ConnectionOptions)
    client.socket.write(Buffer.alloc(1_000_000))
    client.socket.end()
    await client.closed
    expect(client.received).toBe(answer)
  })

  it('reads the lines before a reset first, and forgets a handler that writes to nobody', async () => {
    const lines: unknown[] = []
    const done = deferred()
    const server = await create(
      async (_address, reader, writer) => {
        writer.writeLine('go')
        await writer.flushed()
        for await (const line of reader.lines()) lines.push(line)
        lines.push(reader.endReason)
        await writer.consumerLeft
        done.resolve()
      },
      { tls },
    )
    const raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn as number })
    raw.on('error', () => {})
    const client = new TlsClient(server, { ...only(version), socket: raw })
    await client.receives('go\n')
    client.socket.write('one\ntwo\n')
    while (lines.length < 2) await new Promise(setImmediate)
    raw.resetAndDestroy()
    await done.promise
    await settled(server)
    expect(lines).toEqual(['one', 'two', 'reset'])
  })

  it('cuts a client that does not take its answer within flushTimeout', async () => {
    const clock = new SimulatedClock()
    const written = deferred()
    const server = await create(
      async (_address, _reader, writer) => {
        writer.write(Buffer.alloc(32 * 1024 * 1024))
        written.resolve()
      },
      { tls, clock, flushTimeout: 5_000 },
    )
    const client = new TlsClient(server, only(version))
    client.socket.pause()
    await client.secured
    await written.promise
    const [connection] = server.connections
    while (connection?.state !== 'closing') await new Promise(setImmediate)
    clock.increment(4_999)
    expect(server.numConnections).toBe(1)
    clock.increment(1)
    await settled(server)
    expect(connection?.bytesWritten).toBe(32 * 1024 * 1024)
  })

  it('lets nobody in whose certificate it does not accept, and says why', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      tls: { ...tls, ca: certificate.cert, requestCert: true, rejectUnauthorized: true },
    })
    const errors = listen(server)
    const foreign = new TlsClient(server, { ...only(version), ...stranger })
    await foreign.closed
    await settled(server)
    const absent = new TlsClient(server, only(version))
    await absent.closed
    await settled(server)
    expect(errors).toMatchObject(
      [
        { code: 'ERR_TLS_CLIENT_UNAUTHORIZED', phase: 'handshake', cause: { code: /SELF_SIGNED/ } },
        { phase: 'handshake', code: expect.stringMatching(/^ERR_SSL_/) },
      ].map((one) =>
        one.cause
          ? { ...one, cause: expect.objectContaining({ code: expect.stringMatching(/SELF_SIGNED/) }) }
          : one,
      ),
    )
    expect(handler.runs).toEqual([])
    const known = new TlsClient(server, { ...only(version), ...certificate })
    const { connection } = await handler.run(0)
    expect(connection.tls?.isAuthorized).toBe(true)
    expect(connection.tls?.peerCertificate()?.subject.CN).toBe('localhost')
    handler.settleAll()
    await known.closed
  })

  it('resumes a session across a change of certificates, and in a server with the same ticketKeys', async () => {
    const ticketKeys = Buffer.alloc(48, 7)
    const shared = { ...tls, ticketKeys, sessionIdContext: 'shared' }
    const reused: boolean[] = []
    const handler = async (_address: unknown, socket: Socket, { tls }: Connection) => {
      reused.push(tls?.isSessionReused ?? false)
      socket.end('hello')
      await once(socket.resume(), 'end')
    }
    const one = await serve(handler, { tls: shared })
    const other = await serve(handler, { tls: shared })
    const own = await serve(handler, { tls })
    const visit = async (server: Server, session?: Buffer) => {
      const client = new TlsClient(server, { ...only(version), ...(session && { session }) })
      let next = session
      client.socket.on('session', (given: Buffer) => {
        next = given
      })
      await client.receives('hello')
      client.socket.end()
      await client.closed
      return next
    }
    const session = await visit(one)
    one.setSecureContext({ ...stranger })
    one.setSecureContext({ ...certificate, sessionIdContext: 'shared' })
    const again = await visit(one, session)
    await visit(other, again)
    const first = await visit(own)
    own.setSecureContext(certificate)
    await visit(own, first)
    await visit(own, session)
    expect(reused).toEqual([false, true, true, false, true, false])
  })

  it('is asked for the certificate of a name, and speaks no other version than it is told', async () => {
    const server = await create(
      async (_address, _reader, writer, { tls }) => {
        writer.writeLine(tls?.servername ?? 'none')
      },
      {
        tls: {
          ...stranger,
          ...only(version),
          SNICallback: (name, callback) => callback(null, name === 'localhost' ? contextOf() : undefined),
        },
      },
    )
    const errors = listen(server)
    const client = new TlsClient(server)
    await client.receives('localhost\n')
    expect(client.error).toBeUndefined()
    const other = VERSIONS.find((one) => one !== version) as SecureVersion
    const wrong = new TlsClient(server, only(other))
    await wrong.closed
    await settled(server)
    expect(errors).toMatchObject([{ phase: 'handshake' }])
  })

  it.each([
    ['also where its listeners were removed', (socket: Socket) => void socket.removeAllListeners()],
    ['by itself', () => {}],
  ])('destroys a connection that sends something else than TLS later on, %s', async (_name, prepare) => {
    const uncaught = allUncaught()
    const ended = deferred<unknown>()
    const server = await serve(
      async (_address, socket, { signal }) => {
        prepare(socket)
        socket.resume()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        ended.resolve(undefined)
      },
      { tls },
    )
    const raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn as number })
    onTestFinished(() => void raw.destroy())
    raw.on('error', () => {})
    const client = connect({ socket: raw, ca: certificate.cert, servername: 'localhost', ...only(version) })
    client.on('error', () => {})
    await once(client, 'secureConnect')
    await server.waitForConnections((count) => count === 1)
    while ([...server.connections][0]?.state !== 'serving') await new Promise(setImmediate)
    raw.write(Buffer.from('170303001a', 'hex'))
    raw.write(Buffer.alloc(26, 9))
    await ended.promise
    await settled(server)
    expect(uncaught).toEqual([])
  })
})

function contextOf() {
  return process.getBuiltinModule('node:tls').createSecureContext(certificate)
}

describe('a server with tls', () => {
  it.each<[string, (raw: Socket, hasCome: (bytes: number) => Promise<void>) => unknown, RegExp]>([
    ['HTTP', (raw) => raw.write('GET / HTTP/1.1\r\n\r\n'), /^ERR_SSL_/],
    ['half a ClientHello and FIN', (raw) => raw.end(Buffer.from('16030101', 'hex')), /^ECONNRESET$/],
    [
      'half a ClientHello and RST',
      async (raw, hasCome) => {
        raw.write(Buffer.from('16030101', 'hex'))
        await hasCome(4)
        raw.resetAndDestroy()
      },
      /^ECONNRESET$/,
    ],
  ])('tells of a client that sends %s, and closes it', async (_name, act, code) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { tls })
    const errors = listen(server)
    const raw = await connectTo(server).connected
    await act(raw.socket, async (bytes) => {
      while ([...server.connections][0]?.bytesRead !== bytes) await new Promise(setImmediate)
    })
    await raw.closed
    await settled(server)
    expect(errors).toMatchObject([
      { phase: 'handshake', code: expect.stringMatching(code), reason: undefined },
    ])
    expect(handler.runs).toEqual([])
  })

  it.each(['end', 'reset'] as const)(
    'says nothing of a check of health that does nothing but %s',
    async (how) => {
      const server = await serve(async () => {}, { tls })
      const errors = listen(server)
      const raw = await connectTo(server).connected
      await server.waitForConnections((count) => count === 1)
      raw[how]()
      await raw.closed
      await settled(server)
      expect(errors).toEqual([])
    },
  )

  it('serves a third client when two that say nothing have had their time', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { tls, clock, maxConnections: 2, prefaceTimeout: 1_000 })
    const errors = listen(server)
    const mute = await connectTo(server).connected
    const trickling = await connectTo(server).connected
    await server.waitForConnections((count) => count === 2)
    const third = new TlsClient(server)
    trickling.socket.write(Buffer.from('1603', 'hex'))
    const [, connection] = server.connections
    while (connection?.bytesRead !== 2) await new Promise(setImmediate)
    clock.increment(999)
    expect(server.numConnections).toBe(2)
    clock.increment(1)
    await Promise.all([mute.closed, trickling.closed])
    await handler.run(0)
    expect(errors.map(({ code }) => code)).toEqual(['ERR_TLS_HANDSHAKE_TIMEOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT'])
    clock.increment(100_000)
    handler.settleAll()
    await third.closed
  })

  it('reads the header of a proxy before the handshake', async () => {
    const source = { family: 'IPv4', address: '192.0.2.1', port: 50_000 } as const
    const destination = { family: 'IPv4', address: '198.51.100.1', port: 443 } as const
    const server = await create(
      async (address, reader, writer, { tls }) => {
        writer.writeLine(`${JSON.stringify(address)} ${tls?.protocol} ${await reader.readLine()}`)
      },
      { tls, proxyProtocol: { from: ['127.0.0.1'] } },
    )
    const errors = listen(server)
    for (const version of [1, 2] as const) {
      const raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn as number })
      raw.write(encodeProxyHeader({ version, command: 'proxy', source, destination }))
      const client = new TlsClient(server, { socket: raw })
      client.socket.write('hello\n')
      await client.closed
      expect(client.received).toBe(`${JSON.stringify(source)} TLSv1.3 hello\n`)
    }
    // A check of health by way of the proxy.
    const raw = await connectTo(server).connected
    raw.socket.end(encodeProxyHeader({ version: 1, command: 'proxy', source, destination }))
    await raw.closed
    await settled(server)
    expect(errors).toEqual([])
  })

  it('closes those in their handshake at once when it closes, and counts them as destroyed', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { tls })
    const raw = await connectTo(server).connected
    await server.waitForConnections((count) => count === 1)
    expect(await server.drain({ timeout: 60_000 })).toEqual({ settled: 0, destroyed: 1 })
    await raw.closed
    expect(handler.runs).toEqual([])
  })

  it('is HTTPS with handTo, and HTTP/2', async () => {
    const http = createHttpServer((request, response) => response.end(`you asked for ${request.url}`))
    const https = await serve(handTo(http), { tls })
    const port = https.listeningOn as number
    const answer = deferred<string>()
    request(
      { host: '127.0.0.1', port, path: '/path', ca: certificate.cert, servername: 'localhost', agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (data) => {
          text += data
        })
        response.on('end', () => answer.resolve(text))
      },
    ).end()
    expect(await answer.promise).toBe('you asked for /path')

    const http2 = createHttp2Server((_request, response) => response.end('by HTTP/2'))
    const secure = await serve(handTo(http2), { tls: { ...tls, ALPNProtocols: ['h2'] } })
    const session = connectByHttp2(`https://localhost:${secure.listeningOn}`, {
      ca: certificate.cert,
      lookup: (_name: string, options: { all?: boolean }, callback: (...args: unknown[]) => void) =>
        options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
    } as object)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':path': '/' })
    let text = ''
    stream.setEncoding('utf8').on('data', (data) => {
      text += data
    })
    await once(stream, 'end')
    expect(text).toBe('by HTTP/2')
  })

  it('rejects what is no good before anything is opened', async () => {
    const before = openDescriptors()
    const start = (tls: object) => Server.create(loopback, async () => {}, { tls })
    await expect(start({ key: 'nonsense', cert: certificate.cert })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_OSSL_/),
    })
    await expect(start({ ...certificate, key: stranger.key })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_OSSL_X509_KEY_VALUES_MISMATCH$/),
    })
    await expect(start({ ...certificate, handshakeTimeout: 5 })).rejects.toThrow(
      /^tls\.handshakeTimeout is not known/,
    )
    for (const few of [{}, { cert: certificate.cert }, { key: certificate.key, ca: certificate.cert }]) {
      await expect(start(few)).rejects.toThrow(/^tls needs a key and a cert, or a pfx.* but it has/)
      await expect(start(few)).rejects.not.toThrow(/PRIVATE/)
    }
    await expectRejected(loopback, { tls, highWaterMark: 5 }, 'highWaterMark', 5)
    expect(openDescriptors()).toEqual(before)
  })

  it('goes on with what it had where setSecureContext is given what is no good', async () => {
    const server = await create(
      async (_address, _reader, writer) => {
        writer.write('hello')
      },
      { tls },
    )
    expect(() => server.setSecureContext({ key: 'nonsense', cert: 'nonsense' })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_OSSL_/) }),
    )
    expect(() => server.setSecureContext({ ALPNProtocols: ['h2'] } as never)).toThrow(
      /ALPNProtocols is not known/,
    )
    expect((await new TlsClient(server).closed).received).toBe('hello')
    server.setSecureContext(stranger)
    expect((await new TlsClient(server).closed).error?.code).toMatch(/SELF_SIGNED/)
    const plain = await create(async () => {})
    expect(() => plain.setSecureContext(certificate)).toThrow(/needs a server with the option tls/)
  })
})
