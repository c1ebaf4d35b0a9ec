// The options of `Server.createSock`; checked before anything is opened.
import type { PauseStrategy } from '../../machines/index.ts'
import { type Clock, realClock } from '../common/clock.ts'
import {
  invalid,
  requireBoolean,
  requireDuration,
  requireInteger,
  requireSignal,
} from '../common/validate.ts'
import { softDescriptorLimit } from '../os/descriptor-limit.ts'
import type { Handshakes } from '../preface/handshakes.ts'
import {
  type ProxyProtocol,
  type ProxyProtocolOptions,
  requireProxyProtocol,
} from '../preface/proxy-protocol.ts'
import { requireTls, type TlsServerOptions } from '../preface/tls-options.ts'
import { admissionTable } from './admission-options.ts'
import {
  type ErrorPolicy,
  type Inspect,
  MAX_INT,
  requireClock,
  requireErrorPolicy,
  requireInspector,
  requireMaxConnections,
  requirePauseStrategy,
} from './checks.ts'
import { type DeadlineSettings, deadlineTable } from './deadline-options.ts'
import { type OptionsOf, option, optional, readOptions, requireOptionsOf, type SettingsOf } from './option.ts'
import { type SocketSettings, socketTable, sockTable } from './socket-options.ts'

const MAX_ACCEPTS_PER_BATCH = 1024
const SHARE_OF_DESCRIPTORS = 0.9

/** Options of both factories. */
export const serverTable = {
  /**
   * Maximum number of connections at a time, an integer of at least 1. A full server does not call
   * accept(2); `pauseStrategy` says what becomes of new clients. Can be changed later through
   * `server.maxConnections`.
   * @default 90 % of the soft limit on open files
   */
  maxConnections: option<number>({
    doc: 'maximum number of connections at a time: [Limits](../listener/README.md#limits)',
    get default() {
      return defaultMaxConnections()
    },
    defaultText: '90 % of the soft limit on open files',
    check: requireMaxConnections,
  }),
  /**
   * Maximum number of connections accepted in one turn of the event loop, an integer from 1 to
   * 1024. Node's own is 1, which starves new clients of a busy server. The server takes as many
   * polling descriptors as its load asks for: one or two in calm times, up to this many in a storm.
   * Without `hold` (see `pauseStrategy`) it is 1.
   * @default 64
   */
  maxAcceptsPerBatch: option<number>({
    doc: 'maximum number of connections accepted in one turn of the event loop: [Limits](../listener/README.md#limits)',
    default: 64,
    check: (name, value) => requireInteger(name, value, 1, MAX_ACCEPTS_PER_BATCH),
  }),
  /**
   * Length of the kernel's queue of clients that wait to be accepted, as in listen(2). The OS may
   * cap it.
   * @default 511
   */
  backlog: option<number>({
    doc: "length of the kernel's queue of waiting clients, as in listen(2)",
    default: 511,
    check: (name, value) => requireInteger(name, value, 1, MAX_INT),
  }),
  /**
   * What happens when a handler throws or rejects, after its socket was closed and its place freed.
   *
   * - `'raise'`: the server closes as by `close()`, existing connections go on, and the error is
   *   emitted as `'error'`, which is an uncaught exception if nothing listens to it;
   * - `'ignore'`: nothing more;
   * - a function: it is called with the client's address and the error. If it throws, or its
   *   promise rejects, that error is raised.
   *
   * From Async's `on_handler_error`.
   * @default 'raise'
   * @example
   * onHandlerError: (address, error) => console.warn('a handler failed', address, error)
   */
  onHandlerError: option<ErrorPolicy>({
    doc: 'what a failed handler leads to; give it where clients come from the outside: [Errors](../listener/README.md#errors)',
    default: 'raise',
    check: requireErrorPolicy,
  }),
  /**
   * Whether the server starts in `dropping`; see `server.setDropIncomingConnections`.
   * @default false
   */
  dropIncomingConnections: option<boolean>({
    doc: 'start [dropping](../listener/README.md#pausing-and-dropping) connections',
    default: false,
    check: requireBoolean,
  }),
  /**
   * How a full server keeps new clients away, and how `pause()` does unless told otherwise.
   *
   * - `'hold'`: clients wait in the kernel's queue and are served in order; no client sees an
   *   error. Linux and macOS, with the optional dependency `koffi`;
   * - `'rebind'`: the listening socket is closed, and bound again later on the same port; clients
   *   are refused meanwhile.
   * @default 'hold' where the machine can, else 'rebind'
   */
  pauseStrategy: optional<PauseStrategy>({
    doc: 'how a full or paused server keeps clients away: [Limits](../listener/README.md#limits)',
    defaultText: "`'hold'` where the machine can, else `'rebind'`",
    check: requirePauseStrategy,
  }),
  /**
   * Milliseconds that a peer has, once the handler has settled, to take what was written and to
   * send FIN. Then the connection is closed, and data still under way to it is lost. Nothing that
   * the peer sends prolongs this. At least 1.
   * @default 30_000
   */
  flushTimeout: option<number>({
    doc: 'milliseconds that a peer has, after the handler, to take everything: [how a connection ends](../connection/README.md#how-long-a-peer-may-take-to-end)',
    default: 30_000,
    check: (name, value) => requireDuration(name, value, 1),
  }),
  /**
   * Milliseconds that a peer which has taken everything, FIN included, has to send its own FIN.
   * Data that it sends meanwhile is discarded, and prolongs nothing. The connection keeps its place
   * until then; a full server on which others wait closes the oldest such connections at once.
   * Where it cannot be known what the peer has taken (other systems than Linux, or without
   * `koffi`), `flushTimeout` alone applies.
   * @default 2_000
   */
  lingerTimeout: option<number>({
    doc: 'milliseconds that a peer which has taken everything has to send FIN',
    default: 2_000,
    check: requireDuration,
  }),
  /**
   * Who sends headers of the PROXY protocol, which name the clients of a proxy or load balancer:
   * `{ from, versions, maxHeaderSize, others }`. `from` is a list of IP addresses, CIDR blocks and
   * `'unix'`, or `'any'`. From those a header is required; of `others` none is read: they are
   * dropped, or served as they are (`'direct'`). `connection.address` is then the client, and
   * `connection.peerAddress` the proxy.
   *
   * Whoever is listed can name any client: list nobody but your proxies.
   * @default none
   * @example
   * const options: ServerOptions = { proxyProtocol: { from: ['10.0.0.0/24', 'fd00::7'] } }
   */
  proxyProtocol: optional<ProxyProtocolOptions, ProxyProtocol>({
    doc: 'who sends headers of the PROXY protocol: [Behind a load balancer](../preface/README.md#behind-a-load-balancer)',
    defaultText: 'none',
    check: requireProxyProtocol,
  }),
  /**
   * Makes all connections secure: options of `tls.createServer` that say what is presented, asked
   * for and agreed on (`key`, `cert`, `ca`, `pfx`, `passphrase`, `requestCert`,
   * `rejectUnauthorized`, `ALPNProtocols`, `ALPNCallback`, `SNICallback`, `minVersion`,
   * `maxVersion`, `ciphers`, `ticketKeys`, `sessionIdContext` and so on). A handler is called when
   * its connection is secure, and authorized where `rejectUnauthorized` asks for it. `createSock`'s
   * gets a `tls.TLSSocket`.
   *
   * What is no good is refused before anything is opened, by the error of `node:tls` with its code.
   * Session tickets are protected by keys of this server's own making, unless `ticketKeys` are
   * given. Renegotiation is off. The time for a handshake is `prefaceTimeout`.
   * @default none
   */
  tls: optional<TlsServerOptions, Handshakes>({
    doc: 'options of `tls.createServer`, for secure connections: [TLS](../preface/README.md#tls)',
    defaultText: 'none',
    check: requireTls,
  }),
  /**
   * Milliseconds from accept until a peer has said what it has to say before its handler is called,
   * however it trickles. Then it is closed, and its place is free. It is of use with
   * `proxyProtocol` and `tls`. At least 1.
   * @default 10_000
   */
  prefaceTimeout: option<number>({
    doc: 'milliseconds that a peer has, from accept, for what comes before its handler: a header of the PROXY protocol, a TLS handshake',
    default: 10_000,
    check: (name, value) => requireDuration(name, value, 1),
  }),
  /**
   * An XState inspector: a function, or an observer with `next`. It sees the listener and every
   * connection actor.
   * @default none
   */
  inspect: optional<Inspect>({
    doc: 'an XState inspector, as [inspector.inspect](../inspector/README.md)',
    defaultText: 'none',
    check: requireInspector,
  }),
  /**
   * An XState clock. Every timer of the library goes through it, and durations are measured with
   * its `now()` if it has one, as `SimulatedClock` has. So tests need no sleeping.
   * @default the real one
   */
  clock: option<Clock>({
    doc: 'an XState clock; [tests](../testing/README.md#time) give a `SimulatedClock`',
    default: realClock,
    defaultText: 'the real one',
    check: requireClock,
  }),
  /**
   * Aborting it closes the server, as by `close()`. A signal that is aborted already makes
   * `create*` reject with its reason.
   * @default none
   */
  signal: optional<AbortSignal>({
    doc: 'an `AbortSignal` that closes the server',
    defaultText: 'none',
    check: requireSignal,
  }),
}

