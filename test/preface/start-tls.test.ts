// Connections that go on with TLS in the middle: `startTls`.
import { once } from 'node:events'
import { type ConnectionOptions, createServer as createTlsServer, type SecureVersion } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import {
  ClientError,
  encodeProxyHeader,
  type Handler,
  handTo,
  isClientError,
  type Reader,
  ReadPendingError,
  type Server,
  StartTlsError,
  type StreamConnection,
  type TlsInfo,
  type TlsServerOptions,
  type Writer,
  WriterClosedError,
} from '../../src/index.ts'
import { certificate, stranger } from '../support/certificate.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { create, serve } from '../support/serve.ts'
import { StarttlsClient } from '../support/starttls.ts'

const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3']
const only = (version: SecureVersion): ConnectionOptions => ({ minVersion: version, maxVersion: version })

/** Says which way each line has come, and tells what each `STARTTLS` has led to. */
function echo(
  options: TlsServerOptions = certificate,
  outcomes: unknown[] = [],
  lines: string[] = [],
): Handler {
  return async (_address, reader, writer, connection) => {
    for await (const line of reader.lines()) {
      lines.push(line)
      if (line === 'STARTTLS') {
        writer.writeLine('go')
        outcomes.push(await connection.startTls(options).catch((error: unknown) => error))
      } else writer.writeLine(`${connection.tls ? 'secret' : 'plain'} ${line}`)
    }
  }
}

const settled = (server: { waitForConnections(predicate: (count: number) => boolean): Promise<void> }) =>
  server.waitForConnections((count) => count === 0)

const turn = () => new Promise(setImmediate)

/** What a handler has after its client has said `STARTTLS`, and was told to go on. */
interface Asked {
  reader: Reader
  writer: Writer
  connection: StreamConnection
  /** The handler has settled, and was it by failure. */
  settle: () => void
  fail: (error: Error) => void
  failures: unknown[]
}

/** A server whose handler waits for the test, and a client that was told to go on. */
async function asked(
  options: Parameters<typeof create>[1] = {},
  said = 'STARTTLS\n',
): Promise<Asked & { server: Server; client: StarttlsClient }> {
  const given = deferred<Asked>()
  const failures: unknown[] = []
  const server = await create(
    async (_address, reader, writer, connection) => {
      await reader.readLine()
      const outcome = deferred()
      writer.writeLine('go')
      given.resolve({ reader, writer, connection, settle: outcome.resolve, fail: outcome.reject, failures })
      await outcome.promise
    },
    { onHandlerError: (_address, error) => void failures.push(error), ...options },
  )
  const client = new StarttlsClient(server)
  client.raw.write(said)
  return { ...(await given.promise), server, client }
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )

/** A place is free, and of the client nothing is left. */
async function isGone(server: Server, client: StarttlsClient): Promise<void> {
  client.raw.resume()
  await settled(server)
  await client.closed
}

describe.each(VERSIONS)('a connection that goes on with %s', (version) => {
  it('reads and writes in plaintext before, and in secret after, by the same reader and writer', async () => {
    const outcomes: TlsInfo[] = []
    const told = deferred<StreamConnection>()
    const server = await create(async (address, reader, writer, connection) => {
      told.resolve(connection)
      await echo({ ...certificate, ALPNProtocols: ['echo'] }, outcomes)(address, reader, writer, connection)
    })
    const client = new StarttlsClient(server)
    client.raw.write('one\n')
    await client.receives('plain one\n')
    await client.starttls({ ...only(version), ALPNProtocols: ['echo'] })
    client.secret?.write('two\n')
    await client.receivesInSecret('secret two\n')
    client.secret?.write('three\n')
    await client.receivesInSecret('secret three\n')
    client.secret?.end()
    await client.closed
    expect(client.received).toBe('plain one\ngo\n')
    expect(client.receivedInSecret).toBe('secret two\nsecret three\n')
    const connection = await told.promise
    expect(connection.tls).toBe(outcomes[0])
    expect(connection.tls).toMatchObject({
      protocol: version,
      servername: 'localhost',
      alpnProtocol: 'echo',
      isAuthorized: false,
    })
    expect([connection.bytesRead, connection.bytesWritten]).toEqual([
      'one\nSTARTTLS\ntwo\nthree\n'.length,
      'plain one\ngo\nsecret two\nsecret three\n'.length,
    ])
    await settled(server)
    expect(connection.bytesRead).toBe('one\nSTARTTLS\ntwo\nthree\n'.length)
  })

  it('flushes large answers before, and delivers those after it whole', async () => {
    const large = 'x'.repeat(3_000_000)
    const server = await create(async (_address, reader, writer, connection) => {
      await reader.readLine()
      writer.write(large)
      writer.writeLine('go')
      await connection.startTls(certificate)
      writer.write(large)
    })
    const client = new StarttlsClient(server)
    await client.starttls(only(version))
    await client.closed
    expect(client.received === `${large}go\n`).toBe(true)
    expect([client.receivedInSecret.length, client.error]).toEqual([large.length, undefined])
  })
})

