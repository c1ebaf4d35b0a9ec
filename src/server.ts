// The facade. It sends events and reads snapshots; it decides nothing.
import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import type { ActorRefFrom } from 'xstate'
import {
  DRAIN_TIMEOUT,
  type ListenerCommand,
  type ListenerContext,
  type listenerMachine,
  type PauseStrategy,
} from '../machines/index.ts'
import { Acceptor } from './acceptor/acceptor.ts'
import { type AddressRules, requireAllow, requireBlock } from './admission/address-rules.ts'
import { type Address, formatAddress } from './common/address.ts'
import type { ClientError } from './common/client-error.ts'
import { InvalidOptionError, ServerClosedError } from './common/errors.ts'
import { outermost } from './common/state.ts'
import { nextTick } from './common/timers.ts'
import { until } from './common/until.ts'
import { requireBoolean, requireDuration, requireFunction, requireOptions } from './common/validate.ts'
import type { Connection } from './connection/connection.ts'
import { type Handler, type Serve, type SocketHandler, wantedSocketsOf } from './connection/handler.ts'
import {
  type Described,
  describeServer,
  inspectServer,
  type StylizedOptions,
} from './describe/server-text.ts'
import type { DrainResult } from './listener/drain.ts'
import { type Dropped, Listener, type ListenerOutput } from './listener/listener.ts'
import { type CreateOptions, parseCreateOptions } from './options/create-options.ts'
import { assertPauseStrategy, resolvePauseStrategy } from './options/pause-strategy.ts'
import { parseOptions, type ServerOptions, type Settings } from './options/server-options.ts'
import { type ListeningOn, parseWhere, type Target, type WhereToListen } from './options/where-to-listen.ts'
import { loadDuplicate } from './os/duplicate.ts'
import { loadLibc } from './os/libc.ts'
import { hasPeerAll } from './os/send-queue.ts'
import type { Handshakes } from './preface/handshakes.ts'
import { type ContextOptions, requireContext } from './preface/tls-options.ts'

/** The outer state of a server's chart. The inner states are in the snapshot of `server.actor`. */
export type ServerState = 'listening' | 'accept-paused' | 'dropping' | 'closing' | 'closed'

/** The events of a server, with the arguments of their listeners. */
export interface ServerEvents {
  /**
   * A handler has failed and the policy raised: the server is closing. Without a listener, the
   * error is an uncaught exception. Or an `OutageError`: the server cannot accept for now, and
   * keeps trying. Without a listener, it is a warning.
   */
  error: [error: Error]
  /**
   * A connection was accepted and closed at once, without a handler; `reason` says why: the server
   * drops all of them (`setDropIncomingConnections`), or a rule of the options keeps this one out.
   */
  drop: [dropped: Dropped]
  /**
   * A client did something wrong before its handler was called; its connection is being closed. The
   * address is that of the peer, or of the client where a proxy had named it. Nothing needs to be
   * done, and nobody need listen.
   */
  clientError: [error: ClientError, address: Address]
  /**
   * The server is full and stops accepting. Emitted at most once a minute. The limit and the number
   * of connections are those by which it became full; `numWaiting` is `server.numWaiting` as it is
   * told.
   */
  limit: [counts: { maxConnections: number; numConnections: number; numWaiting: number | undefined }]
}

/**
 * The listener's XState actor. It stays active when the server is closed, since handlers may still
 * run: wait for `snapshot.matches({ closed: 'drained' })` rather than for its end.
 */
export interface ServerActor extends Omit<ActorRefFrom<typeof listenerMachine>, 'send'> {
  /**
   * Sends a command, as the methods of the server do. Throws a `TypeError` or `RangeError` for a
   * wrong one, and for the chart's other events, which are reports. An event that another actor
   * sends by `sendTo` throws in that actor.
   */
  send(event: ListenerCommand): void
  /** It is started; a further call does nothing. */
  start(): void
  /** Throws an `ActorNotStoppableError`: use `close`, or `drain`. The chart goes on until then. */
  stop(): void
}

