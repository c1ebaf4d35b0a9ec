// The errors of the library. Each has a stable `code`; messages may be reworded in any release.

/** An option has a value of the wrong type, or one that is not allowed. Nothing was opened. */
export class InvalidOptionError extends TypeError {
  override readonly name = 'TypeError'
  readonly code = 'ERR_INVALID_ARG_VALUE'
}

/** An option has a value of the right type that is out of range. Nothing was opened. */
export class OptionRangeError extends RangeError {
  override readonly name = 'RangeError'
  readonly code = 'ERR_OUT_OF_RANGE'
}

/**
 * `hold` was asked for by name where it cannot be done: it needs Linux or macOS and the optional
 * dependency `koffi`, and does not work in a worker of `node:cluster`, on Deno, or in a worker
 * thread of Bun.
 */
export class HoldUnavailableError extends Error {
  override readonly name = 'HoldUnavailableError'
  readonly code = 'ERR_HOLD_UNAVAILABLE'
}

/**
 * `rebind` was asked for where it cannot be done: a server on `{ fd }` does not know how its socket
 * was bound.
 */
export class RebindUnavailableError extends Error {
  override readonly name = 'RebindUnavailableError'
  readonly code = 'ERR_REBIND_UNAVAILABLE'
}

/**
 * A network interface was asked for where that cannot be done: it needs Linux and the optional
 * dependency `koffi`, and is not possible for a server in a worker of `node:cluster`.
 */
export class InterfaceUnavailableError extends Error {
  override readonly name = 'InterfaceUnavailableError'
  readonly code = 'ERR_INTERFACE_UNAVAILABLE'
}

/** A handler or an error policy threw a value that is no `Error`; `cause` is that value. */
export class NonErrorThrownError extends Error {
  override readonly name = 'NonErrorThrownError'
  readonly code = 'ERR_NON_ERROR_THROWN'

  constructor(thrown: unknown) {
    super(`A handler or error policy threw something that is no Error: ${describeValue(thrown)}`, {
      cause: thrown,
    })
  }
}

/**
 * The server cannot accept for now (the address was taken while it was paused, for instance) and
 * keeps trying; `cause` says why. The server recovers by itself: nothing needs to be done.
 */
export class OutageError extends Error {
  override readonly name = 'OutageError'
  readonly code = 'ERR_SERVER_OUTAGE'

