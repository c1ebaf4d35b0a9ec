// Whose turn it is on a socket.
import type { Socket } from 'node:net'

/** Those that others have made of accepted ones, to speak TLS on them. */
const secured = new WeakMap<Socket, Socket>()

/** From now on `socket` is read and written in place of `raw`. */
export function speaksOn(raw: Socket, socket: Socket): void {
  secured.set(raw, socket)
}

/** What is read and written in place of `socket`, or that itself. */
export function speakerOn(socket: Socket): Socket {
  return secured.get(socket) ?? socket
}

/**
 * Whether something that has come, or may come, waits for whoever reads the socket: it was paused,
 * its buffer is full, or nobody has begun to read what is there.
 */
export function isHeldBack(socket: Socket): boolean {
  const { readableFlowing, readableLength } = socket
  if (readableLength >= socket.readableHighWaterMark) return true
  if (readableFlowing === null) return readableLength > 0
  // One that is read by 'readable' does not flow either.
  return !readableFlowing && socket.listenerCount('readable') === 0
}
