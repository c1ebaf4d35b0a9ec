import cluster from 'node:cluster'
import { lookup } from 'node:dns/promises'
import { fchmodSync, fstatSync } from 'node:fs'
import {
  createServer,
  isIP,
  type ListenOptions,
  type Server as NetServer,
  type ServerOpts,
  type Socket,
} from 'node:net'
import { isMainThread } from 'node:worker_threads'
import type { Ends } from '../common/address.ts'
import { InterfaceUnavailableError } from '../common/errors.ts'
import type { Target } from '../options/where-to-listen.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { FileAttributes } from '../os/file-attributes.ts'
import type { Libc } from '../os/libc.ts'
import {
  bindTcpSocket,
  bindUnixSocket,
  openTcpSocket,
  openUnixSocket,
  setInterface,
} from '../os/raw-socket.ts'
import { assertConnected, disconnectedError, onDisconnect } from './cluster-worker.ts'
import { SocketFile } from './socket-file.ts'

/** A port of the OS's choice may be free on IPv6 and taken on IPv4; another try gets another port. */
const TRIES_OF_ANY_PORT = 10

/** What every handle of one acceptor needs to know. */
export interface HandleOptions {
  socket: ServerOpts
  backlog: number
  isRefd: boolean
  onConnection: (socket: Socket) => void
  /** Whether what is accepted is to be closed at once. */
  isRefusing: () => boolean
  /** Such a connection was accepted; it is closed when this returns. */
  onRefused: (ends: Ends) => void
  onError: (error: Error) => void
  /** `close` of the handle was called. Told in a worker of a cluster only. */
  onClosed: (handle: NetServer) => void
  /** A connection is about to be accepted. Told in a worker of a cluster only. */
  beforeAccept: () => void
}

/** A `net.Server` that is used as one polling handle; its own counting of connections is not. */
export function createHandle(options: HandleOptions): NetServer {
  return create(options).on('error', options.onError)
}

function create(options: HandleOptions): NetServer {
  const handle = cluster.isWorker ? createInWorker(options) : createAlone(options)
  return options.isRefd ? handle : handle.unref()
}

function createAlone({ socket, onConnection, isRefusing, onRefused }: HandleOptions): NetServer {
  const handle = createServer(socket, onConnection)
  // Node reads this for each connection, and makes no socket of one beyond it: half the cost. It takes 0 for no limit before Node 21.
  Object.defineProperty(handle, 'maxConnections', { get: () => (isRefusing() ? -1 : undefined) })
  return handle.on('drop', (ends) => onRefused(ends ?? {}))
}

/** What a server can be bound to. */
export type Bindable = Exclude<Target, { kind: 'fd' }>

/** What is needed beyond Node. */
export interface BindTools {
  /** For what has to be done before the socket is bound. */
  libc?: Libc | undefined
  /** What the file of a unix socket is to have. */
  attributes?: FileAttributes | undefined
  /** In a worker of a cluster: not to share the socket of its primary process. */
  exclusive?: boolean
}

/** A handle that gets its connections from the primary process of a cluster. */
function createInWorker(options: HandleOptions): NetServer {
  const { socket, onConnection, isRefusing, onRefused, onClosed, beforeAccept } = options
  // The primary process would offer what is beyond `maxConnections` again and again.
  const handle = createServer(socket, (accepted) => {
    if (!isRefusing()) return onConnection(accepted)
    accepted.on('error', () => {})
    onRefused(accepted)
    accepted.destroy()
  })
  // Node reads this before it tells the primary process that it takes a connection, which at once sends the next one. A handle that
  // is closed only then gives that one back, and where no other worker listens any more, the primary process never closes it.
  Object.defineProperty(handle, 'maxConnections', { get: beforeAccept })
  // `worker.disconnect()` closes the handles of the worker and tells nobody.
  const { close } = handle
  handle.close = (callback) => {
    closeHandleOf(handle)
    close.call(handle, callback)
    onClosed(handle)
    return handle
  }
  return handle
}

/**
 * Closes the descriptor of a handle that all workers of a cluster share. Node tells the primary process of a close before it does
 * that, and another worker that binds in between finds the address taken, and dies of an assertion when it tries again.
 */
function closeHandleOf(handle: NetServer): void {
  if (descriptorOf(handle) === -1) return
  const { _handle } = handle as unknown as { _handle: { close(): void } }
  const { close } = Object.getPrototypeOf(_handle) as { close?: () => void }
  // A second close of the same does nothing.
  close?.call(_handle)
}

/**
 * Binds a new handle and listens on it. Rejects with Node's own error, and has nothing open then. In a worker of a cluster the primary
 * process does it, for all workers, unless it is to be `exclusive`.
 */
