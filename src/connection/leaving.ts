// Which errors are due to the leaving of a client, though they do not show it.
import type { Socket } from 'node:net'
import { blameClient, isOfSocket } from '../common/client-error.ts'
import { codeOf } from '../common/errors.ts'
import { hasFailedByTls } from './ignored-errors.ts'

/** What Node's streams say of a socket that is gone. */
const OF_GONE_SOCKETS: readonly unknown[] = [
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ECANCELED',
  'EPROTO',
]

/** Whether a socket that closes, or is closed, does so because of its peer. */
export function hasLeft(socket: Socket): boolean {
  const { errored } = socket
  if (errored) return isOfSocket(errored)
  return hasFailedByTls(socket) || (socket.readableEnded && socket.writableFinished)
}

/** From Node 24 on, that is the code of a write that was under way when TLS failed. */
function isOfFailedTls(socket: Socket | undefined): boolean {
  return socket !== undefined && hasFailedByTls(socket)
}

/** The reason of the signal of a connection whose client has left. */
export function leavingReason(cause: Error | null | undefined): Error {
  const reason = new DOMException('The client has left', 'AbortError')
  blameClient(reason)
  return cause ? Object.assign(reason, { cause }) : reason
}

/** A handler has failed with it, whose client has left. */
export function failedByLeaving(error: unknown, socket: Socket | undefined): void {
  try {
    if (!(error instanceof Error)) return
    const code = codeOf(error)
    if (OF_GONE_SOCKETS.includes(code) || (code === 'EBADF' && isOfFailedTls(socket))) {
      blameClient(error)
    }
  } catch {
    // A Proxy may throw when it is looked at.
  }
}
