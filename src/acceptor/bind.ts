import cluster from 'node:cluster'
import {
  createServer,
  type ListenOptions,
  type Server as NetServer,
  type ServerOpts,
  type Socket,
} from 'node:net'
import type { Ends } from '../address.ts'
import type { Target } from '../where-to-listen.ts'
import { assertConnected, disconnectedError, onDisconnect } from './cluster-worker.ts'

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
    closeDescriptor(handle)
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
function closeDescriptor(handle: NetServer): void {
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
  target: Exclude<Target, { kind: 'fd' }>,
  options: HandleOptions,
  exclusive = false,
): Promise<NetServer> {
  for (let tries = 1; ; tries++) {
    try {
      const handle = await listen(create(options), {
        ...listenOptions(target, options.backlog),
        exclusive,
      })
      // Only now: a failure to bind is no failure to accept.
      return handle.on('error', options.onError)
    } catch (error) {
      const isRetried = target.kind === 'port' && target.port === 0 && tries < TRIES_OF_ANY_PORT
      if (!isRetried || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

function listenOptions(target: Exclude<Target, { kind: 'fd' }>, backlog: number): ListenOptions {
  const { kind: _, ...where } = target
  return { ...where, backlog }
}

function listen(handle: NetServer, options: ListenOptions): Promise<NetServer> {
  assertConnected()
  let forgetDisconnect = () => {}
  const listening = new Promise<NetServer>((resolve, reject) => {
    // A primary process that is gone does not answer.
    forgetDisconnect = onDisconnect(() => reject(disconnectedError()))
    handle.once('error', reject)
    handle.listen(options, () => {
      handle.removeListener('error', reject)
      resolve(handle)
    })
  })
  return listening.finally(forgetDisconnect)
}

/** The number of the descriptor that a handle or a socket polls, -1 where there is none (on Windows, or once it is closed). */
export function descriptorOf(handle: NetServer | Socket): number {
  return (handle as unknown as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}
