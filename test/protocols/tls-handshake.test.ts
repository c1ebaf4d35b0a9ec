import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectTls, createServer, type TlsOptions, Server as TlsServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { handTo } from '../../src/index.ts'
import { emitTlsConnection } from '../../src/protocols/tls-handshake.ts'
import { certificate } from '../support/certificate.ts'
import { connectTo, connectToAddress } from '../support/client.ts'
import { serve } from '../support/serve.ts'
import { uncaught } from '../support/uncaught.ts'

const options: TlsOptions = { ...certificate, handshakeTimeout: 30 }

async function expectEcho(port: number): Promise<void> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.end('hello')
  expect((await socket.toArray()).join('')).toBe('hello')
}

test('a failed handshake frees its place although the listeners are removed', async () => {
  const tlsServer = createServer(options)
  tlsServer.removeAllListeners('tlsClientError').removeAllListeners('secureConnection')
  const server = await serve(handTo(tlsServer), { maxConnections: 2 })
  const silent = Array.from({ length: 6 }, () => connectTo(server))
  await Promise.all(silent.map(({ closed }) => closed))
  await server.waitForConnections((count) => count === 0)
})

test('listeners are told before the socket is destroyed, and may destroy it themselves', async () => {
  const tlsServer = createServer(options)
  const states: boolean[] = []
  tlsServer.on('tlsClientError', (_error, socket) => {
    states.push(socket.destroyed)
    socket.destroy()
  })
  const server = await serve(handTo(tlsServer))
  await connectTo(server).closed
  await server.waitForConnections((count) => count === 0)
  expect(states).toEqual([false])
})

test('sockets that the server accepts itself are left alone', async () => {
  const tlsServer = createServer({ ...options, handshakeTimeout: 20 })
  await once(tlsServer.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void tlsServer.close())
  const { port } = tlsServer.address() as AddressInfo
  const server = await serve(handTo(tlsServer))
  const own = await connectToAddress({ family: 'IPv4', address: '127.0.0.1', port }).connected
  const failed = once(tlsServer, 'tlsClientError')
  await failed
  await connectTo(server).closed
  expect(own.socket.destroyed).toBe(false)
})

test('to listeners and overridden methods it is the server itself', async () => {
  class CountingServer extends TlsServer {
    #secured = 0
    seen = 0
    override emit(event: string | symbol, ...values: unknown[]): boolean {
      if (event === 'secureConnection') this.#secured++
      return super.emit(event as never, ...(values as []))
    }
    get secured(): number {
      return this.#secured
    }
  }
  const tlsServer = new CountingServer(certificate, (socket) => socket.pipe(socket))
  tlsServer.on('connection', function (this: CountingServer) {
    this.seen++
  })
  const server = await serve(handTo(tlsServer))
  await expectEcho(server.listeningOn)
  await expectEcho(server.listeningOn)
  expect([tlsServer.seen, tlsServer.secured]).toEqual([2, 2])
})

test('a listener of tlsClientError that throws does not keep the socket open', async () => {
  const tlsServer = createServer(options)
  const error = uncaught()
  tlsServer.on('tlsClientError', () => {
    throw new Error('not today')
  })
  const server = await serve(handTo(tlsServer))
  await connectTo(server).closed
  expect(await error).toEqual(new Error('not today'))
  await server.waitForConnections((count) => count === 0)
})

test('the end of a socket is heard in the middle of a handshake', async () => {
  const tlsServer = createServer(certificate)
  const server = await serve(async (_address, socket: Socket) => {
    expect(socket.allowHalfOpen).toBe(true)
    const closed = once(socket, 'close')
    emitTlsConnection(tlsServer, socket)
    await closed
  })
  const client = await connectTo(server).connected
  client.end()
  await client.closed
})
