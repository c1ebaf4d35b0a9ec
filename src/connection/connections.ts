// The live connections: all that `numConnections` counts. Does what `machines/connections.ts`
// decides.
import type { Socket } from 'node:net'
import { type ConnectionsEffects, connectionsMachine, type ListenerReport } from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import type { AnyChartActor } from '../chart/children.ts'
import type { System } from '../chart/system.ts'
import type { Address } from '../common/address.ts'
import type { Clock } from '../common/clock.ts'
import { Deadlines } from '../common/deadlines.ts'
import { attempt, forEachOf } from '../common/each.ts'
import { setImmediate } from '../common/timers.ts'
import { invalid } from '../common/validate.ts'
import type { Batch } from '../streams/batch.ts'
import type { WriterOwner } from '../streams/socket-writer.ts'
import { requireConnectionCommand } from './commands.ts'
import type { Connection } from './connection.ts'
import { runHandler } from './handler.ts'
import {
  type ConnectionOwner,
  type ConnectionRole,
  connectionChart,
  type Failure,
  LiveConnection,
} from './live-connection.ts'

/**
 * How many connections are asked at once to give their places away; to ask one costs some
 * microseconds.
 */
const MOST_ASKED = 256

const connectionsChart = new Chart(connectionsMachine)

/** Calls a user's handler. */
export type Serve = (connection: LiveConnection, socket: Socket) => unknown

export interface ConnectionsOptions {
  /** The server's own address. */
  address: Address
  system: System
  /** The listener's actor. */
  parent: AnyChartActor
  clock: Clock
  /** In milliseconds; `Infinity` for no limit. */
  bufferAgeLimit: number
  /** Both in milliseconds. */
  flushTimeout: number
  lingerTimeout: number
  /**
   * Whether the peer of a socket has taken everything, FIN included; `undefined` where nobody can
   * say.
   */
  hasPeerAll: (fd: number) => boolean | undefined
  /** A connection has begun to linger. */
  onLingering: () => void
  serve: Serve
  /**
   * Runs handlers where the server was created, as far as `AsyncLocalStorage` sees it; not where
   * some other client made room.
   */
  inContext: (callback: () => void) => void
  report: (event: ListenerReport) => void
  /** The accepted socket that the listener has found a place for. */
  takeOffered: () => Socket | undefined
}

export class Connections implements ConnectionsEffects, ConnectionOwner, Iterable<Connection> {
  /** The supervisor: the parent of the connections' actors. */
  readonly actor: ChartActor<typeof connectionsMachine, Connections>
  readonly role: ConnectionRole
  readonly #options: ConnectionsOptions
  readonly #flushing: Deadlines<LiveConnection, 'flushDeadline'>
  readonly #lingering: Deadlines<LiveConnection, 'lingerDeadline'>
  readonly bufferAges: Deadlines<Batch<WriterOwner>> | undefined
  /**
   * No Map: one under churn keeps dead entries alive. The last moves into the place of one that
   * goes.
   */
  readonly #live: LiveConnection[] = []
  #unstarted: LiveConnection[] = []
  #nextUnstarted = 0
  #accepted = 0
  #discarded = 0
  #openSockets = 0
  #isClosing = false
  readonly #waitingForSockets: (() => void)[] = []
  #hasWarned = false

