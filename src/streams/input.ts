// The input of a socket: as it comes, and what is left of it at the end, in the socket and in the
// OS.
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'
import { codeOf } from '../common/errors.ts'
import { descriptorOf } from '../os/descriptor-of.ts'

/**
 * In bytes. The OS keeps some 64 kB for a peer that is not read from and less than 1 MB for one
 * that is read slowly. A handler that was forgotten holds no place, so there must be some limit to
 * what it is left with.
 */
const MAX_FROM_SYSTEM = 4 * 1024 * 1024
const PIECE_FROM_SYSTEM = 64 * 1024

/** Hears of a socket's input. */
export interface Sink {
  received(chunk: Buffer): void
  ended(reason: 'fin'): void
}

const sinkOf = Symbol('xstate-tcp.sink')
type ReadSocket = Socket & { [sinkOf]?: Sink | undefined }

/**
 * Tells `sink` of the socket's input. Its listeners are those of every socket: closures would cost
 * each.
 */
export function connectInput(socket: ReadSocket, sink: Sink): void {
  socket[sinkOf] = sink
  socket.on('data', onData).on('end', onEnd)
}

/** What has arrived stays in the socket. */
export function disconnectInput(socket: ReadSocket): void {
  socket[sinkOf] = undefined
  socket.off('data', onData).off('end', onEnd)
}

/** Whether `sink` is told of the socket's input. */
export function hasInput(socket: ReadSocket, sink: Sink): boolean {
  return socket[sinkOf] === sink
}

function onData(this: ReadSocket, chunk: Buffer): void {
  this[sinkOf]?.received(chunk)
}

function onEnd(this: ReadSocket): void {
  this[sinkOf]?.ended('fin')
}

/**
 * Takes the chunks that a paused socket holds. Once it is destroyed it emits none of them, and
 * still gives them out.
 */
export function readBuffered(socket: ReadSocket, take: (chunk: Buffer) => void): void {
  const sink = socket[sinkOf]
  // While it is open it emits each as well.
  socket[sinkOf] = undefined
  for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) take(chunk as Buffer)
  socket[sinkOf] = sink
}

/**
 * Whether what looked like the peer's FIN was a reset, or the OS has given the connection up: where
 * that comes together with the last bytes it looks like FIN.
 */
export function isResetPending(socket: Socket): boolean {
  const fd = plainDescriptorOf(socket)
  if (fd < 0) return false
  try {
    readSync(fd, Buffer.allocUnsafe(1))
    return false
  } catch (error) {
    const code = codeOf(error)
    return code !== 'EAGAIN' && code !== 'EBADF'
  }
}

/**
 * Takes what the OS still holds: a write finds out that the peer has reset before that is read. A
 * read that finds it has taken everything before.
 */
export function readRest(socket: Socket, take: (chunk: Buffer) => void): void {
  if ((socket.errored as NodeJS.ErrnoException | null)?.syscall === 'read') return
  const fd = plainDescriptorOf(socket)
  if (fd < 0) return
  try {
    for (let left = MAX_FROM_SYSTEM; left > 0; ) {
      const chunk = Buffer.allocUnsafeSlow(PIECE_FROM_SYSTEM)
      const count = readSync(fd, chunk)
      if (count === 0) return
      take(chunk.subarray(0, count))
      left -= count
    }
  } catch {
    // Nothing is left (`EAGAIN`), or the error that ended the connection.
  }
}

/** -1 if there is none, or if its bytes are not those that the peer's program sent. */
function plainDescriptorOf(socket: Socket): number {
  return 'encrypted' in socket ? -1 : descriptorOf(socket)
}
