// Binds sockets, and listens on them.
import { lookup } from 'node:dns/promises'
import { fchmodSync, fstatSync } from 'node:fs'
import { isIP, type ListenOptions, type Server as NetServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { InterfaceUnavailableError } from '../common/errors.ts'
import type { Target } from '../options/where-to-listen.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
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
import { createSilentHandle, type HandleOptions } from './handle.ts'
import { SocketFile } from './socket-file.ts'

/**
 * A port of the OS's choice may be free on IPv6 and taken on IPv4; another try gets another port.
 */
const TRIES_OF_ANY_PORT = 10

/** Anything that a server can be bound to. */
export type Bindable = Exclude<Target, { kind: 'fd' }>

/** Tools for binds that Node cannot do. */
export interface BindTools {
  /** For what has to be done before the socket is bound. */
  libc?: Libc | undefined
  /** Mode and owner that the file of a unix socket is to have. */
  attributes?: FileAttributes | undefined
  /** In a worker of a cluster: not to share the socket of its primary process. */
  exclusive?: boolean
}

/**
 * Binds a new handle and listens on it. Rejects with Node's own error, and has nothing open then.
 * In a worker of a cluster the primary process does it, for all workers, unless it is to be
 * `exclusive`.
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
 * Whether the file of a unix socket is made, and so has to be removed, by us rather than by libuv.
 * A worker thread leaves it to libuv, which removes the file when the thread ends.
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
  const handle = await listen(createSilentHandle(options), (handle, done) => {
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

/**
 * The file has no permissions at first, since on Linux they are those of the socket; nothing
 * listens yet anyway.
 */
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

/**
 * As Node does it, but that the socket is bound to the interface before it is bound to anything
 * else.
 */
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

/**
 * Listens on what is bound already; the descriptor is the handle's, or closed when this rejects.
 */
export async function listenOnDescriptor(fd: number, options: HandleOptions): Promise<NetServer> {
  const { ino } = fstatSync(fd)
  try {
    const handle = await listen(createSilentHandle(options), (handle, done) =>
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
