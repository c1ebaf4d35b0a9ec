// Reads a header of the PROXY protocol from a socket, and not a byte of what follows it.
import type { Socket } from 'node:net'
import type { ClientError } from '../common/client-error.ts'
import { headerError, type ProxyHeader } from './header.ts'
import { type ParseProxyHeaderOptions, ProxyHeaderReader } from './proxy-header.ts'

/** Hears what comes of it: one of these, once. */
export interface HeaderOwner {
  headerRead(header: ProxyHeader): void
  headerFailed(error: ClientError): void
  /** The peer has gone before its first byte, as a check of health does. */
  peerLeft(): void
}

export function headerTimeout(): ClientError {
  return headerError('timeout', 'it did not come in time')
}

/**
 * Bytes that are read at once, and may have to be given back. A socket that is read from by larger
 * pieces than it is to hold holds as much from then on.
 */
const PIECE = 128

export class HeaderPhase {
  readonly #socket: Socket
  readonly #reader: ProxyHeaderReader
  readonly #owner: HeaderOwner

  /** Begins to read, in a later turn. Nobody else may read from the socket meanwhile. */
  constructor(socket: Socket, settings: Required<ParseProxyHeaderOptions>, owner: HeaderOwner) {
    this.#socket = socket
    this.#reader = new ProxyHeaderReader(settings)
    this.#owner = owner
    socket.on('end', this.#onEnd)
    socket.on('readable', this.#onReadable)
  }

  /** Reads no more: the socket is for others, or for nobody. */
  stop(): void {
    this.#socket.off('readable', this.#onReadable)
    this.#socket.off('end', this.#onEnd)
  }

  /** The socket is gone, by `error` if the peer has reset it. */
  lost(error: Error | null | undefined): void {
    if (this.#reader.hasBegun)
      this.#owner.headerFailed(headerError('reset', 'the connection was lost', error))
    else this.#owner.peerLeft()
  }

  readonly #onReadable = (): void => {
    const socket = this.#socket
    try {
      while (socket.readableLength > 0) {
        // Not all that there is: the end behind it, if any, is for who reads to the end.
        const piece = socket.read(Math.min(socket.readableLength, PIECE)) as Buffer
        const found = this.#reader.push(piece)
        if (!found) continue
        this.stop()
        if (found.rest.length > 0) socket.unshift(found.rest)
        this.#owner.headerRead(found.header)
        return
      }
    } catch (error) {
      this.#owner.headerFailed(error as ClientError)
      return
    }
    // There may be an end now, which is told to who reads beyond it.
    socket.read()
  }

  readonly #onEnd = (): void => {
    if (this.#reader.hasBegun) this.#owner.headerFailed(headerError('ended', 'the stream ended within it'))
    else this.#owner.peerLeft()
  }
}
