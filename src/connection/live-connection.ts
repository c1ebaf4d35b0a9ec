// Does what `machines/connection.ts` decides.
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import {
  type ConnectionEffects,
  type ConnectionEvent,
  type ConnectionTag,
  connectionMachine,
} from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import { type Address, formatAddress } from '../common/address.ts'
import type { ClientError } from '../common/client-error.ts'
import type { Deadline } from '../common/deadlines.ts'
import { BufferAgeLimitError, type BufferLimitError } from '../common/errors.ts'
import { outermost } from '../common/state.ts'
import type { Timeouts } from '../common/timeouts.ts'
import { requireIdleTimeout } from '../options/deadline-options.ts'
import type { ProxyHeader } from '../preface/header.ts'
import type { TlsInfo } from '../preface/tls-info.ts'
import type { TlsServerOptions } from '../preface/tls-options.ts'
import type { EndReason, Reader } from '../streams/reader.ts'
import type { ReaderOwner } from '../streams/reads.ts'
import { SocketReader } from '../streams/socket-reader.ts'
import { SocketWriter, type WriterOwner } from '../streams/socket-writer.ts'
import type { Writer } from '../streams/writer.ts'
import type { Connection, ConnectionState, StreamConnection } from './connection.ts'
import type { BufferSizes, ConnectionOwner, Failure } from './connection-owner.ts'
import { isHeldBack, speakerOn } from './held-back.ts'
import { isDueTo } from './interruption.ts'
import { publishLateFailure } from './late-failures.ts'
import { endWriting, OwnedSocket } from './owned-socket.ts'
import type { ConnectionPreface, PrefaceOwner } from './preface.ts'
import type { TimedConnection } from './timed-connection.ts'

export const connectionChart = new Chart(connectionMachine)

// Shared by all, as events are that carry nothing. These are the events of every connection.
const STARTED = Object.freeze({ type: 'handler.started' })
const SETTLED = Object.freeze({ type: 'handler.settled' })
const FLUSHED = Object.freeze({ type: 'writer.flushed' })
const PEER_ENDED = Object.freeze({ type: 'peer.ended' })
const AGE_REACHED = Object.freeze({ type: 'age.reached' })
const SOCKET_CLOSED = Object.freeze({ type: 'socket.closed' })

