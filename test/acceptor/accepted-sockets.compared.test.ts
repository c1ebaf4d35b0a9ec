// The sockets of clients are what `net.Server` makes of the same options: in the kernel, and by all
// that their users see.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, createServer, Server as NetServer, Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ServerOptions } from '../../src/index.ts'
import { type Libc, loadLibc } from '../../src/os/libc.ts'
import { Client } from '../support/client.ts'
import { temporaryFolder } from '../support/folder.ts'
import { ManualHandler, serve } from '../support/serve.ts'
import { descriptorOfSocket, socketOptions } from '../support/socket-options.ts'

const libc = (await loadLibc()) as Libc

type SocketOptions = Pick<
  ServerOptions,
  'allowHalfOpen' | 'noDelay' | 'keepAlive' | 'keepAliveInitialDelay' | 'highWaterMark'
>

const choices: SocketOptions[] = [
  {},
  { noDelay: false },
  { noDelay: true, keepAlive: true },
  { keepAlive: true, keepAliveInitialDelay: 61_500 },
  { keepAlive: true, keepAliveInitialDelay: 999 },
  { noDelay: false, keepAlive: true, keepAliveInitialDelay: 32_767_000 },
  { keepAliveInitialDelay: 60_000 },
  { allowHalfOpen: false, highWaterMark: 12_345 },
  { highWaterMark: 0 },
]

interface Told {
  socket: Socket
  server: boolean
  hasListener: boolean
}

/** What Node's channel tells of accepted sockets, from now on, as it was when it was told. */
function toldSockets(): Told[] {
  const told: Told[] = []
  const listener = (message: unknown) => {
    const { socket } = message as { socket: Socket & { server?: unknown } }
    const server = socket.server instanceof NetServer
    told.push({ socket, server, hasListener: socket.listenerCount('error') > 0 })
  }
  subscribe('net.server.socket', listener)
  onTestFinished(() => void unsubscribe('net.server.socket', listener))
  return told
}

function seenOf(socket: Socket) {
  const { allowHalfOpen, readableHighWaterMark, writableHighWaterMark, readableFlowing } = socket
  const { bytesRead, bytesWritten, timeout, readyState, connecting, pending, destroyed } = socket
  const { localAddress, localFamily, remoteAddress, remoteFamily } = socket
  return {
    ...{ allowHalfOpen, readableHighWaterMark, writableHighWaterMark, readableFlowing },
    ...{ bytesRead, bytesWritten, timeout, readyState, connecting, pending, destroyed },
    ...{ localAddress, localFamily, remoteAddress, remoteFamily },
    isPaused: socket.isPaused(),
    server: (socket as Socket & { server?: unknown }).server instanceof NetServer,
    hasPrototype: Object.getPrototypeOf(socket) === Socket.prototype,
  }
}

/** All of a socket, then again after each change of its options. */
function observe(socket: Socket, told: Told[]) {
  const kernel = () => socketOptions(descriptorOfSocket(socket), libc)
  const changes: ((socket: Socket) => void)[] = [
    (socket) => socket.setNoDelay(true),
    (socket) => socket.setNoDelay(false),
    (socket) => socket.setKeepAlive(true, 33_000),
    (socket) => socket.setKeepAlive(false),
    (socket) => socket.setKeepAlive(true, 61_000),
  ]
  const [first, ...others] = told.filter((one) => one.socket === socket)
  return {
    told: [first?.server, first?.hasListener, others.length],
    seen: seenOf(socket),
    atFirst: kernel(),
    changed: changes.map((change) => {
      change(socket)
      return kernel()
    }),
  }
}

type Place = 'port' | 'port of IPv6' | 'path'

const whereOf = (place: Place) =>
  place === 'path'
    ? { path: join(temporaryFolder(), 'socket') }
    : { port: 0, host: place === 'port' ? '127.0.0.1' : '::1' }

/** Of `net.Server`, with the defaults of ours. */
async function observeRaw(place: Place, options: SocketOptions) {
  const told = toldSockets()
  const server = createServer({ allowHalfOpen: true, noDelay: true, ...options })
  server.on('connection', (socket) => socket.on('error', () => {}))
  onTestFinished(() => void server.close())
  const where = whereOf(place)
  await once(server.listen(where), 'listening')
  const accepted = once(server, 'connection')
  const address = server.address() as AddressInfo | string
  new Client(typeof address === 'string' ? { path: address } : { port: address.port, host: address.address })
  const [socket] = (await accepted) as [Socket]
  // It is told when the listeners have been called.
  await new Promise(setImmediate)
  const observed = observe(socket, told)
  socket.destroy()
  return observed
}

/** Of the second client of a server: polled for, or accepted by hand as the first one leaves. */
async function observeOurs(place: Place, options: SocketOptions, maxConnections: number) {
  const told = toldSockets()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { ...options, maxConnections }, whereOf(place))
  const address = server.listeningOnAddress
  const target =
    address.family === 'unix' ? { path: address.path } : { port: address.port, host: address.address }
  new Client(target)
  const { connection, settle } = await handler.run(0)
  new Client(target)
  if (maxConnections === 1) {
    settle()
    connection.destroy()
  }
  const { socket } = await handler.run(1)
  await new Promise(setImmediate)
  return observe(socket, told)
}

describe.runIf(process.platform === 'linux').each<Place>(['port', 'port of IPv6', 'path'])(
  'a socket of a %s',
  (place) => {
    it.each(choices)('with %j is as of net.Server', async (options) => {
      const raw = await observeRaw(place, options)
      expect(raw.told).toEqual([true, true, 0])
      expect(await observeOurs(place, options, 10)).toEqual(raw)
      expect(await observeOurs(place, options, 1)).toEqual(raw)
    })
  },
)
