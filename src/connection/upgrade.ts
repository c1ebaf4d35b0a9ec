// TLS in the middle of a connection: what `startTls` does, on its side of the connection's chart.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Address } from '../common/address.ts'
import type { ClientError } from '../common/client-error.ts'
import type { Clock } from '../common/clock.ts'
import { type Deadline, Deadlines } from '../common/deadlines.ts'
import { type Deferred, deferred } from '../common/deferred.ts'
import { ReadPendingError, StartTlsError, WriterClosedError } from '../common/errors.ts'
import { HandshakePhase, type HandshakePhaseOwner, handshakeTimeout } from '../preface/handshake-phase.ts'
import { type Handshakes, handshakeError } from '../preface/handshakes.ts'
import type { ProxyHeader } from '../preface/header.ts'
import { PreparedHandshakes } from '../preface/prepared-handshakes.ts'
import { HandshakeResult, type TlsInfo } from '../preface/tls-info.ts'
import type { TlsServerOptions } from '../preface/tls-options.ts'
import type { SocketReader } from '../streams/socket-reader.ts'
import type { SocketWriter } from '../streams/socket-writer.ts'
import type { Counts } from './owned-socket.ts'
import type { ConnectionPreface, PrefaceOwner } from './preface.ts'

export interface UpgradeOwner extends PrefaceOwner {
  readonly tls: TlsInfo | undefined
}

/** What a handler holds, from before to after. */
export interface Streams {
  readonly reader: SocketReader
  readonly writer: SocketWriter
}

/** Of all connections of a server that has any. */
export class Upgrades {
  readonly deadlines: Deadlines<Upgrade>
  readonly #prepared = new PreparedHandshakes()

  constructor(clock: Clock, prefaceTimeout: number) {
    this.deadlines = new Deadlines(clock, prefaceTimeout, (one) => one.expire(), { isForgiving: true })
  }

  /** As `startTls`, for a connection whose handler has these streams. */
  begin(connection: UpgradeOwner, streams: Streams | undefined, options: TlsServerOptions): Promise<TlsInfo> {
    try {
      const handshakes = this.#prepared.of('startTls', options)
      if (!streams) throw new StartTlsError('startTls() needs a handler that has a reader and a writer')
      if (connection.tls || connection.preface instanceof Upgrade) {
        const error = new StartTlsError(
          'startTls() was called on a connection that is secure, or is being made so',
        )
        if (connection.preface instanceof Upgrade) connection.preface.askedAgain(error)
        connection.prefaceHappens({ type: 'tls.refused' })
        throw error
      }
      const upgrade = new Upgrade(connection, this, streams, handshakes)
      connection.preface = upgrade
      connection.prefaceHappens({ type: 'tls.asked' })
      return upgrade.outcome
    } catch (error) {
      return Promise.reject(error)
    }
  }

  clear(): void {
    this.deadlines.clear()
  }
}

export class Upgrade implements ConnectionPreface, HandshakePhaseOwner {
  readonly peerAddress: Address
  readonly proxy: ProxyHeader | undefined
  /** Once it is secure. */
  tls: HandshakeResult | undefined
  readonly #connection: UpgradeOwner
  readonly #upgrades: Upgrades
  readonly #outcome: Deferred<TlsInfo> = deferred<TlsInfo>()
  #streams: Streams | undefined
  #handshakes: Handshakes | undefined
  #deadline: Deadline<Upgrade> | undefined
  #handshake: HandshakePhase | undefined
  #socket: TLSSocket | undefined
  /** What was counted in plaintext. */
  #before: Counts | undefined
  #error: Error | undefined
  /** It rejects with that where this side has closed the connection. */
  #closed: StartTlsError | undefined

  constructor(connection: UpgradeOwner, upgrades: Upgrades, streams: Streams, handshakes: Handshakes) {
    this.peerAddress = connection.preface?.peerAddress ?? connection.address
    this.proxy = connection.preface?.proxy
    this.#connection = connection
    this.#upgrades = upgrades
    this.#streams = streams
    this.#handshakes = handshakes
    // The connection is cut off as well: that says enough to a handler that waits for none of it.
    this.#outcome.promise.catch(() => {})
  }

