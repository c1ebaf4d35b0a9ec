// Runs users' handlers.
import type { Socket } from 'node:net'
import type { Address } from '../common/address.ts'
import { attempt } from '../common/each.ts'
import { nextTick, setImmediate, throwLater } from '../common/timers.ts'
import { beginReading } from '../os/unread-socket.ts'
import type { Reader } from '../streams/reader.ts'
import type { Writer } from '../streams/writer.ts'
import type { Connection, StreamConnection } from './connection.ts'
import type { LiveConnection } from './live-connection.ts'

/**
 * Serves one client. When the promise settles, by success or failure, the socket is flushed and
 * closed.
 */
export type SocketHandler = (address: Address, socket: Socket, connection: Connection) => unknown

/**
 * The key under which a handler of this library keeps its wishes for the sockets that it is given.
 */
export const wantedSockets = Symbol('xstate-tcp.wantedSockets')

export interface WantedSockets {
  /**
   * As in `net`: nothing is read, and so nothing lost if the socket is sent to another process,
   * until somebody resumes it.
   */
  pauseOnConnect?: boolean
}

/** The wishes of `handler` for its sockets; none if it is a user's. */
export function wantedSocketsOf(handler: SocketHandler): WantedSockets {
  return (handler as { [wantedSockets]?: WantedSockets })[wantedSockets] ?? {}
}

/**
 * Serves one client by a reader and a writer. When the promise settles, by success or failure, the
 * writer is flushed and the connection is closed.
 */
export type Handler = (
  address: Address,
  reader: Reader,
  writer: Writer,
  connection: StreamConnection,
) => unknown

/** Hears how a handler has ended: by one of the two, once. */
export interface HandlerOutcome {
  handlerSettled(): void
  handlerFailed(error: unknown): void
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'then' in value

/**
 * Waits for the result of a user's function, and calls one of the two, once. Throws if the result
 * throws when it is looked at (a `Proxy`, a promise with a getter of its own). A thenable may throw
 * or call back twice.
 */
export function whenSettled(
  result: unknown,
  onFulfilled: (() => void) | undefined,
  onRejected: (error: unknown) => void,
): void {
  const promise = Promise.resolve(result)
  // Its own `then` may be anything.
  Reflect.apply(Promise.prototype.then, promise, [onFulfilled, onRejected])
}

/**
 * Runs a user's handler, for the one who hears of its end and with what it is given. A synchronous
 * exception, and one of its result when that is looked at, is the same as a rejection. A handler
 * that returns no promise has settled at once; `onForgottenAsync` hears of it.
 */
export function runHandler<Outcome extends HandlerOutcome, Given>(
  handler: (outcome: Outcome, given: Given) => unknown,
  outcome: Outcome,
  given: Given,
  onForgottenAsync: () => void,
): void {
  try {
    const result = handler(outcome, given)
    if (isThenable(result)) {
      whenSettled(
        result,
        () => outcome.handlerSettled(),
        (error) => outcome.handlerFailed(error),
      )
      return
    }
  } catch (error) {
    outcome.handlerFailed(error)
    return
  }
  attempt(onForgottenAsync)
  outcome.handlerSettled()
}

/** Calls a user's handler. */
export type Serve = (connection: LiveConnection, socket: Socket) => unknown

export interface HandlerQueueOptions {
  serve: Serve
  /**
   * Runs handlers where the server was created, as far as `AsyncLocalStorage` sees it; not where
   * some other client made room.
   */
  inContext: (callback: () => void) => void
}

/** The connections whose handler has not been started, in the order of acceptance. */
export class HandlerQueue {
  readonly #options: HandlerQueueOptions
  /** Those from `#next` to `#end`. It stays as long as it ever was: a new one is garbage a turn. */
  readonly #waiting: (LiveConnection | undefined)[] = []
  #next = 0
  #end = 0
  #hasWarned = false

  constructor(options: HandlerQueueOptions) {
    this.#options = options
  }

  /** Its handler starts after this turn's accepting is done. */
  add(connection: LiveConnection): void {
    if (this.#end === 0) setImmediate(this.#startAll)
    this.#waiting[this.#end++] = connection
  }

  /**
   * The same for one that has been read from: its handler starts before anything else is. What
   * comes before a handler listens is told to nobody, the end of its client for instance.
   */
  addRead(connection: LiveConnection): void {
    this.#waiting[this.#end++] = connection
    nextTick(this.#startAll)
  }

  /** Starts no handler any more; one that closes the server ends the starting by this. */
  forget(): void {
    this.#waiting.fill(undefined, this.#next, this.#end)
    this.#next = 0
    this.#end = 0
  }

  readonly #startAll = (): void => this.#options.inContext(this.#startEach)

  readonly #startEach = (): void => {
    const { serve } = this.#options
    while (this.#next < this.#end) {
      const connection = this.#waiting[this.#next] as LiveConnection
      this.#waiting[this.#next++] = undefined
      const socket = connection.startServing()
      if (!socket) continue
      try {
        beginReading(socket)
        runHandler(serve, connection, socket, this.#warnOnce)
      } catch (error) {
        throwLater(error)
      }
    }
    this.#next = 0
    this.#end = 0
  }

  readonly #warnOnce = (): void => {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(
      'A handler returned no promise, so its connection is closed at once. Did you forget "async"?',
      { type: 'XstateTcpWarning', code: 'XSTATE_TCP_HANDLER_WITHOUT_PROMISE' },
    )
  }
}