/**
 * A TCP server whose behaviour is a statechart, with the semantics of Jane Street Async's
 * `Tcp.Server`.
 *
 * @example
 * ```ts
 * await using server = await Server.create(7000, async (_address, reader, writer) => {
 *   for await (const line of reader.lines()) writer.writeLine(line)
 * })
 * console.log(String(server)) // where it listens, its state, its counts
 * ```
 */
export class Server<Where extends WhereToListen = WhereToListen> extends EventEmitter<ServerEvents> {
  readonly #listener: Listener
  readonly #handshakes: Handshakes | undefined
  readonly #acceptor: Acceptor

  /**
   * Starts a server; resolves once it is ready to accept.
   *
   * `handler` is called for each client, with the peer's address, the `net.Socket` and the
   * connection, but never before the code that awaits this has its server. When its promise
   * settles, by success or failure, what was written is flushed, FIN is sent, and the peer's FIN is
   * awaited, so that the peer gets the whole answer even if it still sends; see `flushTimeout` and
   * `lingerTimeout`. Later writes to the socket are dropped, with an error for their callbacks.
   *
   * Rejects with a `TypeError` or `RangeError` that names the option, before anything is opened;
   * with Node's own error (`EADDRINUSE`, `EACCES`…) where it cannot listen; with a
   * `HoldUnavailableError` or a `RebindUnavailableError` where the machine cannot do as
   * `pauseStrategy` says; with the signal's reason if it was aborted. Nothing is left open then.
   * `port: 0` is tried up to 10 times.
   *
   * From Async's `Tcp.Server.create_sock`.
   *
   * @example
   * ```ts
   * const server = await Server.createSock(
   *   { port: 7000, host: '127.0.0.1' },
   *   async (_address, socket) => {
   *     await pipeline(socket, socket)
   *   },
   *   { maxConnections: 100, onHandlerError: (address, error) => console.warn(address, error) },
   * )
   * ```
   */
  static async createSock<const Where extends WhereToListen>(
    where: Where,
    handler: SocketHandler,
    options: ServerOptions = {},
  ): Promise<Server<Where>> {
    const target = parseWhere(where)
    requireFunction('handler', handler)
    const settings = parseOptions(options)
    Object.assign(settings.socket, wantedSocketsOf(handler))
    return Server.#start<Where>(target, settings, (connection, socket) =>
      handler(connection.address, socket, connection),
    )
  }

  /**
   * Starts a server whose handlers get a `Reader` and a `Writer` of their client; otherwise as
   * `createSock`.
   *
   * When the handler's promise settles, the writer is flushed and FIN is sent, then the reader is
   * closed. The same happens when the peer has left (see `Writer.consumerLeft`): the handler then
   * counts as having succeeded, and is forgotten. A forgotten handler is not stopped: its reads
   * find the end, its writes are dropped, and its failure is published on
   * `xstate-tcp:handler.late-failure`.
   *
   * From Async's `Tcp.Server.create`.
   *
   * @example
   * ```ts
   * const where = { path: '/run/app.sock' }
   * const server = await Server.create(where, async (_address, reader, writer) => {
   *   const name = await reader.readLine({ maxLength: 100 })
   *   if (name !== null) writer.writeLine(`hello, ${name}`)
   * })
   * ```
   */
  static async create<const Where extends WhereToListen>(
    where: Where,
    handler: Handler,
    options: CreateOptions = {},
  ): Promise<Server<Where>> {
    const target = parseWhere(where)
    requireFunction('handler', handler)
    const settings = parseCreateOptions(options)
    return Server.#start<Where>(target, settings, (connection, socket) => {
      const { reader, writer } = connection.openStreams(socket, settings)
      return handler(connection.address, reader, writer, connection)
    })
  }

  static async #start<Where extends WhereToListen>(
    target: Target,
    settings: Settings,
    serve: Serve,
  ): Promise<Server<Where>> {
    settings.signal?.throwIfAborted()
    const [duplicate, libc] = await Promise.all([loadDuplicate(), loadLibc()])
    const asked = settings.pauseStrategy
    const expected = resolvePauseStrategy(asked, target, duplicate !== undefined)
    const { backlog, maxAcceptsPerBatch, socket, signal, clock } = settings
    const options = { backlog, maxAcceptsPerBatch, socket, duplicate, libc, clock }
    const acceptor = await Acceptor.listen(target, options)
    let pauseStrategy = expected
    try {
      signal?.throwIfAborted()
      if (duplicate && !acceptor.canHold) pauseStrategy = resolvePauseStrategy(asked, target, false)
    } catch (error) {
      acceptor.close()
      throw error
    }
    return new Server<Where>({
      target,
      acceptor,
      settings,
      pauseStrategy,
      canHold: acceptor.canHold,
      hasPeerAll: (fd) => hasPeerAll(fd, libc),
      serve,
    })
  }

  private constructor(parts: Parts) {
    super()
    // JavaScript knows no private constructors.
    if (!(parts?.acceptor instanceof Acceptor)) {
      throw new TypeError('new Server() makes no server; use await Server.create or Server.createSock')
    }
    const { target, acceptor, settings, pauseStrategy, canHold, hasPeerAll, serve } = parts
    this.#acceptor = acceptor
    this.#handshakes = settings.tls
    const output: ListenerOutput = {
      error: (error) => {
        if (this.listenerCount('error') === 0) hintAtPolicy(acceptor.address)
        this.#emitSoon('error', error)
      },
      outage: (error, warning) => {
        if (this.listenerCount('error') > 0) this.#emitSoon('error', error)
        else if (warning) process.emitWarning(error.message, warning)
        else process.emitWarning(error)
      },
      drop: (addresses) => {
        if (this.listenerCount('drop') > 0) this.#emitSoon('drop', addresses())
      },
      clientError: (error, address) => {
        if (this.listenerCount('clientError') > 0) this.#emitSoon('clientError', error, address)
      },
      limit: (reached) =>
        nextTick(() => {
          if (this.listenerCount('limit') === 0) return
          this.emit('limit', { ...reached, numWaiting: this.numWaiting })
        }),
    }
    this.#listener = new Listener({
      acceptor,
      settings,
      pauseStrategy,
      serve,
      output,
      hasPeerAll,
      assertStrategy: (asked) => assertPauseStrategy(asked, target, canHold),
    })
    this.#listener.server = this
    const { signal } = settings
    if (signal) {
      const close = () => void this.close()
      signal.addEventListener('abort', close, { once: true })
      this.#listener.onClosing = () => signal.removeEventListener('abort', close)
    }
  }

  /**
   * Not at once: effects run in the middle of a transition, where a listener's `close()` would have
   * to wait, and in a promise's continuation, where an `'error'` without a listener would become a
   * rejection instead of an exception.
   */
  #emitSoon<Name extends 'error' | 'drop' | 'clientError'>(name: Name, ...args: ServerEvents[Name]): void {
    nextTick(() => this.emit(name, ...(args as never)))
  }

  get #context(): ListenerContext {
    return this.actor.getSnapshot().context
  }

  #send(command: ListenerCommand): void {
    this.actor.send(command)
  }

  /**
   * The port that the server listens on (for `port: 0` the OS's choice), or the path of a unix
   * socket. Still readable after close.
   */
  get listeningOn(): ListeningOn<Where> {
    const { address } = this.#acceptor
    return (address.family === 'unix' ? address.path : address.port) as ListeningOn<Where>
  }

  /** The address that the server is bound to. Still readable after close. */
  get listeningOnAddress(): Address {
    return this.#acceptor.address
  }

  /**
   * The listening descriptor, for socket options for instance. `fd` is -1 while there is none
   * (closed, or paused by `rebind`), on Windows and Deno, and in a worker of `node:cluster` that
   * gets its clients from the primary process. Accepting on it directly bypasses every limit.
   *
   * It can be given to another process, as
   * `stdio: ['inherit', 'inherit', 'inherit', server.listeningSocket.fd]` of a child that serves
   * `{ fd: 3 }`: both accept then. No client is lost if this one pauses when the other is ready,
   * and drains a turn of the event loop later (`close` and `drain` destroy connections that were
   * accepted in the same turn). The file of a unix socket stays until the last process closes it
   * (on Linux; elsewhere the first one to close removes it). A `rebind` by one of them fails, as an
   * outage, while another one listens.
   */
  get listeningSocket(): { readonly fd: number } {
    return { fd: this.#acceptor.fd }
  }

  /**
   * Number of connections that have not settled: their handler runs, or their descriptor is not
   * closed yet.
   */
  get numConnections(): number {
    return this.#context.connections
  }

  /**
   * Number of clients that are connected and wait in the kernel's queue to be accepted: how many
   * stand at the door of a server that is full or paused, or whose event loop is busy. Exact, on
   * Linux with koffi. The kernel keeps `backlog` + 1 clients at most, and drops the SYN of the
   * others: they try again, and are not counted. Clients that have gone while they waited are
   * counted until it is their turn.
   *
   * `0` where no socket listens: closed, or paused by `'rebind'`. `undefined` where the OS does not
   * tell: on macOS, Windows and Deno, without koffi, in a worker of `node:cluster` that gets its
   * clients from the primary process, and for a moment while the address is bound again; on a unix
   * socket also where no netlink socket may be opened, or no descriptor is left for one. With
   * `reusePort` it is the queue of this server; on a descriptor that processes share, the queue
   * that they share.
   *
   * Reading it asks the kernel: a few microseconds on a port; on a unix socket some 50, and 30 more
   * for each thousand connections to unix sockets of the machine. Look once a second, say, and not
   * once for each connection. Nothing tells of changes.
   *
   * @example
   * ```ts
   * setInterval(() => {
   *   if (server.numWaiting) console.warn(`${server.numWaiting} clients wait`)
   * }, 1_000).unref()
   * ```
   */
  get numWaiting(): number | undefined {
    return this.#acceptor.queueLength
  }

  /**
   * The live connections that `numConnections` counts, in no particular order. An iteration sees
   * the connections that were live at its start.
   */
  get connections(): Iterable<Connection> {
    return this.#listener.connections
  }

  /**
   * Maximum number of connections at a time. Raising it serves waiting clients at once. Lowering it
   * closes no connection: `numConnections` is above it until enough have settled. Setting it throws
   * a `TypeError` or `RangeError` unless the value is an integer of at least 1.
   */
  get maxConnections(): number {
    return this.#context.maxConnections
  }

  set maxConnections(maxConnections: number) {
    this.#send({ type: 'limit.changed', maxConnections })
  }

  get state(): ServerState {
    const { value } = this.actor.getSnapshot()
    return outermost(value)
  }

  /**
   * The listener's XState actor. The methods of the server only send commands to it and read its
   * snapshot.
   */
  get actor(): ServerActor {
    return this.#listener.actor
  }

  /**
   * Stops accepting before it returns, until `resume()`; existing connections are served. A flag,
   * not a count: one `resume()` ends any number of pauses. At the limit as well, the server accepts
   * again only when neither holds.
   *
   * `strategy` is the option `pauseStrategy` unless given; the last pause's strategy is the one in
   * force. So a `rebind` closes a held socket, and a `hold` that follows a `rebind` binds again:
   * until that is done, in a later turn of the event loop, clients are refused; and as long as the
   * address is taken (an `OutageError` tells). `toString()` says which. Throws a
   * `HoldUnavailableError` or a `RebindUnavailableError` where the strategy is not possible. Does
   * nothing on a closed server; one that drops goes on dropping, and pauses when that ends.
   *
   * @example
   * ```ts
   * server.pause() // clients wait in the kernel's queue
   * server.pause({ strategy: 'rebind' }) // clients are refused
   * await server.resume() // waiting clients are served
   * ```
   */
  pause(options: { strategy?: PauseStrategy } = {}): void {
    const { strategy } = requireOptions('pause', options, ['strategy'])
    if (strategy === undefined) return this.#send({ type: 'pause' })
    this.#send({ type: 'pause', strategy })
  }

  /**
   * Ends a pause by hand. Resolves once the server listens again: at once after a hold, and where
   * the limit still keeps it from accepting; after a rebind, once the address is bound, even if
   * only to hold. Resolves also if the server is paused again or closed meanwhile, and at once
   * where nothing was paused. Never rejects: a server that cannot listen says so by an
   * `OutageError`, and keeps trying.
   */
  resume(): Promise<void> {
    this.#send({ type: 'resume' })
    return until(this.actor, () => !this.actor.getSnapshot().hasTag('reopening'))
  }

  /**
   * Whether each incoming connection is accepted and closed at once: no handler, no place, one
   * `'drop'` event. Existing connections go on. Dropping takes precedence over the limit and over a
   * pause: its purpose is that no client hangs. A second call with the same value does nothing; a
   * closed server ignores it. From Async's `set_drop_incoming_connections`.
   */
  setDropIncomingConnections(isDropping: boolean): void {
    this.#send({ type: requireBoolean('isDropping', isDropping) ? 'drop.start' : 'drop.stop' })
  }

  get isDroppingIncomingConnections(): boolean {
    return this.state === 'dropping'
  }

  /**
   * Replaces the option `allow`, for clients that come from now on; connections that are there go
   * on. Throws a `TypeError` that names the entry for a malformed one, and then the old list stays
   * in force.
   *
   * @example
   * ```ts
   * server.setAllow(['10.0.0.0/8'])
   * server.setAllow('any')
   * ```
   */
  setAllow(rules: AddressRules | 'any'): void {
    this.#listener.admission.allow = requireAllow('allow', rules)
  }

  /**
   * Replaces the option `block`, as `setAllow` does `allow`; `[]` blocks nobody.
   *
   * @example
   * ```ts
   * server.setBlock(['192.0.2.7', '198.51.100.0/24', '2001:db8::/32'])
   * ```
   */
  setBlock(rules: AddressRules): void {
    this.#listener.admission.block = requireBlock('block', rules)
  }

  /**
   * As in `net`: the server keeps its process alive, while it is paused too, until it is closed or
   * unref'd. Connections count for themselves.
   */
  ref(): this {
    this.#acceptor.ref()
    return this
  }

  /** As in `net`: the server, though not its connections, no longer keeps its process alive. */
  unref(): this {
    this.#acceptor.unref()
    return this
  }

  /**
   * Starts to close the listening socket. No handler starts from then on, not even of a connection
   * that was accepted. Resolves once the descriptor is closed: the port can be bound again at once,
   * the unix socket's file is gone. It does not wait for connections, as Node's does; see `drain`
   * and `closeFinishedAndHandlersDetermined`. Clients that still wait in the kernel's queue are
   * reset.
   *
   * With `closeExistingConnections: true` the sockets of all connections are destroyed, and the
   * promise waits until their descriptors are closed. Their handlers are not stopped, and cannot
   * be: their reads end, their writes are dropped.
   *
   * Every call returns the same promise, which never rejects; a later call has no further effect,
   * whatever its options. From Async's `close`.
   *
   * @example
   * ```ts
   * await server.close() // the port is free; connections go on
   * await server.closeFinishedAndHandlersDetermined // no handler runs any more
   * ```
   */
  close(options: { closeExistingConnections?: boolean } = {}): Promise<void> {
    const { closeExistingConnections = false } = requireOptions('close', options, [
      'closeExistingConnections',
    ])
    requireBoolean('closeExistingConnections', closeExistingConnections)
    this.#listener.ask({ type: 'close', closeExistingConnections })
    return this.closeFinished
  }

  /** The promise that `close` returns, without starting a close. From Async's `close_finished`. */
  get closeFinished(): Promise<void> {
    return this.#listener.closeFinished
  }

  /**
   * Resolves when the server is closed and no handler runs any more. Never resolves before a close,
   * nor in a handler that awaits it.
   */
  get closeFinishedAndHandlersDetermined(): Promise<void> {
    return this.#listener.drained
  }

  /**
   * True from the call of `close` on, or from the moment the error policy closed the server. From
   * Async's `is_closed`.
   */
  get isClosed(): boolean {
    return this.#listener.isClosed
  }

  /**
   * Makes the handshakes from now on use other certificates, keys and the like; connections that
   * are secure already stay as they are. What is not given is as `tls.createSecureContext` has it,
   * whatever the option `tls` had said, except that session tickets stay good, unless `ticketKeys`
   * are given. Throws the error of `node:tls` for what is no good, and then nothing has changed; a
   * `TypeError` for a server without the option `tls`.
   *
   * @example
   * ```ts
   * process.on('SIGHUP', () => server.setSecureContext({ key, cert }))
   * ```
   */
  setSecureContext(options: ContextOptions): void {
    if (!this.#handshakes)
      throw new InvalidOptionError('setSecureContext() needs a server with the option tls')
    this.#handshakes.setSecureContext(requireContext(options, this.#handshakes.hasSniCallback))
  }

  /**
   * Closes, gives the running handlers `timeout` milliseconds (default 15,000), then destroys the
   * remaining connections. Resolves with two counts when all have settled or been destroyed, even
   * if a handler never returns. Works after `close` as well. A second call returns the first one's
   * promise. Rejects with a `TypeError` or `RangeError` for a wrong `timeout`, and does nothing
   * then.
   *
   * The failure of a handler that was cut off is not raised; it is published on
   * `xstate-tcp:handler.late-failure`. A handler should not await this: it would wait for itself,
   * until it is cut off.
   *
   * @example
   * ```ts
   * process.once('SIGTERM', async () => {
   *   const { settled, destroyed } = await server.drain({ timeout: 10_000 })
   *   console.log(`${settled} finished, ${destroyed} cut off`)
   * })
   * ```
   */
  drain(options: { timeout?: number } = {}): Promise<DrainResult> {
    try {
      const { timeout = DRAIN_TIMEOUT } = requireOptions('drain', options, ['timeout'])
      requireDuration('timeout', timeout)
      this.#listener.ask({ type: 'drain', timeout })
      return this.#listener.drainFinished
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Resolves when `predicate` holds of `numConnections`: now, or at a later change. Rejects with
   * the exception of the predicate, and with a `ServerClosedError` once the server is closed and
   * its last handler has settled, since the number no longer changes then.
   */
  async waitForConnections(predicate: (numConnections: number) => boolean): Promise<void> {
    requireFunction('predicate', predicate)
    await until(this.actor, () => {
      if (predicate(this.numConnections)) return true
      if (!this.actor.getSnapshot().hasTag('drained')) return false
      throw new ServerClosedError(
        'The server is closed and has no connections left; what was waited for cannot happen any more',
      )
    })
  }

  get #described(): Described {
    const { value, context } = this.actor.getSnapshot()
    return {
      address: this.#acceptor.address,
      value,
      context,
      connections: this.connections,
      numWaiting: this.numWaiting,
      now: Date.now(),
    }
  }

  /**
   * A few lines for people: where it listens, its state and why it is in it, its counts and limit.
   * May be reworded in any release.
   */
  override toString(): string {
    return describeServer(this.#described)
  }

  /**
   * What `util.inspect` and `console.log` show: the same, in one line where the server is a part of
   * something deep.
   */
  [inspect.custom](depth: number, options: StylizedOptions): string {
    return inspectServer(this.#described, depth, options)
  }

  /** Drains with the default timeout. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain()
  }
}

let hasHinted = false

/** An uncaught exception shows what was thrown, and nothing of why that ends a server. */
function hintAtPolicy(address: Address): void {
  if (hasHinted) return
  hasHinted = true
  process.emitWarning(
    `A handler of the server on ${formatAddress(address)} failed. The server closes, and nobody listens to its 'error' event, so the error is thrown. The option onHandlerError decides this.`,
    { type: 'XstateTcpWarning', code: 'XSTATE_TCP_HANDLER_FAILED' },
  )
}

interface Parts {
  target: Target
  acceptor: Acceptor
  settings: Settings
  pauseStrategy: PauseStrategy
  canHold: boolean
  hasPeerAll: (fd: number) => boolean | undefined
  serve: Serve
}
