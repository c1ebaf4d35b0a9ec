// What a server can be told, with defaults; checked before anything is opened.
import type { InspectionEvent, Observer } from 'xstate'
import type { PauseStrategy } from '../../machines/index.ts'
import type { Address } from '../common/address.ts'
import { type Clock, realClock } from '../common/clock.ts'
import {
  invalid,
  lookAt,
  rejectUnknownKeys,
  requireBoolean,
  requireDuration,
  requireFunction,
  requireInteger,
  requireObject,
  requireOneOf,
} from '../common/validate.ts'
import { softDescriptorLimit } from '../os/descriptor-limit.ts'

/** What happens when a handler throws or rejects; see `ServerOptions.onHandlerError`. */
export type ErrorPolicy = 'raise' | 'ignore' | ((address: Address, error: unknown) => void | Promise<void>)

/** Options of `Server.createSock`. A wrong one is a `TypeError` or `RangeError` that names it, before anything is opened. */
export interface ServerOptions {
  /**
   * The most connections at a time, an integer of at least 1. A full server does not call accept(2); see `pauseStrategy`.
   * Can be changed later through `server.maxConnections`.
   * @default 90 % of the soft limit on open files
   */
  maxConnections?: number
  /**
   * The most connections accepted in one turn of the event loop, an integer from 1 to 1024. Node's own is 1, which starves new
   * clients of a busy server. The server takes as many polling descriptors as its load asks for, one or two in calm times, this
   * many in a storm. Without `hold` (see `pauseStrategy`) it is 1.
   * @default 64
   */
  maxAcceptsPerBatch?: number
  /** The length of the kernel's queue of clients that wait to be accepted, as in listen(2); the OS may cap it. @default 511 */
  backlog?: number
  /**
   * What happens when a handler throws or rejects, after its socket was closed and its place freed.
   *
   * - `'raise'`: the server closes as by `close()`, existing connections go on, and the error is emitted as `'error'`, which is an
   *   uncaught exception where nobody listens;
   * - `'ignore'`: nothing more;
   * - a function: it is called with the client's address and the error. If it throws, or its promise rejects, that is raised.
   *
   * From Async's `on_handler_error`.
   * @default 'raise'
   */
  onHandlerError?: ErrorPolicy
  /** Start in `dropping`; see `server.setDropIncomingConnections`. @default false */
  dropIncomingConnections?: boolean
  /**
   * How a full server keeps new clients away, and how `pause()` does unless told otherwise.
   *
   * - `'hold'`: they wait in the kernel's queue and are served in order; no client sees an error. Linux and macOS, with the optional
   *   dependency `koffi`;
   * - `'rebind'`: the listening socket is closed and bound again on the same port; they are refused meanwhile.
   * @default 'hold' where the machine can, else 'rebind'
   */
  pauseStrategy?: PauseStrategy
  /** As in `net`: the handler, not the peer's FIN, decides when the socket closes. @default true */
  allowHalfOpen?: boolean
  /** As in `net`: send small writes at once (`TCP_NODELAY`). @default true */
  noDelay?: boolean
  /** As in `net`: let the kernel probe idle peers (`SO_KEEPALIVE`). @default false */
  keepAlive?: boolean
  /** As in `net`: milliseconds before the first probe; 0 leaves it to the OS. @default 0 */
  keepAliveInitialDelay?: number
  /** As in `net`: bytes that a socket buffers, each way, before it pushes back. @default Node's own, 64 KiB */
  highWaterMark?: number
  /**
   * Milliseconds that a peer has, once the handler has settled, to take what was written and to send FIN. Then the connection is closed,
   * and what is still under way to it is lost. Nothing that the peer sends prolongs it. At least 1.
   * @default 30_000
   */
  flushTimeout?: number
  /**
   * Milliseconds that a peer which has taken everything, FIN included, has to send its own FIN. What it sends meanwhile is discarded, and
   * prolongs nothing. Until then it holds its place; a full server on which others wait closes the oldest such connections at once. Where
   * nobody can say what the peer has taken (other systems than Linux, or without `koffi`), `flushTimeout` alone applies.
   * @default 2_000
   */
  lingerTimeout?: number
  /** An XState inspector; it sees the listener and every connection actor. @default none */
  inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
  /**
   * An XState clock. Every timer of the library goes through it, and durations are measured with its `now()` where it has one, as
   * `SimulatedClock` does, so tests need no sleeping.
   * @default the real one
   */
  clock?: Clock
  /** Aborting closes the server, as by `close()`; one that is aborted already makes `create*` reject with its reason. @default none */
  signal?: AbortSignal
}

/** The options with their defaults filled in. */
export interface Settings {
  maxConnections: number
  maxAcceptsPerBatch: number
  backlog: number
  onHandlerError: ErrorPolicy
  dropIncomingConnections: boolean
  pauseStrategy: PauseStrategy | undefined
  socket: {
    allowHalfOpen: boolean
    noDelay: boolean
    keepAlive: boolean
    keepAliveInitialDelay: number
    highWaterMark?: number
    /** No option of users': it is for handlers that hand their sockets on. */
    pauseOnConnect?: boolean
  }
  /** In milliseconds; `Infinity` for no limit. */
  bufferAgeLimit: number
  /** In milliseconds. */
  flushTimeout: number
  lingerTimeout: number
  inspect: ServerOptions['inspect']
  clock: Clock
  signal: AbortSignal | undefined
}

