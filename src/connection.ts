// Does what `machines/connection.ts` decides.
import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { type ConnectionEffects, type ConnectionEvent, connectionMachine } from '../machines/index.ts'
import { type Address, formatAddress, remoteAddress } from './address.ts'
import type { Batch } from './batch.ts'
import { ChartRun, type ChartRunOptions } from './chart-run.ts'
import { compile } from './compile.ts'
import type { Connection, ConnectionActor, ConnectionState, LateFailure } from './connection-handle.ts'
import type { Deadlines, Timed } from './deadlines.ts'
import { BufferAgeLimitError } from './errors.ts'
import { type Reader, SocketReader } from './reader.ts'
import { SocketWriter, type Writer, type WriterOwner } from './writer.ts'

/** What a connection needs of the collection that holds it. */
export interface ConnectionOwner {
  readonly runOptions: ChartRunOptions<typeof connectionMachine>
  readonly isClosing: boolean
  /** The socket's descriptor is closed. */
  socketClosed(connection: LiveConnection): void
  startFlushing(connection: LiveConnection): void
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

export const connectionChart = compile(connectionMachine)

const owned = Symbol('xstate-tcp.connection')
type OwnedSocket = Socket & { [owned]?: LiveConnection | undefined }

/** Without a listener, an error would be an uncaught exception. */
function ignoreError(): void {}

function onSocketError(this: OwnedSocket): void {
  this[owned]?.socketFailed()
}

function onSocketFinish(this: OwnedSocket): void {
  this[owned]?.writerFlushed()
}

function onSocketClose(this: OwnedSocket): void {
  const connection = this[owned]
  this[owned] = undefined
  connection?.socketClosed()
}

/** Destroys a socket that no connection is made of. */
export function refuseSocket(socket: Socket): void {
  socket.on('error', ignoreError)
  socket.destroy()
}

/** Sizes in bytes. */
export interface BufferSizes {
  readerBufferSize: number
  writerBufferSize: number
}

export class LiveConnection implements Connection, ConnectionEffects, WriterOwner, Timed {
  readonly id: number
  readonly address: Address
  readonly acceptedAt = Date.now()
  /** Where the collection keeps it. */
  slot = -1
  isDiscarded = false
  deadline: Timed['deadline']
  readonly #owner: ConnectionOwner
  readonly #run: ChartRun<typeof connectionMachine>
  #socket: Socket | undefined
  #reader: SocketReader | undefined
  #writer: SocketWriter | undefined
  #isSocketOpen = true
  #signal: AbortController | undefined
  #closing: AbortController | undefined
  #failure: Failure | undefined
  #isCut = false
  /** This side has destroyed the socket. */
  #isDestroyed = false
  /** `bytesRead` when the handler had settled, if it had read everything; else -1. */
  #bytesReadBySettling = -1
  #signalReason: Error | undefined
  #bytesRead = 0
  #bytesWritten = 0

  constructor(id: number, socket: Socket, server: Address, owner: ConnectionOwner) {
    this.id = id
    this.#socket = socket
    this.#owner = owner
    this.#run = new ChartRun(owner.runOptions, this)
    this.address = remoteAddress(socket, server)
    ;(socket as OwnedSocket)[owned] = this
    socket.on('error', onSocketError)
    socket.on('close', onSocketClose)
  }

  /** It counts, and may be looked at. */
  start(): void {
    this.#run.start()
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
    if (socket.closed) this.#endStreams()
    else if (socket.readableEnded) reader.ended()
    return { reader, writer }
  }

  get actor(): ConnectionActor {
    return this.#run.actor
  }

  get state(): ConnectionState {
    const { value } = this.#run.snapshot
    return (typeof value === 'string' ? value : Object.keys(value)[0]) as ConnectionState
  }

  /** The socket, until the connection has settled. */
  get socket(): Socket | undefined {
    return this.#socket
  }

  get #hasSettled(): boolean {
    return this.#run.snapshot.status !== 'active'
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
    this.#send(error === undefined ? { type: 'destroy' } : { type: 'destroy', error })
  }

  /** The server destroys it, to close. That its handler fails then is the server's doing, and changes nothing. */
  cut(): void {
    this.#isCut = true
    this.#send({ type: 'destroy' })
  }

  /** The server closes before the handler was started. */
  discard(): void {
    this.isDiscarded = true
    this.#send({ type: 'discard' })
  }

  handlerSettled(): void {
    this.#send({ type: 'handler.settled' })
  }

  handlerFailed(error: unknown): void {
    if (this.#hasSettled) this.publishLateFailure({ error })
    else this.#send({ type: 'handler.failed', error })
  }

  socketFailed(): void {
    if (!this.#writer || this.#isDestroyed) return
    this.#writer.gone()
    this.#send({ type: 'consumer.left' })
  }

  writerFlushed(): void {
    this.#send({ type: 'writer.flushed' })
  }

  socketClosed(): void {
    this.#isSocketOpen = false
    this.#endStreams()
    this.#signal?.abort(this.#signalReason)
    this.#owner.socketClosed(this)
    this.#send({ type: 'socket.closed' })
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

  #endStreams(): void {
    this.#reader?.ended()
    this.#writer?.gone()
  }

  #send(event: ConnectionEvent): void {
    if (!this.#hasSettled) this.#run.send(event)
  }

  // What the chart asks for.

  flushWriter(): void {
    const socket = this.#socket
    if (!socket || socket.destroyed) return
    this.#owner.startFlushing(this)
    const isAllRead = socket.readableLength === 0 && !this.#reader?.unread
    this.#bytesReadBySettling = isAllRead ? socket.bytesRead : -1
    // A peer that sends before it receives would wait for ever if nobody took what it sends.
    if (this.#reader) this.#reader.closeWhenFull()
    else {
      if (socket.listenerCount('readable') > 0) socket.removeAllListeners('readable')
      socket.resume()
    }
    if (socket.writableFinished) return this.writerFlushed()
    this.#writer?.end()
    socket.on('finish', onSocketFinish).end()
  }

  closeReader(): void {
    const socket = this.#socket
    void this.#reader?.close()
    // Closing a socket that has received what nobody read resets it, and the peer loses what is still under way to it. So if more has come,
    // or was there already, the peer's FIN is waited for. Node destroys a socket that has ended both ways.
    if (socket?.bytesRead === this.#bytesReadBySettling) socket.destroy()
  }

  destroySocket({ error }: { error: Error | undefined }): void {
    this.#isDestroyed = true
    this.#signalReason ??= error
    this.#socket?.destroy(error)
  }

  keepError({ error }: { error: unknown }): void {
    if (this.#isCut) this.publishLateFailure({ error })
    else this.#failure = { error }
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
