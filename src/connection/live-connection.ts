// Does what `machines/connection.ts` decides.
import { channel } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { type ConnectionEffects, type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import type { Role } from '../chart/chart-actor-ref.ts'
import { type Address, formatAddress, remoteAddress } from '../common/address.ts'
import type { Deadline, Deadlines } from '../common/deadlines.ts'
import { attempt } from '../common/each.ts'
import { BufferAgeLimitError } from '../common/errors.ts'
import { outermost } from '../common/state.ts'
import { setImmediate } from '../common/timers.ts'
import type { Batch } from '../streams/batch.ts'
import type { EndReason, Reader } from '../streams/reader.ts'
import { SocketReader } from '../streams/socket-reader.ts'
import { SocketWriter, type WriterOwner } from '../streams/socket-writer.ts'
import type { Writer } from '../streams/writer.ts'
import type { Connection, ConnectionState, LateFailure } from './connection.ts'
import { ignoreErrors } from './ignored-errors.ts'
import { dropWrites } from './late-writes.ts'
import { closeHandle, followHandle, type HandleOwner, isFinDue, type SocketHandle } from './socket-handle.ts'

export type ConnectionRole = Role<typeof connectionMachine, LiveConnection>

/** What a connection needs of the collection that holds it. */
export interface ConnectionOwner {
  /** Of all its connections' actors. */
  readonly role: ConnectionRole
  readonly isClosing: boolean
  /** The socket's descriptor is closed. */
  socketClosed(connection: LiveConnection): void
  startFlushing(connection: LiveConnection): void
  startLingering(connection: LiveConnection): void
  /** It goes on lingering, for as long again. */
  lingerOn(connection: LiveConnection): void
  /** Whether the peer has taken everything, FIN included; `undefined` where nobody can say. */
  hasPeerAll(fd: number): boolean | undefined
  /** How long what a writer writes may wait; undefined for ever. */
  readonly bufferAges: Deadlines<Batch<WriterOwner>> | undefined
  readonly bufferAgeLimit: number
  /** The connection has settled; `failure` is what its handler threw. */
  settled(connection: LiveConnection, failure: Failure | undefined): void
}

export interface Failure {
  readonly error: unknown
}

const lateFailures = channel('xstate-tcp:handler.late-failure')

export const connectionChart = new Chart(connectionMachine)

/** Destroys a socket that no connection is made of. */
export function refuseSocket(socket: Socket): void {
  ignoreErrors(socket)
  socket.destroy()
}

/** Sizes in bytes. */
export interface BufferSizes {
  readerBufferSize: number
  writerBufferSize: number
}

export class LiveConnection implements Connection, ConnectionEffects, WriterOwner, HandleOwner {
  readonly id: number
  readonly address: Address
  readonly acceptedAt = Date.now()
  /** Where the collection keeps it. */
  slot = -1
  isDiscarded = false
  /** When its peer has had its time to take the data, and to end its side. */
  flushDeadline: Deadline | undefined
  lingerDeadline: Deadline | undefined
  readonly #owner: ConnectionOwner
  readonly actor: ChartActor<typeof connectionMachine, LiveConnection>
  #socket: Socket | undefined
  #handle: SocketHandle | undefined
  #isDescriptorClosing = false
  /**
   * `destroy` was called, which inspectors are told once: one that calls it again for each event
   * would never end.
   */
  #isDestroyed = false
  #reader: SocketReader | undefined
  #writer: SocketWriter | undefined
  #isSocketOpen = true
  #signal: AbortController | undefined
  #closing: AbortController | undefined
  #failure: Failure | undefined
  #signalReason: Error | undefined
  #bytesRead = 0
  #bytesWritten = 0

  constructor(id: number, socket: Socket, server: Address, owner: ConnectionOwner) {
    this.id = id
    this.#socket = socket
    this.#owner = owner
    this.address = remoteAddress(socket, server)
    ignoreErrors(socket)
    this.#handle = followHandle(socket, this)
    this.actor = new ChartActor<typeof connectionMachine, LiveConnection>(owner.role, this)
  }

  /** Makes a reader and a writer of the socket, for a handler that is about to be started. */
  openStreams(
    socket: Socket,
    { readerBufferSize, writerBufferSize }: BufferSizes,
  ): { reader: Reader; writer: Writer } {
    const reader = new SocketReader(socket, readerBufferSize)
    const writer = new SocketWriter(socket, writerBufferSize, this, this.#owner.bufferAges)
    this.#reader = reader
    this.#writer = writer
    // Node is about to send FIN then.
    if (!socket.allowHalfOpen) socket.once('end', () => writer.send())
    // It may be gone already, or have been read from.
    if (socket.readableEnded) reader.ended('fin')
    if (socket.destroyed || !this.#isSocketOpen) this.#endStreams(this.#endReason)
    return { reader, writer }
  }

  get state(): ConnectionState {
    return outermost(this.actor.getSnapshot().value)
  }

  /** The socket, until the connection has settled. */
  get socket(): Socket | undefined {
    return this.#socket
  }

  /** Its peer has everything, and its descriptor is being closed. */
  get isEnding(): boolean {
    const snapshot = this.actor.getSnapshot()
    return snapshot.matches({ closing: 'ended' }) || snapshot.matches({ closing: 'cutting' })
  }

  get #hasSettled(): boolean {
    return this.actor.getSnapshot().status !== 'active'
  }

  get signal(): AbortSignal {
    this.#signal ??= new AbortController()
    if (!this.#isSocketOpen) this.#signal.abort(this.#signalReason)
    return this.#signal.signal
  }

  get closing(): AbortSignal {
    this.#closing ??= new AbortController()
    if (this.#owner.isClosing) this.#closing.abort()
    return this.#closing.signal
  }

  get bytesRead(): number {
    return this.#socket?.bytesRead ?? this.#bytesRead
  }

  get bytesWritten(): number {
    return this.#socket?.bytesWritten ?? this.#bytesWritten
  }

  destroy(error?: Error): void {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    this.#send(error === undefined ? { type: 'destroy' } : { type: 'destroy', error })
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
    this.isDiscarded = true
    this.#send({ type: 'discard' })
  }

  handlerSettled(): void {
    // What it wrote in this turn may turn out to be nothing that can be sent.
    this.#writer?.send()
    this.#send({ type: 'handler.settled' })
  }

  handlerFailed(error: unknown): void {
    if (this.#hasSettled) this.publishLateFailure({ error })
    else this.#send({ type: 'handler.failed', error })
  }

  get isFinDue(): boolean {
    return this.#socket !== undefined && isFinDue(this.#socket)
  }

  descriptorCloses(): void {
    this.#isDescriptorClosing = true
    const socket = this.#socket
    if (!socket) return
    // What the OS still holds can be read until then.
    this.#reader?.ended(this.#endReason)
    if (socket.errored) {
      this.#writer?.gone()
      // Without a writer, the handler finds out by itself.
      if (this.#writer) this.#send({ type: 'peer.left' })
    } else if (socket.readableEnded && socket.writableFinished) this.#send({ type: 'peer.ended' })
  }

  descriptorClosed(): void {
    this.#isSocketOpen = false
    this.#handle = undefined
    this.#endStreams(this.#endReason)
    attempt(() => this.#signal?.abort(this.#signalReason))
    this.#owner.socketClosed(this)
    this.#send({ type: 'socket.closed' })
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

  announceClosing(): void {
    this.#closing?.abort()
  }

  wroteInVain(): void {
    this.#send({ type: 'consumer.left' })
  }

  bufferTooOld(): void {
    const error = new BufferAgeLimitError(
      formatAddress(this.address),
      this.#writer?.bytesToWrite ?? 0,
      this.#owner.bufferAgeLimit,
    )
    this.#send({ type: 'buffer.too-old', error })
  }

  /** The handler gave what cannot be sent. What follows must not be taken for what comes next. */
  writeFailed(error: unknown): void {
    this.destroy()
    this.handlerFailed(error)
  }

  /** Why the socket is gone. */
  get #endReason(): EndReason {
    const error = this.#socket?.errored
    return error && error !== this.#signalReason ? 'reset' : 'closed'
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
    const socket = this.#socket
    // One without a handle was sent to another process, which may need it for a while yet.
    if (!socket || socket.destroyed || socket.pending) return
    // A peer that sends before it receives would wait for ever if nobody took what it sends.
    if (this.#reader) this.#reader.closeWhenFull()
    else {
      // Whoever is piped to may take nothing more.
      socket.unpipe()
      if (socket.listenerCount('readable') > 0) socket.removeAllListeners('readable')
      socket.resume()
    }
    this.#writer?.end()
    if (socket.writableFinished) this.#send({ type: 'writer.flushed' })
    else {
      socket.end((error?: Error | null) => {
        if (!error) this.#send({ type: 'writer.flushed' })
      })
    }
    if (!this.#writer) dropWrites(socket)
  }

  /** Node closes the socket once its peer has ended as well. */
  closeReader(): void {
    void this.#reader?.close()
    this.#owner.startLingering(this)
  }

  askForRest(): void {
    const hasAll = this.#owner.hasPeerAll(this.#handle?.fd ?? -1)
    this.#send({ type: hasAll ? 'peer.has-all' : 'peer.lacks-some' })
  }

  /** It may go on reading what had arrived; whatever else comes is discarded. */
  forgetHandler(): void {
    this.#reader?.ended('closed')
    this.#reader = undefined
  }

  destroySocket({ error }: { error: Error | undefined }): void {
    this.#signalReason ??= error
    attempt(() => this.#socket?.destroy(error))
    if (!this.#isDescriptorClosing) setImmediate(() => this.closeDescriptor())
  }

  /**
   * For a socket that does not do it itself, since its `destroy` was replaced or it was sent away.
   */
  closeDescriptor(): void {
    const socket = this.#socket
    if (socket && !this.#isDescriptorClosing) attempt(() => Socket.prototype.destroy.call(socket))
    if (!this.#isDescriptorClosing && this.#handle) closeHandle(this.#handle)
  }

  keepError({ error }: { error: unknown }): void {
    this.#failure = { error }
  }

  publishLateFailure({ error }: { error: unknown }): void {
    if (lateFailures.hasSubscribers) lateFailures.publish({ connection: this, error } satisfies LateFailure)
  }

  releaseConnection(): void {
    this.#bytesRead = this.#socket?.bytesRead ?? 0
    this.#bytesWritten = this.#socket?.bytesWritten ?? 0
    void this.#reader?.close()
    this.#reader = undefined
    this.#writer = undefined
    this.#socket = undefined
    this.#owner.settled(this, this.#failure)
  }
}