describe.each(VERSIONS)('over a connection that went on with %s', (version) => {
  it('delivers an answer whole, whatever the client has sent that nobody read', async () => {
    const answer = 'x'.repeat(100_000)
    const server = await create(
      async (_address, reader, writer, connection) => {
        await reader.readLine()
        writer.writeLine('go')
        await connection.startTls(certificate)
        while (connection.bytesRead < 200_000) await turn()
        writer.write(answer)
      },
      { readerBufferSize: 300_000 },
    )
    const client = await new StarttlsClient(server).starttls(only(version))
    client.secret?.write(Buffer.alloc(1_000_000))
    await client.closed
    expect([client.receivedInSecret === answer, client.error]).toEqual([true, undefined])
  })

  it('reads the lines before a reset first, and forgets a handler that writes to nobody', async () => {
    const lines: unknown[] = []
    const done = deferred()
    const server = await create(async (_address, reader, writer, connection) => {
      await reader.readLine()
      writer.writeLine('go')
      await connection.startTls(certificate)
      writer.writeLine('on')
      await writer.flushed()
      for await (const line of reader.lines()) lines.push(line)
      lines.push(reader.endReason)
      await writer.consumerLeft
      expect(writer.write('to nobody')).toBe(false)
      done.resolve()
    })
    const client = await new StarttlsClient(server).starttls(only(version))
    await client.receivesInSecret('on\n')
    client.secret?.write('one\ntwo\n')
    while (lines.length < 2) await turn()
    client.raw.resetAndDestroy()
    await done.promise
    await settled(server)
    expect(lines).toEqual(['one', 'two', 'reset'])
  })

  it('cuts a client that does not take its answer within flushTimeout', async () => {
    const clock = new SimulatedClock()
    const written = deferred()
    const server = await create(
      async (_address, reader, writer, connection) => {
        await reader.readLine()
        writer.writeLine('go')
        await connection.startTls(certificate)
        expect(writer.write(Buffer.alloc(32 * 1024 * 1024))).toBe(false)
        written.resolve()
      },
      { clock, flushTimeout: 5_000 },
    )
    const client = await new StarttlsClient(server).starttls(only(version))
    client.secret?.pause()
    await written.promise
    const [connection] = server.connections
    while (connection?.state !== 'closing') await turn()
    clock.increment(4_999)
    expect(server.numConnections).toBe(1)
    clock.increment(1)
    await settled(server)
  })

  it('hears a client that has ended its side, which can still be answered by %s', async () => {
    const server = await create(async (_address, reader, writer, connection) => {
      await reader.readLine()
      writer.writeLine('go')
      await connection.startTls(certificate)
      writer.writeLine('first')
      await writer.close()
      writer.closeFinished.then(() => {})
      expect(await reader.readLine()).toBe('last')
      expect(await reader.readLine()).toBe(null)
      expect(reader.endReason).toBe('fin')
    })
    const client = await new StarttlsClient(server).starttls(only(version))
    client.secret?.write('last\n')
    await client.closed
    expect(client.receivedInSecret).toBe('first\n')
    await settled(server)
  })

  it('lets nobody in whose certificate it does not accept', async () => {
    const outcomes: unknown[] = []
    const told: unknown[] = []
    const options = { ...certificate, ca: certificate.cert, requestCert: true, rejectUnauthorized: true }
    const server = await create(echo(options, outcomes))
    server.on('clientError', (error) => told.push(error))
    for (const material of [stranger, {}, certificate]) {
      const client = new StarttlsClient(server)
      client.raw.write('STARTTLS\n')
      await client.receives('go\n')
      client.begin({ ...only(version), ...material }).write('hello\n')
      if (material === certificate) await client.receivesInSecret('secret hello\n')
      else await client.closed
      client.raw.destroy()
      await settled(server)
      if (material !== certificate) expect(client.receivedInSecret).toBe('')
    }
    expect(outcomes).toMatchObject([
      { code: 'ERR_TLS_CLIENT_UNAUTHORIZED', phase: 'handshake' },
      { code: expect.stringMatching(/^ERR_SSL_/), phase: 'handshake' },
      { isAuthorized: true },
    ])
    expect(told).toEqual([])
  })

  it('resumes sessions of the same options, and of no others', async () => {
    const reused: boolean[] = []
    const server = await create(
      async (_address, reader, writer, connection) => {
        const line = await reader.readLine()
        writer.writeLine('go')
        const strict = { ca: certificate.cert, requestCert: true, rejectUnauthorized: true }
        const options = line === 'STRICT' ? { ...certificate, ...strict } : { ...certificate }
        const { isSessionReused } = await connection.startTls(options)
        reused.push(isSessionReused)
        writer.writeLine('hello')
        await reader.readLine()
      },
      { onHandlerError: 'ignore' },
    )
    let session: Buffer | undefined
    const visit = async (command: string) => {
      const client = new StarttlsClient(server)
      client.raw.write(command)
      await client.receives('go\n')
      const secret = client.begin({ ...only(version), ...(session && { session }) })
      secret.on('session', (given: Buffer) => {
        session = given
      })
      while (!client.receivedInSecret.includes('hello') && !client.raw.closed) await turn()
      secret.end()
      await client.closed
      await settled(server)
    }
    await visit('STARTTLS\n')
    await visit('STARTTLS\n')
    await visit('STRICT\n')
    expect(reused).toEqual([false, true])
  })
})

