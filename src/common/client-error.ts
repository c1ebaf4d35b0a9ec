// What clients do wrong, which no server can prevent.
import {
  BufferAgeLimitError,
  BufferLimitError,
  codeOf,
  MaxLengthExceededError,
  ReadTimeoutError,
  UnexpectedEndError,
  WriteTimeoutError,
} from './errors.ts'

/** What is wrong with a header of the PROXY protocol. */
export type ProxyHeaderReason =
  /** It does not begin as one does. */
  | 'signature'
  /** A version that is unknown or not among `versions`. */
  | 'version'
  | 'command'
  | 'family'
  | 'address'
  | 'port'
  /** Version 1: more than 107 bytes, a lone CR or LF, or a field too many. */
  | 'line'
  /** Version 2: shorter than its addresses, or longer than `maxHeaderSize`. */
  | 'length'
  /** Version 2: an additional field that runs over the end, or is not what it has to be. */
  | 'tlv'
  | 'checksum'
  /** The client ended, or reset, its connection within the header. */
  | 'ended'
  | 'reset'
  /** The header did not come within `prefaceTimeout`. */
  | 'timeout'

export interface ClientErrorDetails {
  readonly code: string
  readonly phase: ClientError['phase']
  readonly reason?: ProxyHeaderReason | undefined
  readonly cause?: unknown
}

/**
 * What a client did wrong: before its handler was called, which `'clientError'` tells; when its
 * handler went on with TLS, by which `startTls` rejects; or while it runs, which `onHandlerError`
 * gets. No fault of the server: it goes on.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  /**
   * `'ERR_PROXY_HEADER'` for a header of the PROXY protocol. For a handshake:
   * `'ERR_TLS_HANDSHAKE_TIMEOUT'`, `'ERR_TLS_CLIENT_UNAUTHORIZED'` with the reason as `cause.code`,
   * `'ECONNRESET'` for a client that has left, `'ERR_STARTTLS_INJECTION'` for one that has sent
   * something ahead of it, or a code of OpenSSL's, whose spelling depends on the release of Node.
   * While a handler runs: `'ERR_IDLE_TIMEOUT'` and `'ERR_CONNECTION_AGE'`, see `idleTimeout` and
   * `maxConnectionAge`.
   */
  readonly code: string
  /**
   * What it was about: a header of the PROXY protocol, a TLS handshake, or a deadline of a
   * connection whose handler runs.
   */
  readonly phase: 'header' | 'handshake' | 'serving'
  /** What is wrong with the header; otherwise undefined. */
  readonly reason: ProxyHeaderReason | undefined

  constructor(message: string, { code, phase, reason, cause }: ClientErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.phase = phase
    this.reason = reason
  }
}

const SOCKET_CODES: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT']

/** Errors that do not show by themselves that they are a client's doing. */
const blamed = new WeakSet<object>()

/** From now on `isClientError` is true for it. */
export function blameClient(error: object): void {
  blamed.add(error)
}

/**
 * Whether an error is a client's doing: a `ClientError`; a `MaxLengthExceededError`,
 * `UnexpectedEndError`, `ReadTimeoutError`, `WriteTimeoutError`, `BufferAgeLimitError` or
 * `BufferLimitError` of a reader or writer; `ECONNRESET`, `EPIPE` or `ETIMEDOUT` of an established
 * connection; an error of TLS on a connection that was secure; or what follows from the leaving of
 * a client: an `AbortError` of `connection.signal`, and what Node's streams say of a socket that is
 * gone when a handler has failed with it. Never throws.
 *
 * It cannot tell whose connection that was: a handler that itself connects to other servers should
 * catch the errors of those connections.
 *
 * @example
 * ```ts
 * const options: ServerOptions = {
 *   onHandlerError: (address, error) => {
 *     if (!isClientError(error)) throw error // a fault of ours
 *     console.warn(address, error)
 *   },
 * }
 * ```
 */
export function isClientError(error: unknown): boolean {
  try {
    return (
      error instanceof ClientError ||
      error instanceof MaxLengthExceededError ||
      error instanceof UnexpectedEndError ||
      error instanceof ReadTimeoutError ||
      error instanceof WriteTimeoutError ||
      error instanceof BufferAgeLimitError ||
      error instanceof BufferLimitError ||
      isBlamed(error) ||
      isOfSocket(error)
    )
  } catch {
    // A Proxy may throw when it is looked at.
    return false
  }
}

/** What waits with a signal mostly rejects with an error of its own, whose cause is its reason. */
function isBlamed(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { name, cause } = error
  return blamed.has(error) || (name === 'AbortError' && cause instanceof Error && blamed.has(cause))
}

/** Whether it is one of those that Node reports of established connections. */
export function isOfSocket(error: unknown): boolean {
  if (!(error instanceof Error) || !SOCKET_CODES.includes(codeOf(error))) return false
  // To connect is to be a client.
  return (error as NodeJS.ErrnoException).syscall !== 'connect'
}
