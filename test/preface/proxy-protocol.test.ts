// Servers behind a proxy.
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../../src/common/deferred.ts'
import {
  type Address,
  type ClientError,
  type CreateOptions,
  type Dropped,
  encodeProxyHeader,
  handTo,
  type ProxyProtocolOptions,
  Server,
} from '../../src/index.ts'
import { type Client, connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { expectRejected } from '../support/invalid.ts'
import { create, loopback, ManualHandler, serve } from '../support/serve.ts'
import { allUncaught } from '../support/uncaught.ts'
import { cut, headers } from './headers.ts'

const fromHere = { proxyProtocol: { from: ['127.0.0.1'] } } as const
const client = { family: 'IPv4', address: '192.0.2.1', port: 50_000 } as const
const service = { family: 'IPv4', address: '198.51.100.1', port: 80 } as const
const header = { version: 1, command: 'proxy', source: client, destination: service } as const
const line = encodeProxyHeader(header)

/** All that a server tells of its clients. */
function listen(server: Server) {
  const errors: ClientError[] = []
  const addresses: Address[] = []
  const drops: Dropped[] = []
  server.on('clientError', (error, address) => {
    errors.push(error)
    addresses.push(address)
  })
  server.on('drop', (dropped) => drops.push(dropped))
  return { errors, addresses, drops }
}

const settled = (server: Server) => server.waitForConnections((count) => count === 0)

describe('a server with proxyProtocol', () => {
  it.each(['createSock', 'create'] as const)('gives a handler of %s the client', async (factory) => {
    const run = deferred<{ address: Address; connection: object }>()
    const server =
      factory === 'createSock'
        ? await serve(async (address, _socket, connection) => run.resolve({ address, connection }), fromHere)
        : await create(
            async (address, _reader, _writer, connection) => run.resolve({ address, connection }),
            fromHere,
          )
    const proxy = connectTo(server)
    proxy.socket.write(line)
    const { address, connection } = await run.promise
    expect(address).toEqual(client)
    expect(connection).toMatchObject({ address: client, proxy: header })
    expect(connection).toHaveProperty('peerAddress', {
      family: 'IPv4',
      address: '127.0.0.1',
      port: proxy.localPort,
    })
  })

  it('holds the place of one that has said nothing, and calls no handler', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, fromHere)
    const proxy = await connectTo(server).connected
    proxy.socket.write(line.subarray(0, -1))
    await server.waitForConnections((count) => count === 1)
    const [connection] = server.connections
    expect(connection).toMatchObject({ state: 'preface', proxy: undefined })
    expect(connection?.peerAddress).toEqual(connection?.address)
    expect(handler.runs).toEqual([])
    proxy.socket.write(line.subarray(-1))
    await handler.run(0)
    expect(connection).toMatchObject({ state: 'serving', proxy: header })
    handler.settleAll()
  })

  it.each(['createSock', 'create'] as const)(
    'reads any header in any fragmentation, and %s gets what follows byte for byte',
    { timeout: 120_000 },
    async (factory) => {
      let received: (bytes: Buffer) => void = () => {}
      const options = { proxyProtocol: { from: 'any' } } as const
      const server =
        factory === 'createSock'
          ? await serve(async (_address, socket) => {
              const chunks: Buffer[] = []
              socket.on('data', (chunk: Buffer) => chunks.push(chunk))
              await once(socket, 'end')
              received(Buffer.concat(chunks))
            }, options)
          : await create(async (_address, reader) => {
              const chunks: Buffer[] = []
              for await (const chunk of reader) chunks.push(chunk)
              received(Buffer.concat(chunks))
            }, options)
      const { errors } = listen(server)
      const behind = fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.constant(new Uint8Array()),
        fc.constant(Uint8Array.from({ length: 65_536 }, (_, index) => index % 251)),
      )
      const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(headers, lengths, behind, fc.boolean(), async (header, lengths, behind, isSlow) => {
          const got = new Promise<Buffer>((resolve) => {
            received = resolve
          })
          const proxy = await connectTo(server).connected
          proxy.socket.setNoDelay(true)
          for (const piece of cut(Buffer.concat([encodeProxyHeader(header), behind]), lengths)) {
            proxy.socket.write(piece)
            if (isSlow) await new Promise(setImmediate)
          }
          proxy.end()
          expect((await got).equals(behind)).toBe(true)
          await proxy.closed
        }),
        { numRuns: 60 },
      )
      expect(errors).toEqual([])
    },
  )

  it('reads a header of one byte at a time', async () => {
    const text = deferred<unknown>()
    const server = await create(async (address, reader) => {
      text.resolve([address, (await reader.readLine()) ?? ''])
    }, fromHere)
    const proxy = await connectTo(server).connected
    proxy.socket.setNoDelay(true)
    for (const byte of Buffer.concat([line, Buffer.from('hello\n')])) {
      await new Promise((resolve) => proxy.socket.write(Uint8Array.of(byte), resolve))
      await new Promise(setImmediate)
    }
    expect(await text.promise).toEqual([client, 'hello'])
  })

  it('lets a handler of createSock see a reset that came with the header', async () => {
    const server = await serve(
      async (_address, socket) => {
        socket.resume()
        await once(socket, 'end')
      },
      { ...fromHere, onHandlerError: 'ignore' },
    )
    for (let visit = 0; visit < 20; visit++) {
      const { socket, closed } = await connectTo(server).connected
      socket.write(line, () => socket.resetAndDestroy())
      await closed
    }
    await settled(server)
  })

  it('lets a handler of createSock see an end that came with the header', async () => {
    const order: string[] = []
    const server = await serve(async (_address, socket) => {
      socket.on('end', () => order.push('end'))
      socket.resume()
      await once(socket, 'end')
      socket.end('answer')
    }, fromHere)
    const proxy = connectTo(server)
    proxy.socket.end(line)
    await proxy.closed
    expect(order).toEqual(['end'])
    expect(proxy.received).toBe('answer')
  })

  it.each([
    ['signature', 'GET / HTTP/1.1\r\n\r\n'],
    ['port', 'PROXY TCP4 192.0.2.1 198.51.100.1 70000 80\r\n'],
    ['version', '\r\n\r\n\0\r\nQUIT\n\x11'],
  ])('closes who sends a wrong header, and tells its reason: %s', async (reason, bytes) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, fromHere)
    const { errors, addresses } = listen(server)
    const proxy = connectTo(server)
    proxy.socket.write(bytes, 'latin1')
    await proxy.closed
    await settled(server)
    expect(errors).toMatchObject([{ code: 'ERR_PROXY_HEADER', phase: 'header', reason }])
    expect(addresses).toEqual([{ family: 'IPv4', address: '127.0.0.1', port: expect.any(Number) }])
    expect(handler.runs).toEqual([])
    expect(server.state).toBe('listening')
  })

  it.each<[string, (client: Client) => void]>([
    ['ended', (proxy) => proxy.end()],
    ['reset', (proxy) => proxy.reset()],
  ])('tells of a header that is cut off: %s', async (reason, act) => {
    const server = await serve(async () => {}, fromHere)
    const { errors } = listen(server)
    const told = once(server, 'clientError')
    const proxy = await connectTo(server).connected
    proxy.send('PROXY ')
    // A reset that comes together with bytes looks as FIN does.
    while ([...server.connections][0]?.bytesRead !== 6) await new Promise(setImmediate)
    act(proxy)
    await told
    await settled(server)
    expect(errors).toMatchObject([{ code: 'ERR_PROXY_HEADER', reason }])
  })

  it.each<[string, (client: Client) => void]>([
    ['FIN', (proxy) => proxy.end()],
    ['RST', (proxy) => proxy.reset()],
  ])('says nothing of a check of health, which ends by %s', async (_name, act) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, fromHere)
    const { errors, drops } = listen(server)
    const proxy = await connectTo(server).connected
    await server.waitForConnections((count) => count === 1)
    act(proxy)
    await proxy.closed
    await settled(server)
    expect([errors, drops, handler.runs]).toEqual([[], [], []])
  })

  it('serves others after prefaceTimeout, from accept, whatever mute clients and trickling ones do', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      ...fromHere,
      clock,
      maxConnections: 2,
      prefaceTimeout: 1_000,
    })
    const { errors } = listen(server)
    const mute = await connectTo(server).connected
    const trickling = await connectTo(server).connected
    await server.waitForConnections((count) => count === 2)
    const third = await connectTo(server).connected
    third.socket.write(line)
    clock.increment(999)
    trickling.send('PROXY')
    const [, connection] = server.connections
    while (connection?.bytesRead !== 5) await new Promise(setImmediate)
    expect(server.numConnections).toBe(2)
    clock.increment(1)
    await Promise.all([mute.closed, trickling.closed])
    await handler.run(0)
    expect(handler.runs[0]?.address).toEqual(client)
    expect(errors).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout' }])
    handler.settleAll()
  })

  it('forgets the time of a header that was read', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { ...fromHere, clock, prefaceTimeout: 1_000 })
    const proxy = await connectTo(server).connected
    proxy.socket.write(line)
    const { connection } = await handler.run(0)
    clock.increment(100_000)
    expect(connection.state).toBe('serving')
    handler.settleAll()
  })

  it('drops who is not listed, reads nothing of it, and says so', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { proxyProtocol: { from: ['192.0.2.0/24', 'unix'] } })
    const { errors, drops } = listen(server)
    const stranger = await connectTo(server).connected
    const port = stranger.localPort
    stranger.socket.write(line)
    await stranger.closed
    await settled(server)
    const remote = { family: 'IPv4', address: '127.0.0.1', port }
    expect(drops).toEqual([{ local: server.listeningOnAddress, remote, reason: 'not-allowed' }])
    expect([errors, handler.runs]).toEqual([[], []])
  })

  it("serves who is not listed as it is, with others: 'direct'", async () => {
    const text = deferred<unknown>()
    const server = await create(
      async (_address, reader, _writer, connection) => {
        text.resolve([
          await reader.readLine(),
          connection.proxy,
          connection.peerAddress === connection.address,
        ])
      },
      { proxyProtocol: { from: ['192.0.2.1'], others: 'direct' } },
    )
    const direct = connectTo(server)
    direct.socket.write(line)
    expect(await text.promise).toEqual([line.toString().trimEnd(), undefined, true])
  })

  it('leaves the real addresses where the proxy does not know its client', async () => {
    const run = deferred<[Address, unknown]>()
    const server = await serve(async (address, _socket, connection) => {
      run.resolve([address, connection.proxy])
    }, fromHere)
    const proxy = connectTo(server)
    proxy.socket.write('PROXY UNKNOWN\r\n')
    expect(await run.promise).toEqual([
      { family: 'IPv4', address: '127.0.0.1', port: proxy.localPort },
      { version: 1, command: 'proxy' },
    ])
  })

  it('reads headers on a unix socket', async () => {
    const path = join(temporaryFolder(), 'app.sock')
    const run = deferred<unknown>()
    const server = await serve(
      async (address, _socket, { peerAddress }) => run.resolve([address, peerAddress]),
      { proxyProtocol: { from: ['unix'] } },
      { path },
    )
    connectTo(server).socket.write(line)
    expect(await run.promise).toEqual([client, { family: 'unix', path }])
  })

  it('answers HTTP behind a header, whose request comes with it, and tells the client by connection', async () => {
    const http = createHttpServer((request, response) => response.end(`${request.method} ${request.url}`))
    const server = await Server.createSock(loopback, handTo(http), fromHere)
    onTestFinished(() => void server.drain({ timeout: 0 }))
    const proxy = connectTo(server)
    proxy.socket.write(`${line}GET /path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    await proxy.closed
    expect(proxy.received).toContain('GET /path')
  })

  it('closes those in their preface at once when it closes, and counts them as destroyed', async () => {
    for (const close of ['close', 'drain'] as const) {
      const handler = new ManualHandler()
      const server = await serve(handler.handle, fromHere)
      const proxy = await connectTo(server).connected
      await server.waitForConnections((count) => count === 1)
      if (close === 'drain')
        expect(await server.drain({ timeout: 60_000 })).toEqual({ settled: 0, destroyed: 1 })
      else await server.close()
      await proxy.closed
      expect(handler.runs).toEqual([])
    }
  })

  it('is told wrong options by name', async () => {
    const reject = (proxyProtocol: object, name: string, value: unknown) =>
      expectRejected(loopback, { proxyProtocol }, `proxyProtocol.${name}`, value)
    await reject({}, 'from', undefined)
    await reject({ from: [] }, 'from', [])
    await reject({ from: 'unix' }, 'from', 'unix')
    await reject({ from: ['10.0.0.0/33'] }, 'from[0]', '10.0.0.0/33')
    await reject({ from: 'any', versions: [] }, 'versions', [])
    await reject({ from: 'any', versions: [0] }, 'versions', [0])
    await reject({ from: 'any', maxHeaderSize: 100 }, 'maxHeaderSize', 100)
    await reject({ from: 'any', others: 'ignore' }, 'others', 'ignore')
    const misspelt = { form: 'any', from: 'any' } as unknown as ProxyProtocolOptions
    await expect(Server.create(loopback, async () => {}, { proxyProtocol: misspelt })).rejects.toThrow(
      /^proxyProtocol\.form is not known/,
    )
  })

  it('survives strangers: nothing is left of them, and no policy hears of them', async () => {
    const uncaught = allUncaught()
    const options: CreateOptions = {
      ...fromHere,
      onHandlerError: () => expect.unreachable('a client is no fault of a handler'),
    }
    const before = openDescriptors().length
    const server = await create(async () => {}, options)
    const { errors } = listen(server)
    const acts: readonly ((socket: Socket) => unknown)[] = [
      (socket) => socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      (socket) => socket.end(),
      (socket) => socket.destroy(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.write('PROXY TCP4 ', () => socket.resetAndDestroy()),
      (socket) => socket.write(Buffer.alloc(100_000), () => socket.destroy()),
    ]
    for (let round = 0; round < 50; round++) {
      await Promise.all(
        acts.map(async (act) => {
          const socket = connect({ host: '127.0.0.1', port: server.listeningOn as number })
          socket.on('error', () => {}).resume()
          const closed = new Promise((resolve) => socket.once('close', resolve))
          await once(socket, 'connect')
          act(socket)
          await closed
        }),
      )
    }
    await settled(server)
    expect(server.state).toBe('listening')
    await server.close()
    expect(openDescriptors().length).toBe(before)
    // Those who speak HTTP. Bytes before a reset may go unread, and then nothing was wrong.
    expect(errors.length).toBeGreaterThanOrEqual(50)
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['ERR_PROXY_HEADER']))
    expect(uncaught).toEqual([])
  })
})
