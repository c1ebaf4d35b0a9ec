// The public interface of a connection.
import type { ActorRefFrom } from 'xstate'
import type { connectionMachine } from '../../machines/index.ts'
import type { Address } from '../common/address.ts'
import type { ProxyHeader } from '../preface/header.ts'
import type { TlsInfo } from '../preface/tls-info.ts'
import type { TlsServerOptions } from '../preface/tls-options.ts'

/** The outer state of a connection's chart. */
export type ConnectionState = 'accepted' | 'preface' | 'serving' | 'abandoned' | 'closing' | 'closed'

/**
 * A connection's XState actor: a child of `server.actor.system.get('connections')`, with the id
 * `connection-17` if it is the 17th. It is there from accept to end, and its snapshot can be read
 * after that.
 */
export interface ConnectionActor extends Omit<ActorRefFrom<typeof connectionMachine>, 'send'> {
  /**
   * Sends `destroy`, as the method does. Throws a `TypeError` for anything else: the chart's other
   * events are reports. An event that another actor sends by `sendTo` throws in that actor.
   */
  send(event: { type: 'destroy'; error?: Error }): void
  /** It is started; a further call does nothing. */
  start(): void
  /** Throws an `ActorNotStoppableError`: use `destroy`. */
  stop(): void
}

/** A connection: the last argument of a handler, and an item of `server.connections`. */
export interface Connection {
  /**
   * Counts from 1 for each server, in the order of acceptance. Its actor's id has the same number.
   */
  readonly id: number
  /** The client: the peer, or whom a header of the PROXY protocol names. */
  readonly address: Address
  /** Who has connected to this server: a proxy, or the client itself. */
  readonly peerAddress: Address
  /**
   * What a header of the PROXY protocol says; undefined where none was read, or not yet. See the
   * option `proxyProtocol`.
   */
  readonly proxy: ProxyHeader | undefined
  /**
   * What the TLS handshake has led to; undefined without one, or before it. See the option `tls`,
   * and `startTls`.
   */
  readonly tls: TlsInfo | undefined
  /**
   * `'accepted'`: the handler has not started yet; `'preface'`: nor has it, and the peer has to
   * say something first; `'serving'`: it runs on an open socket; `'abandoned'`: the socket is gone
   * and the handler still runs; `'closing'`: the handler has settled or was forgotten, the socket
   * is being flushed and closed; `'closed'`: settled.
   */
  readonly state: ConnectionState
  readonly actor: ConnectionActor
  /**
   * Aborted when Node notices that the socket is gone. After the peer's FIN only a write or a reset
   * tells. While no data is read, at most a full buffer is taken from the OS, and an end behind it
   * is not noticed. Its reason is the error given to `destroy`, if any, or an `AbortError`; that is
   * a client's doing, by `isClientError`, if the client has left.
   */
  readonly signal: AbortSignal
  /**
   * Aborted when the server starts to close, or the connection is as old as `maxConnectionAge` lets
   * it become: time to say goodbye. A handler that fails with its reason has done so, and has not
   * failed: the error policy does not hear of it.
   */
  readonly closing: AbortSignal
  /**
   * Bytes received so far, a header of a proxy included; still readable when the connection is
   * closed.
   */
  readonly bytesRead: number
  /**
   * Bytes written so far, buffered ones included; still readable when the connection is closed.
   */
  readonly bytesWritten: number
  /** When it was accepted, in milliseconds since the epoch. */
  readonly acceptedAt: number
  /**
   * Sets the idle time of this connection, in milliseconds from now on, in place of the server's
   * `idleTimeout` or of what was set before: whether the server has that option or not. `Infinity`
   * or `0` is no limit, for instance while a handler works for long. Throws a `TypeError` or
   * `RangeError` for anything else that is no number from 1. Does nothing once the handler has
   * settled.
   */
  setIdleTimeout(milliseconds: number): void
  /**
   * Closes the socket at once; buffered data is lost. `error`, if given, is emitted on
   * the socket and is the reason of `signal`. `state` and `signal` change when the descriptor is
   * closed, in a later turn. The handler is not stopped, and keeps its place until it settles.
   * That it fails with what this has led to (the reason of `signal`, or an error caused by it) is
   * no failure: the error policy does not hear of it. A second call does nothing.
   */
  destroy(error?: Error): void
}

/** The connection of a handler that reads and writes by a `Reader` and a `Writer`. */
export interface StreamConnection extends Connection {
  /**
   * Goes on with TLS, as `STARTTLS` of mail and other protocols does. Resolves once the handshake
   * is done, and the client is authorized where `rejectUnauthorized` asks for it. Reader and writer
   * stay the same objects, and all that is said of them holds. To be called as soon as the client
   * was told to begin, in the same turn of the event loop; there is no need to flush before.
   *
   * What was written before is sent in plaintext. What is written while this is pending waits, and
   * is sent in secret. `options` are those of `ServerOptions.tls`. What they hold is parsed once
   * for each server, as long as they are the same object or have the same values: functions, and
   * buffers, are to be made outside of the handler. Sessions are resumed among connections with the
   * same options. `setSecureContext` is for the option `tls` alone: for other certificates, give
   * others.
   *
   * Whenever it rejects, but for wrong `options`, the connection is cut off, and nothing more is
   * read from it. It rejects:
   *
   * - with a `ClientError` if the handshake fails, or the client has sent something ahead of it
   *   (`'ERR_STARTTLS_INJECTION'`: what was read in plaintext must not be taken for what comes by
   *   TLS), or has left, or `prefaceTimeout` is over since the call. No `'clientError'` is emitted:
   *   if the handler does not catch it, it has failed, and the error policy hears of it, which can
   *   tell by `isClientError`.
   * - with a `ReadPendingError` while a read is pending, and a `WriterClosedError` after
   *   `writer.close()`.
   * - with a `StartTlsError` the second time, or with the option `tls`; if this side closes the
   *   connection meanwhile, as `destroy` and `drain` do; and if the handler has settled.
   * - with a `TypeError`, or the error of `node:tls`, for options that are no good. Nothing has
   *   happened to the connection then.
   *
   * @example
   * ```ts
   * const material = { key, cert }
   *
   * await Server.create(7000, async (_address, reader, writer, connection) => {
   *   for await (const line of reader.lines({ maxLength: 1000 })) {
   *     if (line !== 'STARTTLS') writer.writeLine(connection.tls ? `secret ${line}` : line)
   *     else {
   *       writer.writeLine('go on')
   *       await connection.startTls(material)
   *     }
   *   }
   * })
   * ```
   */
  startTls(options: TlsServerOptions): Promise<TlsInfo>
}

/**
 * A message of the diagnostics channel `xstate-tcp:handler.late-failure`: a second failure of a
 * handler, a failure after its connection has settled, or the failure of a handler that the server
 * itself has cut off, or that follows from `destroy` or `closing`. It changes nothing, but must not
 * go unseen.
 */
export interface LateFailure {
  readonly connection: Connection
  readonly error: unknown
}
