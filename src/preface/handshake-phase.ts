// The TLS handshake of one socket, until it is done, or failed, or nobody waits for it any more.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ClientError } from '../common/client-error.ts'
import { type HandshakeOwner, type Handshakes, handshakeError } from './handshakes.ts'

/** Hears what comes of it: one of these, once. */
export interface HandshakePhaseOwner {
  handshakeDone(socket: TLSSocket): void
  /** With nothing received, the peer has left without a word. */
  handshakeFailed(error: ClientError, hasReceived: boolean): void
}

export function handshakeTimeout(): ClientError {
  return handshakeError('ERR_TLS_HANDSHAKE_TIMEOUT', 'it was not done in time')
}

export class HandshakePhase implements HandshakeOwner {
  readonly #raw: Socket
  #owner: HandshakePhaseOwner | undefined
  readonly #bytesBefore: number
  #onClosed: (() => void) | undefined

  /** Begins. Nobody else may read from the socket meanwhile. */
  constructor(raw: Socket, handshakes: Handshakes, owner: HandshakePhaseOwner) {
    this.#raw = raw
    this.#owner = owner
    this.#bytesBefore = raw.bytesRead - raw.readableLength
    handshakes.begin(raw, this)
  }

  /** Its owner hears nothing more. */
  stop(): void {
    this.#owner = undefined
    this.#onClosed?.()
    this.#onClosed = undefined
  }

  /**
   * The descriptor is closed, which is not to be told before what has become of the handshake:
   * `tell` is called then.
   */
  closed(tell: () => void): void {
    this.#onClosed = tell
  }

  handshakeDone(socket: TLSSocket): void {
    this.#owner?.handshakeDone(socket)
  }

  handshakeFailed(error: ClientError): void {
    this.#owner?.handshakeFailed(error, this.#raw.bytesRead > this.#bytesBefore)
  }
}