  constructor(where: string, cause: unknown) {
    super(`The server on ${where} cannot accept connections for now and keeps trying: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

/**
 * `stop()` was called on an actor of the library. Stopped, it would leave clients and promises
 * waiting for ever; the message names the method to call instead.
 */
export class ActorNotStoppableError extends Error {
  override readonly name = 'ActorNotStoppableError'
  readonly code = 'ERR_ACTOR_NOT_STOPPABLE'

  constructor(instead: string) {
    super(`This actor cannot be stopped; use ${instead}`)
  }
}

/**
 * The `cause` of an `OutageError`: the process has nearly reached its limit on open files. The
 * server stops accepting before it does, so that clients wait; where it could not, the message says
 * that some may have been lost.
 */
export class DescriptorsExhaustedError extends Error {
  override readonly name = 'DescriptorsExhaustedError'
  readonly code = 'ERR_DESCRIPTORS_EXHAUSTED'

  constructor(isTooLate: boolean) {
    const loss = isTooLate
      ? ' Not one was left while it listened: clients that came may have been accepted and closed by libuv.'
      : ''
    super(
      `the process is running out of file descriptors; no client is accepted until some are closed.${loss} Raise the limit (ulimit -n) or lower maxConnections.`,
    )
  }
}

/**
 * The condition given to `waitForConnections` can no longer come true: the server is closed and its
 * last handler has settled.
 */
export class ServerClosedError extends Error {
  override readonly name = 'ServerClosedError'
  readonly code = 'ERR_SERVER_CLOSED'
}

/** The stream ended before `readExactly` had its bytes, or `readUntil` its delimiter. */
export class UnexpectedEndError extends Error {
  override readonly name = 'UnexpectedEndError'
  readonly code = 'ERR_UNEXPECTED_END'
  /** The bytes that had arrived. They are consumed: the next read finds the end. */
  readonly partial: Buffer

  constructor(expected: string, partial: Buffer) {
    super(`The stream ended after ${partial.length} bytes, before ${expected} had come`)
    this.partial = partial
  }
}

/**
 * No delimiter or line end came within `maxLength` bytes. Nothing is consumed: another read can
 * have them.
 */
export class MaxLengthExceededError extends Error {
  override readonly name = 'MaxLengthExceededError'
  readonly code = 'ERR_MAX_LENGTH_EXCEEDED'

  constructor(expected: string, maxLength: number) {
    super(`There is no ${expected} in the first ${maxLength} bytes (maxLength)`)
  }
}

/**
 * A read did not find what it waits for within its `timeout`. Nothing is consumed: the next read
 * gets every byte.
 */
export class ReadTimeoutError extends Error {
  override readonly name = 'ReadTimeoutError'
  readonly code = 'ERR_READ_TIMEOUT'

  constructor(milliseconds: number) {
    super(`What a read waits for has not come within ${milliseconds} ms (timeout)`)
  }
}

/**
 * A peer did not take what was written within the `timeout` of `flushed`. All of it still waits to
 * be sent.
 */
export class WriteTimeoutError extends Error {
  override readonly name = 'WriteTimeoutError'
  readonly code = 'ERR_WRITE_TIMEOUT'

  constructor(milliseconds: number, bytes: number) {
    super(
      `What was written has not been taken within ${milliseconds} ms (timeout); ${bytes} bytes still wait`,
    )
  }
}

/** A read was started while another one of the same reader was pending. */
export class ReadPendingError extends Error {
  override readonly name = 'ReadPendingError'
  readonly code = 'ERR_READ_PENDING'

  constructor() {
    super('This reader is waiting for the result of another read; await that first')
  }
}

/** A handler wrote to its writer after it had closed it. */
export class WriterClosedError extends Error {
  override readonly name = 'WriterClosedError'
  readonly code = 'ERR_WRITER_CLOSED'

  constructor() {
    super('This writer was closed by close(); nothing can be written to it any more')
  }
}

/**
 * A handler asked for TLS where it cannot be begun, or its connection was closed on this side
 * before it was secure; see `startTls`.
 */
export class StartTlsError extends Error {
  override readonly name = 'StartTlsError'
  readonly code = 'ERR_START_TLS'
}

/**
 * A peer did not take written data for longer than `bufferAgeLimit`; its connection was cut off.
 */
export class BufferAgeLimitError extends Error {
  override readonly name = 'BufferAgeLimitError'
  readonly code = 'ERR_BUFFER_AGE_LIMIT'

  constructor(peer: string, bytes: number, milliseconds: number) {
    super(
      `${peer} has not taken what was written ${milliseconds} ms ago (bufferAgeLimit); ${bytes} bytes were still waiting`,
    )
  }
}

/**
 * The readers and writers of a server held more memory than `maxBufferedBytes`, and those of this
 * connection the most of all; it was cut off.
 */
export class BufferLimitError extends Error {
  override readonly name = 'BufferLimitError'
  readonly code = 'ERR_BUFFER_LIMIT'

  constructor(peer: string, bytes: number, max: number) {
    super(
      `${peer} made its connection hold ${bytes} bytes, the most of all, when together they held more than ${max} (maxBufferedBytes)`,
    )
  }
}

/**
 * The thrown value, if it is an `Error`; else an `Error` that has it as its cause. Never throws.
 */
export function asError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new NonErrorThrownError(thrown)
}

/** The `code` of an error of Node or of this library, if it has one. */
export function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | null | undefined)?.code
}

function reasonOf(cause: unknown): string {
  try {
    return cause instanceof Error ? cause.message : String(cause)
  } catch {
    return describeValue(cause)
  }
}

/** A `Proxy` may throw, or be revoked, and can be asked for nothing then. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error
  } catch {
    return false
  }
}

/** A value as an error message shows it: short, on one line, never throwing. */
export function describeValue(value: unknown): string {
  try {
    return describe(value)
  } catch {
    return `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be looked at`
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value).slice(1, -1)}'`
  }
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `function ${String(value.name) || '(anonymous)'}`
  if (typeof value === 'symbol') return value.toString()
  if (value === null || typeof value !== 'object') return String(value)
  try {
    const text = JSON.stringify(value) ?? Object.prototype.toString.call(value)
    return text.length > 60 ? `${text.slice(0, 60)}…` : text
  } catch {
    return Object.prototype.toString.call(value)
  }
}
