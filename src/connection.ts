// Does what `machines/connection.ts` decides.
import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import type { Actor } from 'xstate'
import { type ConnectionEffects, type ConnectionEvent, connectionMachine } from '../machines/index.ts'
import { type Address, remoteAddress } from './address.ts'
import { compile } from './compile.ts'

/** A connection's place in its chart. */
export type ConnectionState = 'serving' | 'abandoned' | 'closing' | 'closed'

/** A connection's XState actor. Send `destroy`; the other events report what happened, and are the library's. */
export type ConnectionActor = Actor<typeof connectionMachine>

/** A live connection: the last argument of a handler, and the items of `server.connections`. */
export interface Connection {
  /** Counts from 1 for each server, in the order of acceptance. */
  readonly id: number
  /** The peer. */
  readonly address: Address
  /**
   * `'serving'`: the handler runs on an open socket, or is about to; `'abandoned'`: the socket is gone and the handler still runs;
   * `'closing'`: the handler has settled, the socket is being flushed and closed; `'closed'`: settled.
   */
  readonly state: ConnectionState
  readonly actor: ConnectionActor
  /**
   * Aborted when Node notices that the socket is gone. After the peer's FIN only a write or a reset tells; and while nobody reads, no
   * more than a buffer full is read, so that what comes behind it is not noticed. Its reason is the error given to `destroy`, if any.
   */
  readonly signal: AbortSignal
  /** Aborted when the server starts to close: time to say goodbye. */
  readonly closing: AbortSignal
  /** Bytes received so far; still readable when the connection is closed. */
  readonly bytesRead: number
  /** Bytes written so far, those that wait included; still readable when the connection is closed. */
  readonly bytesWritten: number
  /** When it was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number
  /**
   * Closes the socket at once; what waits to be written is lost. `error`, if given, is emitted on the socket and is the reason of `signal`.
   * `state` and `signal` change when the descriptor is closed, in a later turn. The handler is not stopped, and keeps its place until it
   * settles. A second call does nothing.
   */
  destroy(error?: Error): void
}

/** What a connection needs of the collection that holds it. */
export interface ConnectionOwner {
  createActor(connection: LiveConnection): ConnectionActor
  readonly isClosing: boolean
  /** The socket's descriptor is closed. */
  socketClosed(connection: LiveConnection): void
  startFlushing(connection: LiveConnection): void
  /** The connection has settled; `failure` is what its handler threw. */
  settled(connection: LiveConnection, failure: Failure | undefined): void
}

export interface Failure {
  readonly error: unknown
}

/**
 * What the diagnostics channel `xstate-tcp:handler.late-failure` publishes: a second failure of a handler, one after its connection has
 * settled, or one of a handler that the server itself has cut off. It changes nothing, but must not go unseen.
 */
export interface LateFailure {
  readonly connection: Connection
  readonly error: unknown
}

const lateFailures = channel('xstate-tcp:handler.late-failure')

export const connectionChart = compile(connectionMachine)

const owned = Symbol('xstate-tcp.connection')
type OwnedSocket = Socket & { [owned]?: LiveConnection | undefined }

/** Without a listener, an error would be an uncaught exception; that the socket is gone is told by its `'close'`. */
function ignoreError(): void {}

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

export class LiveConnection implements Connection, ConnectionEffects {
  readonly id: number
  readonly address: Address
  readonly acceptedAt = Date.now()
  /** Where the collection keeps it. */
  slot = -1
  isDiscarded = false
  readonly #owner: ConnectionOwner
  #socket: Socket | undefined
  #actor: ConnectionActor | undefined
  #isSocketOpen = true
  #signal: AbortController | undefined
  #closing: AbortController | undefined
  #failure: Failure | undefined
  #isCut = false
  #signalReason: Error | undefined
  #bytesRead = 0
  #bytesWritten = 0

  constructor(id: number, socket: Socket, server: Address, owner: ConnectionOwner) {
    this.id = id
    this.#socket = socket
    this.#owner = owner
    this.address = remoteAddress(socket, server)
    ;(socket as OwnedSocket)[owned] = this
    socket.on('error', ignoreError)
    socket.on('close', onSocketClose)
  }

  get actor(): ConnectionActor {
    this.#actor ??= this.#owner.createActor(this)
    return this.#actor
  }

  get state(): ConnectionState {
    const { value } = this.actor.getSnapshot()
    return typeof value === 'string' ? value : (Object.keys(value)[0] as ConnectionState)
  }

  /** The socket, until the connection has settled. */
  get socket(): Socket | undefined {
    return this.#socket
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

  socketClosed(): void {
    this.#isSocketOpen = false
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

  #send(event: ConnectionEvent): void {
    if (!this.#hasSettled) this.actor.send(event)
  }

  // What the chart asks for.

  closeSocket(): void {
    const socket = this.#socket
    if (!socket || socket.destroyed) return
    this.#owner.startFlushing(this)
    // Closing a socket that has received what nobody read resets it, and the peer loses what is still under way to it. So what else comes
    // is discarded; and if anything does, or is there already, the peer's FIN is waited for. Node destroys a socket that has ended both ways.
    const { bytesRead, readableLength } = socket
    if (socket.listenerCount('readable') > 0) socket.removeAllListeners('readable')
    socket.resume()
    const closeUnlessMoreCame = () => {
      if (readableLength === 0 && socket.bytesRead === bytesRead) socket.destroy()
    }
    if (socket.writableFinished) closeUnlessMoreCame()
    else socket.once('finish', closeUnlessMoreCame).end()
  }

  destroySocket({ error }: { error: Error | undefined }): void {
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
    this.#socket = undefined
    this.#owner.settled(this, this.#failure)
  }
}