/**
 * Options of `Server.createSock`. A wrong one is a `TypeError` or `RangeError` that names it,
 * before anything is opened.
 *
 * @example
 * const options: ServerOptions = {
 *   maxConnections: 100,
 *   onHandlerError: (address, error) => console.warn(address, error),
 * }
 */
export interface ServerOptions
  extends OptionsOf<typeof serverTable>,
    OptionsOf<typeof deadlineTable>,
    OptionsOf<typeof admissionTable>,
    OptionsOf<typeof socketTable>,
    OptionsOf<typeof sockTable> {}

/** The options with their defaults filled in. */
export interface Settings
  extends SettingsOf<typeof serverTable>,
    SettingsOf<typeof admissionTable>,
    DeadlineSettings {
  socket: SocketSettings
  /** In milliseconds; `Infinity` for no limit. */
  bufferAgeLimit: number
  /** `Infinity` for no limit. */
  maxBufferedBytes: number
}

/** Checks the options and fills in the defaults. Opens nothing. */
export function parseOptions(options: ServerOptions = {}): Settings {
  requireOptionsOf(
    { ...serverTable, ...admissionTable, ...deadlineTable, ...socketTable, ...sockTable },
    options,
  )
  if (options.tls !== undefined && options.highWaterMark !== undefined) {
    invalid('highWaterMark', 'undefined with tls, on whose sockets it has no effect', options.highWaterMark)
  }
  return {
    ...readOptions(serverTable, options),
    ...readOptions(deadlineTable, options),
    ...readOptions(admissionTable, options),
    socket: readOptions({ ...socketTable, ...sockTable }, options),
    bufferAgeLimit: Infinity,
    maxBufferedBytes: Infinity,
  }
}

function defaultMaxConnections(): number {
  const limit = softDescriptorLimit()
  return Number.isFinite(limit)
    ? Math.max(1, Math.floor(limit * SHARE_OF_DESCRIPTORS))
    : Number.MAX_SAFE_INTEGER
}