describe('startTls rejects, and the connection is cut off,', () => {
  it.each([
    [
      'in one segment',
      async (client: StarttlsClient) => void client.raw.write('STARTTLS\nEVIL\n'),
      /^ERR_STARTTLS_INJECTION$/,
    ],
    [
      'in one segment, where it looks like the beginning of a handshake',
      async (client: StarttlsClient) => {
        client.raw.write(Buffer.concat([Buffer.from('STARTTLS\n'), Buffer.from('1603010200', 'hex')]))
      },
      /^ERR_STARTTLS_INJECTION$/,
    ],
    [
      'right behind',
      async (client: StarttlsClient) => {
        client.raw.setNoDelay().write('STARTTLS\n')
        client.raw.write('EVIL\nEVIL\nEVIL\n')
      },
      /^(ERR_SSL_|ERR_STARTTLS_INJECTION)/,
    ],
    [
      'when it was told to go on',
      async (client: StarttlsClient) => {
        client.raw.write('STARTTLS\n')
        await client.receives('go\n')
        client.raw.write('EVIL\nEVIL\nEVIL\n')
      },
      /^ERR_SSL_/,
    ],
  ])('if the client says something else than TLS, %s', async (_name, act, code) => {
    const outcomes: unknown[] = []
    const lines: string[] = []
    const server = await create(echo(certificate, outcomes, lines))
    const client = new StarttlsClient(server)
    await act(client)
    await isGone(server, client)
    expect(lines).toEqual(['STARTTLS'])
    expect(outcomes).toMatchObject([{ phase: 'handshake', code: expect.stringMatching(code) }])
    expect(outcomes[0]).toBeInstanceOf(ClientError)
    expect(isClientError(outcomes[0])).toBe(true)
    expect(client.received).not.toContain('EVIL')
  })

  it.each([
    ['sends FIN', (client: StarttlsClient) => client.raw.end()],
    ['sends RST', (client: StarttlsClient) => client.raw.resetAndDestroy()],
    [
      'sends half a ClientHello and FIN',
      (client: StarttlsClient) => client.raw.end(Buffer.from('1603010200', 'hex')),
    ],
    [
      'sends half a ClientHello and RST',
      async (client: StarttlsClient, connection: StreamConnection) => {
        const { bytesRead } = connection
        client.raw.write(Buffer.from('1603010200', 'hex'))
        while (connection.bytesRead === bytesRead) await turn()
        client.raw.resetAndDestroy()
      },
    ],
  ])('if the client %s in the middle of it', async (_name, act) => {
    const { server, client, connection, reader, writer, fail, failures } = await asked()
    const outcome = errorOf(connection.startTls(certificate))
    await client.receives('go\n')
    await act(client, connection)
    const error = await outcome
    expect(error).toMatchObject({ name: 'ClientError', phase: 'handshake', code: 'ECONNRESET' })
    expect(await reader.readLine()).toBeNull()
    await writer.consumerLeft
    fail(error as Error)
    await settled(server)
    await vi.waitFor(() => expect(failures).toEqual([error]))
  })

  it('if it is not done within prefaceTimeout', async () => {
    const clock = new SimulatedClock()
    const { server, client, connection, settle } = await asked({ clock, prefaceTimeout: 3_000 })
    const outcome = errorOf(connection.startTls(certificate))
    await client.receives('go\n')
    client.raw.write(Buffer.from('1603', 'hex'))
    clock.increment(2_999)
    await turn()
    expect([server.numConnections, connection.signal.aborted]).toEqual([1, false])
    clock.increment(1)
    expect(await outcome).toMatchObject({ code: 'ERR_TLS_HANDSHAKE_TIMEOUT', phase: 'handshake' })
    settle()
    await isGone(server, client)
    clock.increment(100_000)
  })

  it('if what was written before is not taken within prefaceTimeout', async () => {
    const clock = new SimulatedClock()
    const { server, client, connection, writer, settle } = await asked({ clock, prefaceTimeout: 3_000 })
    client.raw.pause()
    writer.write(Buffer.alloc(32 * 1024 * 1024))
    const outcome = errorOf(connection.startTls(certificate))
    expect(connection.actor.getSnapshot().value).toEqual({ serving: { securing: 'flushing' } })
    clock.increment(3_000)
    expect(await outcome).toMatchObject({ code: 'ERR_TLS_HANDSHAKE_TIMEOUT' })
    settle()
    await isGone(server, client)
  })

  it.each([
    ['sends something', 'EVIL\n', (client: StarttlsClient) => client.raw.resume(), 'ERR_STARTTLS_INJECTION'],
    ['resets', '', (client: StarttlsClient) => client.raw.resetAndDestroy(), 'ECONNRESET'],
    ['does both', 'EVIL\n', (client: StarttlsClient) => client.raw.resetAndDestroy(), 'ECONNRESET'],
  ])('if the client %s while what was written before is flushed', async (_name, said, act, code) => {
    const { server, client, connection, writer, reader, settle } = await asked()
    client.raw.pause()
    writer.write(Buffer.alloc(32 * 1024 * 1024))
    const outcome = errorOf(connection.startTls(certificate))
    const read = reader.readLine()
    client.raw.write(said)
    while (connection.bytesRead < 'STARTTLS\n'.length + said.length) await turn()
    act(client)
    expect(await outcome).toMatchObject({ phase: 'handshake', code })
    expect(await read).toBeNull()
    settle()
    await isGone(server, client)
  })

  it('the second time, also while the first is pending, and with the option tls', async () => {
    const { server, client, connection, settle } = await asked()
    const first = connection.startTls(certificate)
    await client.receives('go\n')
    await once(client.begin(), 'secureConnect')
    await first
    expect(await errorOf(connection.startTls(certificate))).toBeInstanceOf(StartTlsError)
    settle()
    await isGone(server, client)

    const twice = await asked()
    const pending = errorOf(twice.connection.startTls(certificate))
    expect(await errorOf(twice.connection.startTls(certificate))).toBeInstanceOf(StartTlsError)
    expect(await pending).toBeInstanceOf(StartTlsError)
    twice.settle()
    await isGone(twice.server, twice.client)

    const outcomes: unknown[] = []
    const secure = await create(echo(certificate, outcomes), { tls: certificate })
    const other = new StarttlsClient(secure)
    other.begin().write('STARTTLS\n')
    await other.closed
    await settled(secure)
    expect(outcomes).toMatchObject([{ code: 'ERR_START_TLS' }])
  })

  it('while a read is pending, which finds the end then', async () => {
    const { server, client, connection, reader, settle } = await asked()
    const read = reader.readLine()
    expect(await errorOf(connection.startTls(certificate))).toBeInstanceOf(ReadPendingError)
    expect(await read).toBeNull()
    settle()
    await isGone(server, client)
  })

  it('if the writer was closed, or the client has ended its side', async () => {
    const { server, client, connection, writer, settle } = await asked()
    void writer.close()
    expect(await errorOf(connection.startTls(certificate))).toBeInstanceOf(WriterClosedError)
    settle()
    await isGone(server, client)
    const outcomes: unknown[] = []
    const other = await create(async (_address, reader, _writer, connection) => {
      while ((await reader.readLine()) !== null);
      outcomes.push(await errorOf(connection.startTls(certificate)))
    })
    const ending = new StarttlsClient(other)
    ending.raw.end('STARTTLS\n')
    await isGone(other, ending)
    expect(outcomes).toMatchObject([{ code: 'ECONNRESET', phase: 'handshake' }])
  })

  it.each([
    ['destroy()', ({ connection }: Asked) => connection.destroy(new Error('enough'))],
    ['drain()', (_: Asked, server: Server) => void server.drain({ timeout: 0 })],
    ['close()', (_: Asked, server: Server) => void server.close({ closeExistingConnections: true })],
    ['a handler that returns', ({ settle }: Asked) => settle()],
    ['a handler that fails', ({ fail }: Asked) => fail(new Error('of its own'))],
  ])('in the middle of the handshake, and of the flush before it, by %s', async (_name, act) => {
    for (const isFlushing of [false, true]) {
      const all = await asked()
      const { server, client, connection, writer, settle } = all
      if (isFlushing) {
        client.raw.pause()
        writer.write(Buffer.alloc(32 * 1024 * 1024))
      }
      const outcome = errorOf(connection.startTls(certificate))
      if (!isFlushing) {
        await client.receives('go\n')
        const { bytesRead } = connection
        client.raw.write(Buffer.from('1603010200', 'hex'))
        while (connection.bytesRead === bytesRead) await turn()
      }
      expect(connection.actor.getSnapshot().value).toEqual({
        serving: { securing: isFlushing ? 'flushing' : 'handshake' },
      })
      act(all, server)
      expect(await outcome).toMatchObject({ code: 'ERR_START_TLS' })
      settle()
      await isGone(server, client)
      await writer.flushed()
      await writer.closeFinished
    }
  })

  it('and nobody need wait for that', async () => {
    const others = process.listeners('unhandledRejection')
    const unhandled: unknown[] = []
    process
      .removeAllListeners('unhandledRejection')
      .on('unhandledRejection', (error) => unhandled.push(error))
    onTestFinished(() => {
      process.removeAllListeners('unhandledRejection')
      for (const listener of others) process.on('unhandledRejection', listener)
    })
    const { server, client, connection, settle } = await asked()
    void connection.startTls(certificate)
    settle()
    await isGone(server, client)
    await turn()
    expect(unhandled).toEqual([])
  })
})