  constructor(options: ConnectionsOptions) {
    this.#options = options
    const { clock, bufferAgeLimit, flushTimeout, lingerTimeout } = options
    this.#flushing = new Deadlines(clock, flushTimeout, 'flushDeadline', (one) => one.flushExpired(), {
      isForgiving: true,
    })
    this.#lingering = new Deadlines(clock, lingerTimeout, 'lingerDeadline', (one) => one.lingerExpired())
    if (bufferAgeLimit < Infinity) {
      this.bufferAges = new Deadlines(
        clock,
        bufferAgeLimit,
        'deadline',
        (batch) => batch.owner.bufferTooOld(),
        {
          isForgiving: true,
        },
      )
    }
    const { system, parent } = options
    this.actor = new ChartActor<typeof connectionsMachine, Connections>(
      {
        chart: connectionsChart,
        system,
        parent,
        src: 'connections',
        systemId: 'connections',
        nameOf: () => 'connections',
        check: (event) => invalid('What is sent to the actor of the connections', 'nothing', event),
        insteadOfStop: 'server.close()',
      },
      this,
    )
    this.role = {
      chart: connectionChart,
      system,
      parent: this.actor,
      src: 'connection',
      nameOf: ({ id }) => `connection-${id}`,
      check: requireConnectionCommand,
      insteadOfStop: 'connection.destroy()',
    }
  }

  /**
   * Those live ones that are not over but for their descriptor: the handler runs or may yet run, or
   * the peer may lack something.
   */
  get unfinished(): LiveConnection[] {
    return this.#live.filter((connection) => !connection.isDiscarded && !connection.isEnding)
  }

  get isAnyLingering(): boolean {
    return !this.#lingering.isEmpty
  }

  /**
   * Closes as many of those that linger for so many milliseconds or longer and whose peer has
   * everything, the oldest first.
   */
  makePlaces(count: number, milliseconds: number): void {
    let left = count
    for (const connection of this.#lingering.addedBefore(milliseconds, MOST_ASKED)) {
      if (left <= 0) return
      attempt(() => connection.yieldPlace())
      if (connection.isEnding) left--
    }
  }

  /** Connections whose handler never ran, because the server closed first. */
  get discarded(): number {
    return this.#discarded
  }

  get bufferAgeLimit(): number {
    return this.#options.bufferAgeLimit
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** Those that are live now; what comes and goes meanwhile makes no difference. */
  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#live.slice().values()
  }

  /**
   * Makes a connection of the accepted socket. Its handler starts after this turn's accepting is
   * done.
   */
  spawnConnection(): void {
    const socket = this.#options.takeOffered()
    if (!socket) return
    const connection = new LiveConnection(++this.#accepted, socket, this.#options.address, this)
    connection.slot = this.#live.push(connection) - 1
    this.#openSockets++
    if (this.#unstarted.push(connection) === 1) setImmediate(this.#startHandlers)
    connection.actor.start()
  }

  /** No handler starts any more. */
  discardUnstarted(): void {
    const unstarted = this.#forgetUnstarted()
    this.#discarded += unstarted.length
    forEachOf(unstarted, (connection) => connection.discard())
  }

  /** To be called when none is left. */
  forgetDeadlines(): void {
    this.#flushing.clear()
    this.#lingering.clear()
    this.bufferAges?.clear()
  }

  announceClosing(): void {
    this.#isClosing = true
    forEachOf(this.#live.slice(), (connection) => connection.announceClosing())
  }

  /** The server's own doing: what handlers make of it is no failure of theirs. */
  cutAll(): void {
    forEachOf(this.#live.slice(), (connection) => connection.cut())
  }

  /** Resolves once no socket is open. */
  socketsClosed(): Promise<void> {
    return new Promise((resolve) => {
      this.#waitingForSockets.push(resolve)
      this.#tellIfSocketsAreClosed()
    })
  }

  #tellIfSocketsAreClosed(): void {
    if (this.#openSockets > 0) return
    for (const resolve of this.#waitingForSockets.splice(0)) resolve()
  }

  readonly #startHandlers = (): void => this.#options.inContext(this.#drainUnstarted)

  readonly #drainUnstarted = (): void => {
    const { serve } = this.#options
    while (this.#nextUnstarted < this.#unstarted.length) {
      const connection = this.#unstarted[this.#nextUnstarted++] as LiveConnection
      const { socket } = connection
      if (!socket) continue
      attempt(() => runHandler(() => serve(connection, socket), connection, this.#warnOnce))
    }
    this.#forgetUnstarted()
  }

  /**
   * Those whose handler has not been started; a handler that closes the server ends the draining by
   * this.
   */
  #forgetUnstarted(): LiveConnection[] {
    const unstarted = this.#unstarted.slice(this.#nextUnstarted)
    this.#unstarted = []
    this.#nextUnstarted = 0
    return unstarted
  }

  readonly #warnOnce = (): void => {
    if (this.#hasWarned) return
    this.#hasWarned = true
    process.emitWarning(
      'A handler returned no promise, so its connection is closed at once. Did you forget "async"?',
      { type: 'XstateTcpWarning', code: 'XSTATE_TCP_HANDLER_WITHOUT_PROMISE' },
    )
  }

  // What a connection asks of the collection that holds it.

  startFlushing(connection: LiveConnection): void {
    this.#flushing.add(connection)
  }

  startLingering(connection: LiveConnection): void {
    this.#lingering.add(connection)
    this.#options.onLingering()
  }

  lingerOn(connection: LiveConnection): void {
    this.#lingering.add(connection)
  }

  hasPeerAll(fd: number): boolean | undefined {
    return this.#options.hasPeerAll(fd)
  }

  socketClosed(connection: LiveConnection): void {
    this.#openSockets--
    this.#flushing.delete(connection)
    this.#lingering.delete(connection)
    this.#tellIfSocketsAreClosed()
  }

  settled(connection: LiveConnection, failure: Failure | undefined): void {
    const last = this.#live.pop()
    if (last && last !== connection) {
      this.#live[connection.slot] = last
      last.slot = connection.slot
    }
    this.#options.report({ type: 'connection.settled' })
    if (failure) {
      const { address } = connection
      this.#options.report({ type: 'handler.failed', error: failure.error, address })
    }
  }
}