export async function bindHandle(
  target: Bindable,
  options: HandleOptions,
  tools: BindTools = {},
): Promise<NetServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await bindOnce(target, options, tools)
    } catch (error) {
      const isRetried = target.kind === 'port' && target.port === 0 && tries < TRIES_OF_ANY_PORT
      if (!isRetried || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

/**
 * Whether the file of a unix socket is made, and so has to be removed, by us rather than by libuv. A worker thread leaves it to libuv, which
 * removes the file when the thread ends.
 */
export function isFileLeftToUs(target: Target, { libc, attributes }: BindTools): boolean {
  return isMainThread && target.kind === 'path' && libc !== undefined && attributes !== undefined
}

async function bindOnce(target: Bindable, options: HandleOptions, tools: BindTools): Promise<NetServer> {
  if (target.kind === 'port' && target.interface !== undefined) {
    return bindToInterface({ ...target, interface: target.interface }, options, tools.libc)
  }
  if (target.kind === 'path' && isFileLeftToUs(target, tools)) {
    const { libc, attributes } = tools as Required<BindTools>
    const { fd, file } = bindPath(libc as Libc, target.path, attributes as FileAttributes)
    try {
      return await listenOnDescriptor(fd, options)
    } catch (error) {
      file.remove()
      throw error
    }
  }
  const { attributes, exclusive = false } = tools
  const handle = await listen(create(options), (handle, done) => {
    handle.listen({ ...listenOptions(withMode(target, attributes), options.backlog), exclusive }, done)
    // Bound in this call, or it has failed and will say so.
    if (target.kind === 'path' && attributes && handle.listening) attributes.restoreTo(target.path)
  })
  // Only now: a failure to bind is no failure to accept.
  return handle.on('error', options.onError)
}

/** A mode that is to be restored needs nothing added to it. */
function withMode(target: Bindable, attributes: FileAttributes | undefined): Bindable {
  if (target.kind !== 'path' || !attributes) return target
  return { ...target, readableAll: false, writableAll: false }
}

/** The file that is made has no permissions at first, since on Linux they are those of the socket; nobody listens yet anyway. */
function bindPath(libc: Libc, path: string, attributes: FileAttributes): { fd: number; file: SocketFile } {
  const fd = openUnixSocket(libc)
  let file: SocketFile | undefined
  try {
    fchmodSync(fd, 0)
    bindUnixSocket(libc, fd, path)
    file = new SocketFile(path)
    attributes.restoreTo(path)
    return { fd, file }
  } catch (error) {
    closeDescriptor(fd)
    file?.remove()
    throw error
  }
}

type PortOfInterface = Extract<Target, { kind: 'port' }> & { interface: string }

/** As Node does it, but that the socket is bound to the interface before it is bound to anything else. */
async function bindToInterface(
  target: PortOfInterface,
  options: HandleOptions,
  libc: Libc | undefined,
): Promise<NetServer> {
  if (!libc) {
    throw new InterfaceUnavailableError(
      `A server on the interface ${target.interface} needs Linux, the optional dependency koffi (npm install koffi), and a process that is no worker of node:cluster`,
    )
  }
  const { host } = target
  if (host === undefined) {
    try {
      return await bindAddress(libc, '::', target, options)
    } catch (error) {
      // Without IPv6, as in Node; an interface that is wrong is so with IPv4 too.
      if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error
      return bindAddress(libc, '0.0.0.0', target, options)
    }
  }
  const address = isIP(host) === 0 ? (await lookup(host)).address : host
  return bindAddress(libc, address, target, options)
}

async function bindAddress(
  libc: Libc,
  address: string,
  target: PortOfInterface,
  options: HandleOptions,
): Promise<NetServer> {
  const { port } = target
  const fd = openTcpSocket(libc, address)
  try {
    setInterface(libc, fd, target.interface)
    bindTcpSocket(libc, fd, address, port, target)
  } catch (error) {
    closeDescriptor(fd)
    throw error
  }
  try {
    return await listenOnDescriptor(fd, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Node does not know where the descriptor was bound.
    throw Object.assign(new Error(`listen ${code}: ${address}:${port}`, { cause: error }), {
      code,
      syscall: 'listen',
      address,
      port,
    })
  }
}

/** Listens on what is bound already; the descriptor is the handle's, or closed when this rejects. */
export async function listenOnDescriptor(fd: number, options: HandleOptions): Promise<NetServer> {
  const { ino } = fstatSync(fd)
  try {
    const handle = await listen(create(options), (handle, done) =>
      handle.listen({ fd, exclusive: true }, options.backlog, done),
    )
    return handle.on('error', options.onError)
  } catch (error) {
    // Node closes it if it made a handle of it, and forgets it if it could not.
    if (inodeOf(fd) === ino) closeDescriptor(fd)
    throw error
  }
}

function inodeOf(fd: number): number | undefined {
  try {
    return fstatSync(fd).ino
  } catch {
    return undefined
  }
}

function listenOptions(target: Bindable, backlog: number): ListenOptions {
  const { kind: _, ...where } = target
  return { ...where, backlog }
}

/** Has nothing open when it rejects. */
function listen(handle: NetServer, start: (handle: NetServer, done: () => void) => void): Promise<NetServer> {
  assertConnected()
  let forgetDisconnect = () => {}
  const listening = new Promise<NetServer>((resolve, reject) => {
    // A primary process that is gone does not answer.
    forgetDisconnect = onDisconnect(() => reject(disconnectedError()))
    handle.once('error', reject)
    const done = () => {
      handle.removeListener('error', reject)
      resolve(handle)
    }
    try {
      start(handle, done)
    } catch (error) {
      handle.removeListener('listening', done).close()
      reject(error)
    }
  })
  return listening.finally(forgetDisconnect)
}
