// Runs a user's handler.
import type { Socket } from 'node:net'
import type { Address } from '../common/address.ts'
import { attempt } from '../common/each.ts'
import type { Reader } from '../streams/reader.ts'
import type { Writer } from '../streams/writer.ts'
import type { Connection } from './connection.ts'

/** Serves one client. The socket is closed when the promise settles, however it does. */
export type SocketHandler = (address: Address, socket: Socket, connection: Connection) => unknown

/** Where a handler of this library's keeps what it wants of the sockets that it is given, from accept on. */
export const wantedSockets = Symbol('xstate-tcp.wantedSockets')

export interface WantedSockets {
  /** As in `net`: nothing is read, and so nothing lost if the socket is sent to another process, until somebody resumes it. */
  pauseOnConnect?: boolean
}

/** What `handler` wants of its sockets; nothing if it is a user's. */
export function wantedSocketsOf(handler: SocketHandler): WantedSockets {
  return (handler as { [wantedSockets]?: WantedSockets })[wantedSockets] ?? {}
}

/** Serves one client by what it sends and what is written to it. The connection is closed when the promise settles, however it does. */
export type Handler = (address: Address, reader: Reader, writer: Writer, connection: Connection) => unknown

/** Whom the run of a handler tells how it ended: one of the two, once. */
export interface HandlerOutcome {
  handlerSettled(): void
  handlerFailed(error: unknown): void
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'then' in value

/**
 * Waits for what a user's function returned; calls one of the two, once. Throws what it throws when it is looked at (a `Proxy`, a promise
 * with a getter of its own); a thenable that throws, or that calls back twice, is coped with.
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
 * Runs a user's handler. What it throws synchronously, and what its result throws when it is looked at, is the same as a rejection. One that returns no promise has settled at once;
 * `onForgottenAsync` hears of it.
 */
export function runHandler(
  handler: () => unknown,
  outcome: HandlerOutcome,
  onForgottenAsync: () => void,
): void {
  try {
    const result = handler()
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