export class LiveConnection
  extends OwnedSocket
  implements StreamConnection, ConnectionEffects, ReaderOwner, WriterOwner, PrefaceOwner, TimedConnection
{
  readonly id: number
  readonly acceptedAt = Date.now()
  /** Where the collection keeps it. */
  slot = -1
  /** When its peer has had its time to take the data, and to end its side. */
  flushDeadline: Deadline<LiveConnection> | undefined
  lingerDeadline: Deadline<LiveConnection> | undefined
  /** What comes before its handler, or before TLS; only where somebody asks for something. */
  preface: ConnectionPreface | undefined
  readonly #owner: ConnectionOwner
  readonly actor: ChartActor<typeof connectionMachine, LiveConnection>
  /**
   * `destroy` was called, which inspectors are told once: one that calls it again for each event
   * would never end.
   */
  #isDestroyed = false
  #reader: SocketReader | undefined
  #writer: SocketWriter | undefined
  #closing: AbortController | undefined
  #failure: Failure | undefined

  constructor(id: number, socket: Socket, server: Address, owner: ConnectionOwner) {
    super(socket, server)
    this.id = id
    this.#owner = owner
    this.actor = new ChartActor<typeof connectionMachine, LiveConnection>(owner.role, this)
  }

  /** Makes a reader and a writer of the socket, for a handler that is about to be started. */
  openStreams(
    socket: Socket,
    { readerBufferSize, writerBufferSize }: BufferSizes,
  ): { reader: Reader; writer: Writer } {
    const { bufferAges, buffers } = this.#owner
    const reader = new SocketReader(socket, readerBufferSize, this, buffers?.account)
    const writer = new SocketWriter(socket, writerBufferSize, this, bufferAges, buffers?.account)
    this.#reader = reader
    this.#writer = writer
    // Node is about to send FIN then.
    if (!socket.allowHalfOpen) socket.once('end', () => writer.send())
    // It may be gone already, or have been read from.
    if (socket.readableEnded) reader.ended('fin')
    if (socket.destroyed || !this.isOpen) this.#endStreams(this.endReason)
    return { reader, writer }
  }

  get timeouts(): Timeouts {
    return this.#owner.timeouts
  }

  get peerAddress(): Address {
    return this.preface?.peerAddress ?? this.address
  }

  get proxy(): ProxyHeader | undefined {
    return this.preface?.proxy
  }

  get tls(): TlsInfo | undefined {
    return this.preface?.tls
  }

  get state(): ConnectionState {
    return outermost(this.actor.getSnapshot().value)
  }

  /** What `util.inspect` and `console.log` show, instead of everything inside. */
  [inspect.custom](): string {
    return `Connection ${this.id} from ${formatAddress(this.address)}, ${this.state}`
  }

  toJSON(): Pick<Connection, 'id' | 'address' | 'state'> {
    const { id, address, state } = this
    return { id, address, state }
  }

  /** Whether the chart is in a state of this kind. */
  is(tag: ConnectionTag): boolean {
    return this.actor.shared.hasTag(tag)
  }

  get #hasSettled(): boolean {
    return this.actor.shared.status !== 'active'
  }

  get closing(): AbortSignal {
    this.#closing ??= new AbortController()
    if (this.#owner.isClosing) this.#closing.abort()
    return this.#closing.signal
  }

  destroy(error?: Error): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.#send(error === undefined ? { type: 'destroy' } : { type: 'destroy', error })
  }

  startTls(options: TlsServerOptions): Promise<TlsInfo> {
    const reader = this.#reader
    const writer = this.#writer
    return this.#owner.upgrades.begin(this, reader && writer && { reader, writer }, options)
  }

  setIdleTimeout(milliseconds: number): void {
    const checked = requireIdleTimeout('milliseconds', milliseconds)
    if (this.is('open')) this.#owner.setIdleTimeout(this, checked)
  }

  /**
   * The server destroys it, to close. That its handler fails then is the server's doing, and
   * changes nothing.
   */
  cut(): void {
    this.#send({ type: 'cut' })
  }

  /** The server closes before the handler was started. */
  discard(): void {
    this.#send({ type: 'discard' })
  }

  /**
   * The turn of its handler has come. The socket for it; `undefined` where the chart starts no
   * handler any more.
   */
  startServing(): Socket | undefined {
    this.#send(STARTED)
    return this.is('running') ? this.socket : undefined
  }

  handlerSettled(): void {
    // What it wrote in this turn may turn out to be nothing that can be sent.
    this.#writer?.send()
    this.#owner.buffers?.handlerEnded(this)
    this.#send(SETTLED)
  }

  handlerFailed(error: unknown): void {
    this.#owner.buffers?.handlerEnded(this)
    this.explain(error)
    // An actor that is done hears nothing; its parent does.
    if (this.#hasSettled) this.#owner.failedLate(this, error)
    else this.#send({ type: this.#isInterruption(error) ? 'handler.interrupted' : 'handler.failed', error })
  }

  /** Whether a failure follows from what this side has done to the connection, or has asked for. */
  #isInterruption(error: unknown): boolean {
    const closing = this.#closing?.signal
    if (closing?.aborted && isDueTo(error, closing.reason)) return true
    return !this.preface?.failure && this.isOfEnding(error)
  }

  protected override socketCloses(socket: Socket): void {
    this.preface?.lost?.(socket.errored)
    this.#reader?.ended(this.endReason)
    if (socket.errored) {
      this.#writer?.gone()
      // Without a writer, the handler finds out by itself.
      if (this.#writer) this.#send({ type: 'peer.left' })
    } else if (socket.readableEnded && socket.writableFinished) this.#send(PEER_ENDED)
  }

  protected override socketClosed(): void {
    this.#endStreams(this.endReason)
    this.abortSignal()
    this.#owner.socketClosed(this)
    if (this.preface?.closed(() => this.#send(SOCKET_CLOSED))) return
    this.#send(SOCKET_CLOSED)
  }

  /** Somebody needs its place. */
  yieldPlace(): void {
    this.#send({ type: 'place.wanted' })
  }

  lingerExpired(): void {
    this.#owner.lingerOn(this)
    this.#send({ type: 'linger.expired' })
  }

  flushExpired(): void {
    this.#send({ type: 'flush.expired' })
  }

  /** Its signal was asked for before the server began to close, and is not aborted. */
  get isClosingUntold(): boolean {
    return this.#closing !== undefined && !this.#closing.signal.aborted
  }

  override tellsOf(signal: AbortSignal): boolean {
    return signal === this.#closing?.signal || super.tellsOf(signal)
  }

  announceClosing(): void {
    this.#closing?.abort()
    if (this.#closing) this.#reader?.aborted(this.#closing.signal)
  }

  get isPeersTurn(): boolean {
    if (!this.socket || !this.is('timed')) return false
    const socket = speakerOn(this.socket)
    if (isHeldBack(socket) || socket.writableLength > 0 || this.#writer?.bytesToWrite) return false
    const reader = this.#reader
    return !reader || reader.isReadPending || reader.unread === 0
  }

  get isTimed(): boolean {
    return this.is('timed')
  }

  get isRunning(): boolean {
    return this.is('running')
  }

  ageReached(): boolean {
    const isOver = this.isTimed || !this.isRunning
    this.#send(AGE_REACHED)
    return isOver
  }

  deadlineReached(error: ClientError): void {
    this.#send({ type: 'deadline.reached', error })
  }

  wroteInVain(): void {
    this.#send({ type: 'consumer.left' })
  }

  writingEnded(): void {
    this.#writer?.ended()
    this.#send(FLUSHED)
  }

  bufferTooOld(): void {
    const error = new BufferAgeLimitError(
      formatAddress(this.address),
      this.#writer?.bytesToWrite ?? 0,
      this.#owner.bufferAgeLimit,
    )
    this.#send({ type: 'buffer.too-old', error })
  }

  /** What its reader and writer hold, in bytes of memory. */
  get held(): number {
    return (this.#reader?.held ?? 0) + (this.#writer?.held ?? 0)
  }

  bufferTooLarge(error: BufferLimitError): void {
    this.#send({ type: 'buffer.too-large', error })
  }

  /** The handler gave what cannot be sent. What follows must not be taken for what comes next. */
  writeFailed(error: unknown): void {
    this.destroy()
    this.handlerFailed(error)
  }

  #endStreams(reason: EndReason): void {
    this.#reader?.ended(reason)
    this.#writer?.gone()
  }

  #send(event: ConnectionEvent): void {
    if (!this.#hasSettled) this.actor.receive(event)
  }

  // What the chart asks for.

  flushWriter(): void {
    this.#owner.startFlushing(this)
    const { socket } = this
    // One without a handle was sent to another process, which may need it for a while yet.
    if (!socket || socket.destroyed || socket.pending) return this.#send({ type: 'writer.gone' })
    endWriting(socket, this.#reader, this.#writer, this)
  }

  /** Node closes the socket once its peer has ended as well. */
  closeReader(): void {
    this.#reader?.discard()
    this.#owner.startLingering(this)
  }

  prefaceHappens(event: ConnectionEvent): void {
    this.#send(event)
  }

  readHeader(): void {
    if (this.socket) this.preface?.readHeader?.(this.socket)
  }

  shakeHands(): void {
    if (this.socket) this.preface?.shakeHands(this.socket)
  }

  endPreface(): void {
    this.preface?.end()
  }

  flushPlaintext(): void {
    this.preface?.flushPlaintext?.()
  }

  secureStreams(): void {
    this.preface?.secureStreams?.()
  }

  refuseTls(): void {
    this.preface?.refuseTls?.()
  }

  queueHandler(): void {
    this.#owner.queueHandler(this)
  }

  reportClientError({ error }: { error: unknown }): void {
    this.#owner.clientFailed(this, error)
  }

  reportDenied(): void {
    this.#owner.denied(this)
  }

  askForRest(): void {
    const hasAll = this.#owner.hasPeerAll(this.fd)
    this.#send({ type: hasAll ? 'peer.has-all' : 'peer.lacks-some' })
  }

  /** It may go on reading what had arrived; whatever else comes is discarded. */
  forgetHandler(): void {
    this.#reader?.ended('closed')
    if (this.#reader) this.#owner.buffers?.leave(this, this.#reader)
    this.#reader = undefined
  }

  announceRetiring(): void {
    this.#closing ??= new AbortController()
    this.announceClosing()
  }

  scheduleCut(): void {
    this.#owner.startGrace(this)
  }

  /** All that is held for it, at once. The handler is forgotten. */
  discardBuffers(): void {
    this.#reader?.cutOff()
    this.#reader = undefined
    this.#writer?.gone()
  }

  destroySocket({ error }: { error: Error | undefined }): void {
    this.destroyWith(error, this.preface?.failure)
    this.preface?.endedBy?.(this)
  }

  keepError({ error }: { error: unknown }): void {
    this.#failure = { error }
  }

  publishLateFailure({ error }: { error: unknown }): void {
    publishLateFailure(this, error)
  }

  reportDiscarded(): void {
    this.#owner.discarded(this)
  }

  releaseConnection(): void {
    this.letSocketGo()
    this.preface?.letSocketGo()
    this.#reader?.discard()
    this.#reader = undefined
    this.#writer = undefined
    this.#owner.settled(this, this.#failure)
  }
}
