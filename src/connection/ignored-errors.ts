// An error on a socket is never an uncaught exception, whatever becomes of its listeners.
import { Socket } from 'node:net'
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

/** Destroys a socket that no connection is made of. */
export function refuseSocket(socket: Socket): void {
  ignoreErrors(socket)
  socket.destroy()
}
