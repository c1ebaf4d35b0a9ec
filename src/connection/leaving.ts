// Which errors are due to the leaving of a client, though they do not show it.
import type { Socket } from 'node:net'
import { blameClient, isClientError, isOfSocket } from '../common/client-error.ts'
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

/** The same of one that was cut off since TLS has come to nothing, maybe because of its client. */
export function unsecuredReason(cause: Error): Error {
  const reason = new DOMException('TLS has come to nothing', 'AbortError')
  if (isClientError(cause)) blameClient(reason)
  return Object.assign(reason, { cause })
}

/** Whether Node's streams say so of a socket that is gone. Throws where it cannot be looked at. */
export function isOfGoneSocket(error: unknown): error is Error {
  return error instanceof Error && OF_GONE_SOCKETS.includes(codeOf(error))
}

/** A handler has failed with it, whose client has left. */
export function failedByLeaving(error: unknown, socket: Socket | undefined): void {
  try {
    const isOfTls = () => codeOf(error) === 'EBADF' && isOfFailedTls(socket)
    if (error instanceof Error && (isOfGoneSocket(error) || isOfTls())) blameClient(error)
  } catch {
    // A Proxy may throw when it is looked at.
  }
}
