// The socket of a connection: who hears that it is gone, and how it is closed whatever was done to
// it.
import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type Address, remoteAddress } from '../common/address.ts'
import { attempt } from '../common/each.ts'
import { setImmediate } from '../common/timers.ts'
import type { EndReason } from '../streams/reader.ts'
import type { SocketReader } from '../streams/socket-reader.ts'
import type { SocketWriter } from '../streams/socket-writer.ts'
import { hasFailedByTls, ignoreErrors, ignoreTlsErrors } from './ignored-errors.ts'
import { endingReason, isDueTo, isOfEnding } from './interruption.ts'
import { dropWrites } from './late-writes.ts'
import { failedByLeaving, hasLeft, leavingReason, unsecuredReason } from './leaving.ts'
import { closeHandle, followHandle, type HandleOwner, isFinDue, type SocketHandle } from './socket-handle.ts'

/** Bytes, as sockets count them. */
export type Counts = Pick<Socket, 'bytesRead' | 'bytesWritten'>

const NOTHING: Counts = { bytesRead: 0, bytesWritten: 0 }
/** This side has ended it without an error. The reason is made when somebody asks for it. */
const UNMADE = Symbol('unmade')

export abstract class OwnedSocket implements HandleOwner {
  address: Address
  #socket: Socket | undefined
  /** That which was accepted, where the socket is one that TLS is spoken on. */
  #raw: Socket | undefined
  #handle: SocketHandle | undefined
  #isDescriptorClosing = false
  #isOpen = true
  #signal: AbortController | undefined
  /** Why this side has ended it, if it has. */
  #ending: Error | typeof UNMADE | undefined
  #hasLeft = false
  /** By way of sockets that it has no more. */
  #bytesRead = 0
  #bytesWritten = 0

  constructor(socket: Socket, server: Address) {
    this.#socket = socket
    this.address = remoteAddress(socket, server)
    ignoreErrors(socket)
    this.#handle = followHandle(socket, this)
  }

  /** What the OS still holds can be read until this returns. */
  protected abstract socketCloses(socket: Socket): void

  protected abstract socketClosed(): void

  /** The socket, until it is let go. */
  get socket(): Socket | undefined {
    return this.#socket
  }

  get signal(): AbortSignal {
    this.#signal ??= new AbortController()
    if (!this.#isOpen) this.#signal.abort(this.#reason)
    return this.#signal.signal
  }

  get #reason(): Error | undefined {
    if (this.#ending === UNMADE) this.#ending = endingReason()
    if (this.#ending || !this.#hasLeft) return this.#ending
    return leavingReason(this.#socket?.errored)
  }

  /** Reads and flushes have settled before it is aborted. */
  tellsOf(signal: AbortSignal): boolean {
    return signal === this.#signal?.signal
  }

  get bytesRead(): number {
    return this.#bytesRead + (this.#socket?.bytesRead ?? 0)
  }

  get bytesWritten(): number {
    return this.#bytesWritten + (this.#socket?.bytesWritten ?? 0)
  }

  /** Bytes that have come and gone, those of TLS itself included. */
  get traffic(): number {
    const socket = this.#raw ?? this.#socket
    return socket ? socket.bytesRead + socket.bytesWritten : 0
  }

  /** Whether its descriptor is open. */
  protected get isOpen(): boolean {
    return this.#isOpen
  }

  /** -1 where there is none. */
  protected get fd(): number {
    return this.#handle?.fd ?? -1
  }

  /** Why the socket is gone. */
  protected get endReason(): EndReason {
    const socket = this.#socket
    if (!socket) return 'closed'
    const { errored } = socket
    if (errored) return errored === this.#ending ? 'closed' : 'reset'
    return hasFailedByTls(socket) ? 'reset' : 'closed'
  }

  get isFinDue(): boolean {
    const socket = this.#raw ?? this.#socket
    return socket !== undefined && isFinDue(socket)
  }

  descriptorCloses(): void {
    this.#isDescriptorClosing = true
    const socket = this.#socket
    if (!socket) return
    this.#hasLeft = hasLeft(socket)
    this.socketCloses(socket)
  }

  descriptorClosed(): void {
    this.#isOpen = false
    this.#handle = undefined
    this.socketClosed()
  }

  /** Its handler has failed, maybe because the client has left. */
  protected explain(error: unknown): void {
    if (this.#hasLeft) failedByLeaving(error, this.#socket)
  }

  /**
   * Whether a failure follows from how this side has ended the connection: it is the reason of the
   * signal, or was caused by it, or says that what was read from or written to is gone.
   */
  protected isOfEnding(error: unknown): boolean {
    if (this.#ending === undefined) return false
    return isOfEnding(error) || isDueTo(error, this.#reason)
  }

  /** Why this side has ended it; undefined where it has not. */
  get ending(): Error | undefined {
    return this.#ending === undefined ? undefined : this.#reason
  }

  protected abortSignal(): void {
    attempt(() => this.#signal?.abort(this.#reason))
  }

  /**
   * `error`, if any, is emitted, and the reason of the signal. `failure` is why TLS has come to
   * nothing, where it is for that.
   */
  protected destroyWith(error: Error | undefined, failure: Error | undefined): void {
    if (error) this.#ending ??= error
    else if (!this.#isDescriptorClosing) this.#ending ??= failure ? unsecuredReason(failure) : UNMADE
    attempt(() => this.#socket?.destroy(error))
    if (!this.#isDescriptorClosing) setImmediate(() => this.#closeDescriptor())
  }

  /**
   * For a socket that does not do it itself, since its `destroy` was replaced or it was sent away.
   */
  #closeDescriptor(): void {
    const socket = this.#raw ?? this.#socket
    if (socket && !this.#isDescriptorClosing) attempt(() => Socket.prototype.destroy.call(socket))
    if (!this.#isDescriptorClosing && this.#handle) closeHandle(this.#handle)
  }

  /**
   * `socket` speaks TLS on the one that was accepted, and stands in for it from now on. What was
   * read and written before that counts as well.
   */
  secureBy(socket: TLSSocket, { bytesRead, bytesWritten } = NOTHING): void {
    ignoreTlsErrors(socket)
    this.#bytesRead = bytesRead
    this.#bytesWritten = bytesWritten
    this.#raw = this.#socket
    this.#socket = socket
  }

  /** Nothing is held of it from then on but its counts. */
  protected letSocketGo(): void {
    const { bytesRead, bytesWritten } = this
    this.#bytesRead = bytesRead
    this.#bytesWritten = bytesWritten
    this.#socket = undefined
    this.#raw = undefined
  }
}

/**
 * Hands to the OS what was written to an open socket, and FIN behind it, then tells `owner`. What
 * the peer sends is discarded from then on.
 */
export function endWriting(
  socket: Socket,
  reader: SocketReader | undefined,
  writer: SocketWriter | undefined,
  owner: { writingEnded(): void },
): void {
  // A peer that sends before it receives would wait for ever if nobody took what it sends.
  if (reader) reader.closeWhenFull()
  else {
    // Whoever is piped to may take nothing more.
    socket.unpipe()
    if (socket.listenerCount('readable') > 0) socket.removeAllListeners('readable')
    socket.resume()
  }
  writer?.end()
  if (socket.writableFinished) owner.writingEnded()
  else {
    socket.end((error?: Error | null) => {
      if (!error) owner.writingEnded()
    })
  }
  if (!writer) dropWrites(socket)
}