  /** Rejects with what has come in between. */
  get outcome(): Promise<TlsInfo> {
    return this.#outcome.promise
  }

  flushPlaintext(): void {
    if (!this.#streams) return
    const { reader, writer } = this.#streams
    this.#deadline = this.#upgrades.deadlines.add(this)
    const refusal = this.#refusalOf(this.#streams)
    if (refusal) return this.#refuse(refusal)
    reader.hold()
    writer.hold(() => this.#flushed())
  }

  #refusalOf({ reader, writer }: Streams): Error | undefined {
    if (reader.isReadPending) return new ReadPendingError()
    if (writer.isClosed) return new WriterClosedError()
    if (reader.unread > 0 || this.#connection.socket?.readableLength !== 0) return injection()
    const { endReason } = reader
    return endReason === 'fin' || endReason === 'reset' ? goneError() : undefined
  }

  /** The client was not told to begin before now. */
  #flushed(): void {
    const { socket } = this.#connection
    // What was lost waits for nothing any more, either.
    if (!this.#streams || !socket || socket.destroyed) return
    if (socket.readableLength > 0) this.#refuse(injection())
    else this.#connection.prefaceHappens({ type: 'plaintext.flushed' })
  }

  #refuse(error: Error): void {
    this.#error = error
    this.#connection.prefaceHappens({ type: 'tls.refused' })
  }

  shakeHands(socket: Socket): void {
    const { bytesRead, bytesWritten } = socket
    this.#before = { bytesRead, bytesWritten }
    if (this.#handshakes) this.#handshake = new HandshakePhase(socket, this.#handshakes, this)
  }

  handshakeDone(socket: TLSSocket): void {
    this.#socket = socket
    this.tls = new HandshakeResult(socket)
    this.#connection.secureBy(socket, this.#before)
    this.#connection.prefaceHappens({ type: 'handshake.done' })
  }

  handshakeFailed(error: ClientError): void {
    this.#error = error
    this.#connection.prefaceHappens({ type: 'preface.failed', error })
  }

  expire(): void {
    this.#deadline = undefined
    const error = handshakeTimeout()
    this.#error = error
    this.#connection.prefaceHappens({ type: 'preface.expired', error })
  }

  secureStreams(): void {
    const socket = this.#socket
    if (!socket || !this.#streams) return
    const { reader, writer } = this.#streams
    this.#streams = undefined
    this.#socket = undefined
    // Node is about to send FIN then.
    if (!socket.allowHalfOpen) socket.once('end', () => writer.send())
    writer.moveTo(socket)
    reader.moveTo(socket)
  }

  refuseTls(): void {
    this.end()
  }

  end(): void {
    if (this.#deadline) this.#upgrades.deadlines.delete(this.#deadline)
    this.#deadline = undefined
    this.#handshakes = undefined
    this.#handshake?.stop()
    this.#handshake = undefined
    if (this.tls) return this.#outcome.resolve(this.tls)
    // What has come ahead of TLS must not be taken for what came by it.
    this.#streams?.reader.discard()
    this.#streams = undefined
    this.#outcome.reject(this.#error ?? this.#endOfSocket)
  }

  get failure(): Error | undefined {
    return this.#error
  }

  /** It has ended already, and nobody has heard yet what its outcome is. */
  endedBy(end: { readonly ending: Error | undefined }): void {
    if (this.#closed) this.#closed.cause ??= end.ending
  }

  /** Its handler has asked for it again. */
  askedAgain(error: Error): void {
    this.#error ??= error
  }

  get #endOfSocket(): Error {
    if (this.#connection.socket?.errored) return goneError()
    this.#closed = new StartTlsError('The connection was closed on this side before it was secure')
    return this.#closed
  }

  closed(tell: () => void): boolean {
    this.#handshake?.closed(tell)
    return this.#handshake !== undefined
  }

  letSocketGo(): void {
    this.end()
    this.tls?.letSocketGo()
  }
}

function injection(): ClientError {
  return handshakeError('ERR_STARTTLS_INJECTION', 'the client has sent something ahead of it')
}

function goneError(): ClientError {
  return handshakeError('ECONNRESET', 'the client has left before it')
}