/** Every option there is. */
export const OPTION_NAMES = [
  'maxConnections',
  'maxAcceptsPerBatch',
  'backlog',
  'onHandlerError',
  'dropIncomingConnections',
  'pauseStrategy',
  'allowHalfOpen',
  'noDelay',
  'keepAlive',
  'keepAliveInitialDelay',
  'highWaterMark',
  'flushTimeout',
  'lingerTimeout',
  'inspect',
  'clock',
  'signal',
] as const satisfies readonly (keyof ServerOptions)[]

/** What fits into the integers of the OS. */
export const LARGEST_INT = 2 ** 31 - 1
const DEFAULT_ACCEPTS_PER_BATCH = 64
const MOST_ACCEPTS_PER_BATCH = 1024
const DEFAULT_BACKLOG = 511
const DEFAULT_FLUSH_TIMEOUT = 30_000
const DEFAULT_LINGER_TIMEOUT = 2_000
const SHARE_OF_DESCRIPTORS = 0.9

/** As `maxConnections` counts: an integer of at least 1. */
export function requireMaxConnections(value: unknown): number {
  return requireInteger('maxConnections', value, 1, Number.MAX_SAFE_INTEGER)
}

export function requirePauseStrategy(name: string, value: unknown): PauseStrategy {
  return requireOneOf(name, value, ['hold', 'rebind'])
}

/** Checks the options and fills in the defaults. Opens nothing. */
export function parseOptions(options: ServerOptions = {}): Settings {
  requireObject('options', options, 'an object')
  rejectUnknownKeys('options', options, OPTION_NAMES)
  // Defaults stand for what is undefined only: null is a mistake, as any other wrong value.
  const {
    maxConnections = defaultMaxConnections(),
    maxAcceptsPerBatch = DEFAULT_ACCEPTS_PER_BATCH,
    backlog = DEFAULT_BACKLOG,
    onHandlerError = 'raise',
    dropIncomingConnections = false,
    pauseStrategy,
    allowHalfOpen = true,
    noDelay = true,
    keepAlive = false,
    keepAliveInitialDelay = 0,
    highWaterMark,
    flushTimeout = DEFAULT_FLUSH_TIMEOUT,
    lingerTimeout = DEFAULT_LINGER_TIMEOUT,
    inspect,
    clock = realClock,
    signal,
  } = options
  return {
    maxConnections: requireMaxConnections(maxConnections),
    maxAcceptsPerBatch: requireInteger('maxAcceptsPerBatch', maxAcceptsPerBatch, 1, MOST_ACCEPTS_PER_BATCH),
    backlog: requireInteger('backlog', backlog, 1, LARGEST_INT),
    onHandlerError: requireErrorPolicy(onHandlerError),
    dropIncomingConnections: requireBoolean('dropIncomingConnections', dropIncomingConnections),
    pauseStrategy:
      pauseStrategy === undefined ? undefined : requirePauseStrategy('pauseStrategy', pauseStrategy),
    socket: {
      allowHalfOpen: requireBoolean('allowHalfOpen', allowHalfOpen),
      noDelay: requireBoolean('noDelay', noDelay),
      keepAlive: requireBoolean('keepAlive', keepAlive),
      keepAliveInitialDelay: requireDuration('keepAliveInitialDelay', keepAliveInitialDelay),
      ...(highWaterMark !== undefined && {
        highWaterMark: requireInteger('highWaterMark', highWaterMark, 0, LARGEST_INT),
      }),
    },
    bufferAgeLimit: Infinity,
    flushTimeout: requireDuration('flushTimeout', flushTimeout, 1),
    lingerTimeout: requireDuration('lingerTimeout', lingerTimeout),
    inspect: inspect === undefined ? undefined : requireInspector(inspect),
    clock: requireClock(clock),
    signal: signal === undefined ? undefined : requireSignal(signal),
  }
}

function defaultMaxConnections(): number {
  const limit = softDescriptorLimit()
  return Number.isFinite(limit)
    ? Math.max(1, Math.floor(limit * SHARE_OF_DESCRIPTORS))
    : Number.MAX_SAFE_INTEGER
}

function requireErrorPolicy(policy: ErrorPolicy): ErrorPolicy {
  return typeof policy === 'function' || policy === 'raise' || policy === 'ignore'
    ? policy
    : invalid('onHandlerError', "'raise', 'ignore' or a function", policy)
}

function requireInspector(inspect: NonNullable<ServerOptions['inspect']>): ServerOptions['inspect'] {
  const fail = () =>
    invalid('inspect', 'a function or an observer with next(), as inspector.inspect is', inspect)
  const next = lookAt(() => (inspect as Observer<InspectionEvent> | null)?.next, fail)
  return typeof inspect === 'function' || typeof next === 'function' ? inspect : fail()
}

function requireClock(clock: Clock): Clock {
  const given = requireObject('clock', clock, 'an XState clock') as Clock
  const { setTimeout, clearTimeout } = lookAt(
    () => ({ setTimeout: given.setTimeout, clearTimeout: given.clearTimeout }),
    () => invalid('clock', 'an XState clock', clock),
  )
  requireFunction('clock.setTimeout', setTimeout)
  requireFunction('clock.clearTimeout', clearTimeout)
  return clock
}

function requireSignal(signal: AbortSignal): AbortSignal {
  const fail = () => invalid('signal', 'an AbortSignal', signal)
  const isSignal = lookAt(
    () => typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function',
    fail,
  )
  return isSignal ? signal : fail()
}