describe('startTls', () => {
  it('goes on when the client comes by single bytes, and in secret with all that is written meanwhile', async () => {
    const { client, connection, reader, writer, settle } = await asked()
    writer.write('still ')
    writer.writeLine('plain')
    const secured = connection.startTls(certificate)
    writer.writeLine('one')
    const read = reader.readLine()
    const flushed = writer.flushed()
    await client.receives('go\nstill plain\n')
    await turn()
    writer.writeLine('two')
    const secret = client.beginByBytes()
    secret.write('hello\n')
    expect((await secured).protocol).toBe('TLSv1.3')
    expect(await read).toBe('hello')
    await flushed
    await client.receivesInSecret('one\ntwo\n')
    expect(client.received).toBe('go\nstill plain\n')
    settle()
  })

  it('closes a writer that was closed meanwhile, when what was written is sent', async () => {
    const { server, client, connection, writer, settle } = await asked()
    const secured = connection.startTls(certificate)
    writer.writeLine('last')
    const closed = writer.close()
    await client.receives('go\n')
    client.begin()
    await secured
    await closed
    await client.closed
    expect(client.receivedInSecret).toBe('last\n')
    settle()
    await settled(server)
  })

  it('rejects for options that are no good, and then the connection goes on in plaintext', async () => {
    const { client, connection, reader, writer, settle } = await asked()
    const start = (options: object) => connection.startTls(options as TlsServerOptions)
    await expect(start({ key: 'nonsense', cert: certificate.cert })).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_OSSL_/),
    })
    await expect(start({ ...certificate, key: stranger.key })).rejects.toMatchObject({
      code: 'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
    })
    await expect(start({ ...certificate, requestCrt: true })).rejects.toThrow(
      /^startTls\.requestCrt is not known/,
    )
    await expect(start({})).rejects.toThrow(/startTls.*key/)
    await expect(connection.startTls(undefined as never)).rejects.toThrow(
      /^The argument of startTls\(\) must be/,
    )
    client.raw.write('plain\n')
    expect(await reader.readLine()).toBe('plain')
    writer.writeLine('as before')
    await client.receives('as before\n')
    settle()
  })

  it('keeps who the client is behind a proxy', async () => {
    const told = deferred<StreamConnection>()
    const server = await create(
      async (address, reader, writer, connection) => {
        await echo()(address, reader, writer, connection)
        told.resolve(connection)
      },
      { proxyProtocol: { from: ['127.0.0.1'] } },
    )
    const client = new StarttlsClient(server)
    const source = { family: 'IPv4', address: '192.0.2.1', port: 50_000 } as const
    client.raw.write(encodeProxyHeader({ version: 2, command: 'proxy', source, destination: source }))
    await client.starttls()
    client.secret?.end()
    const connection = await told.promise
    expect(connection).toMatchObject({
      address: source,
      proxy: { source },
      peerAddress: { address: '127.0.0.1' },
    })
    expect(connection.tls?.protocol).toBe('TLSv1.3')
    await client.closed
  })

  it('flushes what is written before the end of a client with allowHalfOpen: false', async () => {
    const server = await create(
      async (_address, reader, writer, connection) => {
        await reader.readLine()
        writer.writeLine('go')
        await connection.startTls(certificate)
        await reader.readLine()
        writer.writeLine('hello')
        await reader.readLine()
      },
      { allowHalfOpen: false },
    )
    const client = await new StarttlsClient(server).starttls()
    client.secret?.end('hello\n')
    await client.closed
    expect(client.receivedInSecret).toBe('hello\n')
  })

  it('leaves nothing open and nobody listening', async () => {
    const before = openDescriptors()
    const outcomes: unknown[] = []
    const server = await create(echo(certificate, outcomes))
    const raws: { listenerCount(name: string): number }[] = []
    for (let round = 0; round < 12; round++) {
      const client = new StarttlsClient(server)
      while (server.numConnections === 0) await turn()
      const [connection] = server.connections
      raws.push((connection as unknown as { socket: typeof client.raw }).socket)
      if (round % 3 === 0) {
        await client.starttls()
        client.secret?.write('hello\n')
        await client.receivesInSecret('secret hello\n')
        expect(['data', 'end', 'readable'].map((name) => raws[round]?.listenerCount(name))).toEqual([0, 1, 0])
        client.secret?.end()
      } else {
        client.raw.write(round % 3 === 1 ? 'STARTTLS\nEVIL\n' : 'STARTTLS\n')
        client.raw.end()
      }
      await isGone(server, client)
    }
    expect(outcomes.length).toBe(12)
    await server.close()
    expect(openDescriptors()).toEqual(before)
  })

  it('is of no use to createSock, whose handler hands its socket to a server of node:tls', async () => {
    const secure = createTlsServer(certificate, (socket) => socket.end('hello\n'))
    const handSecurely = handTo(secure)
    const server = await serve(async (address, socket, connection) => {
      const start = (connection as StreamConnection).startTls(certificate)
      await expect(start).rejects.toMatchObject({ code: 'ERR_START_TLS' })
      await once(socket, 'readable')
      expect(String(socket.read())).toBe('STARTTLS\n')
      if (socket.readableLength > 0) return
      socket.write('go\n')
      await handSecurely(address, socket, connection)
    })
    const client = await new StarttlsClient(server).starttls()
    await client.closed
    expect(client.receivedInSecret).toBe('hello\n')
    await settled(server)
  })
})
