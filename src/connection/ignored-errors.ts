// An error on a socket is never an uncaught exception, whatever becomes of its listeners.
import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { blameClient } from '../common/client-error.ts'
import { nextTick } from '../common/timers.ts'

function ignore(): void {}

/** Listens to the errors of a socket, and sees to it that somebody does when one comes. */
export function ignoreErrors(socket: Socket): void {
  socket.on('error', ignore)
  socket._destroy = destroy
}

/**
 * Each error of a socket destroys it. Node emits it later in the turn, and by then the listener may
 * have been removed.
 */
function destroy(this: Socket, error: Error | null, callback: (error?: Error | null) => void): void {
  if (error) nextTick(ignoreAgain, this)
  Socket.prototype._destroy.call(this, error, callback)
}

function ignoreAgain(socket: Socket): void {
  if (socket.listenerCount('error') === 0) socket.on('error', ignore)
}

/**
 * The same for one that speaks TLS. An error of TLS destroys nothing by itself, though nothing can
 * be read or written any more.
 */
export function ignoreTlsErrors(socket: TLSSocket): void {
  ignoreErrors(socket)
  socket.on('error', destroyItself)
  socket.removeAllListeners = removeAllListeners as typeof socket.removeAllListeners
}

/** Those that were destroyed for what their peer has sent. */
const failedByTls = new WeakSet<Socket>()

export function hasFailedByTls(socket: Socket): boolean {
  return failedByTls.has(socket)
}

function destroyItself(this: Socket, error: unknown): void {
  if (this.destroyed) return
  if (error instanceof Error) {
    blameClient(error)
    failedByTls.add(this)
  }
  this.destroy()
}

/** All but ours. */
function removeAllListeners(this: Socket, ...events: [event?: string | symbol]): Socket {
  Socket.prototype.removeAllListeners.apply(this, events)
  if (this.listenerCount('error') === 0) this.on('error', destroyItself)
  return this
}

/** Destroys a socket that no connection is made of. */
export function refuseSocket(socket: Socket): void {
  ignoreErrors(socket)
  socket.destroy()
}
