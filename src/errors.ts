// The errors of the library. Each has a stable `code`; messages may be reworded in any release.

/** The value of an option has the wrong type, or is none of those allowed. */
export class InvalidOptionError extends TypeError {
  override readonly name = 'TypeError'
  readonly code = 'ERR_INVALID_ARG_VALUE'
}

/** The value of an option has the right type and is out of range. */
export class OptionRangeError extends RangeError {
  override readonly name = 'RangeError'
  readonly code = 'ERR_OUT_OF_RANGE'
}

/**
 * `hold` was asked for by name where it cannot be done: it needs Linux or macOS and the optional dependency `koffi`, and does not
 * work in a worker of `node:cluster`.
 */
export class HoldUnavailableError extends Error {
  override readonly name = 'HoldUnavailableError'
  readonly code = 'ERR_HOLD_UNAVAILABLE'
}

/** `rebind` was asked for where it cannot be done: a server on `{ fd }` does not know how its socket was bound. */
export class RebindUnavailableError extends Error {
  override readonly name = 'RebindUnavailableError'
  readonly code = 'ERR_REBIND_UNAVAILABLE'
}

/** What a handler or an error policy threw was no `Error`; `cause` is what it threw. */
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
 * The server cannot accept for now (the address was taken while it was paused, for instance) and keeps trying; `cause` says why.
 * The server recovers by itself, so this is for your information.
 */
export class OutageError extends Error {
  override readonly name = 'OutageError'
  readonly code = 'ERR_SERVER_OUTAGE'

  constructor(where: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`The server on ${where} cannot accept connections for now and keeps trying: ${reason}`, { cause })
  }
}

/** What was waited for can no longer happen: the server is closed and its last handler has settled. */
export class ServerClosedError extends Error {
  override readonly name = 'ServerClosedError'
  readonly code = 'ERR_SERVER_CLOSED'
}

/** What was thrown, if it is an `Error`; else an `Error` that has it as its cause. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new NonErrorThrownError(thrown)
}

/** A value as an error message shows it: short, on one line, never throwing. */
export function describeValue(value: unknown): string {
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
