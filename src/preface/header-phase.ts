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
      // The last call finds nothing, and has the end told, if it is there.
      for (let piece = socket.read(); piece !== null; piece = socket.read()) {
        const found = this.#reader.push(piece as Buffer)
        if (!found) continue
        this.stop()
        if (found.rest.length > 0) socket.unshift(found.rest)
        this.#owner.headerRead(found.header)
        return
      }
    } catch (error) {
      this.#owner.headerFailed(error as ClientError)
    }
  }

  readonly #onEnd = (): void => {
    if (this.#reader.hasBegun) this.#owner.headerFailed(headerError('ended', 'the stream ended within it'))
    else this.#owner.peerLeft()
  }
}
