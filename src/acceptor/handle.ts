// Polling handles: `net.Server`s, of which libuv's part is used, and not their own counting.
import cluster from 'node:cluster'
import { createServer, type Server as NetServer, type ServerOpts, type Socket } from 'node:net'
import type { Ends } from '../common/address.ts'
import { publishAccepted, socketOn } from '../os/accept.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import { HandleEnds, listeningHandleOf, nativeHandleOf } from '../os/native-handle.ts'
import type { InheritedOptions } from './inherited-options.ts'

/** The same for every handle of one acceptor. */
export interface HandleOptions {
  socket: ServerOpts
  backlog: number
  isRefd: boolean
  onConnection: (socket: Socket) => void
  /** Whether accepted connections are to be closed at once. */
  isRefusing: () => boolean
  /** Such a connection was accepted; it is closed when this returns. */
  onRefused: (ends: Ends) => void
  onError: (error: Error) => void
  /** `close` of the handle was called. Told in a worker of a cluster only. */
  onClosed: (handle: NetServer) => void
  /** The handle is about to accept a connection. Told in a worker of a cluster only. */
  beforeAccept: (handle: NetServer) => void
}

/** A `net.Server` that is used as one polling handle; its own counting of connections is not. */
export function createHandle(options: HandleOptions): NetServer {
  return createSilentHandle(options).on('error', options.onError)
}

/** As `createHandle`, for who listens to `'error'` otherwise first. */
export function createSilentHandle(options: HandleOptions): NetServer {
  const handle = cluster.isWorker ? createInWorker(options) : createAlone(options)
  return options.isRefd ? handle : handle.unref()
}

function createAlone({ socket, onConnection, isRefusing, onRefused }: HandleOptions): NetServer {
  const handle = createServer(socket, onConnection)
  // Node reads this for each connection, and makes no socket of one beyond it: half the cost. It
  // takes 0 for no limit before Node 21.
  Object.defineProperty(handle, 'maxConnections', { get: () => (isRefusing() ? -1 : undefined) })
  return handle.on('drop', (ends) => onRefused(ends ?? {}))
}

/**
 * Makes the sockets of what a handle that listens accepts, from now on. That costs less than Node's
 * own way, which stays in use where there is no other.
 */
export function acceptDirectly(handle: NetServer, options: HandleOptions, inherited: InheritedOptions): void {
  const native = cluster.isWorker ? undefined : listeningHandleOf(handle)
  if (!native) return
  const { onconnection } = native
  const { socket: ofServer, onConnection, isRefusing, onRefused } = options
  native.onconnection = (error, client) => {
    // Node tells of it.
    if (error !== 0 || !client) return onconnection.call(native, error, client)
    if (isRefusing()) {
      onRefused(new HandleEnds(client))
      return client.close?.()
    }
    const socket = socketOn(client, ofServer, inherited.areOnNext)
    // As Node has it.
    ;(socket as Socket & { server?: NetServer }).server = handle
    onConnection(socket)
    publishAccepted(socket)
  }
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
  // Node reads this before it tells the primary process that it takes a connection, which at once
  // sends the next one. A handle that is closed only then gives that one back, and where no other
  // worker listens any more, the primary process never closes it.
  Object.defineProperty(handle, 'maxConnections', { get: () => beforeAccept(handle) })
  // `worker.disconnect()` closes the handles of the worker without an event.
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
 * Closes the descriptor of a handle that all workers of a cluster share. Node tells the primary
 * process of a close before it does that, and another worker that binds in between finds the
 * address taken, and dies of an assertion when it tries again.
 */
function closeHandleOf(handle: NetServer): void {
  const native = nativeHandleOf(handle)
  if (!native || descriptorOf(handle) === -1) return
  const { close } = Object.getPrototypeOf(native) as { close?: () => void }
  // A second close of the same does nothing.
  close?.call(native)
}
