// The live connections: all that `numConnections` counts. Does what `machines/connections.ts`
// decides.
import { type InspectOptions, inspect } from 'node:util'
import { type ConnectionsEffects, type ConnectionTag, connectionsMachine } from '../../machines/index.ts'
import type { AddressCounts } from '../admission/address-counts.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import type { ClientError } from '../common/client-error.ts'
import { Deadlines } from '../common/deadlines.ts'
import { attempt, forEachOf } from '../common/each.ts'
import { Timeouts } from '../common/timeouts.ts'
import { setImmediate } from '../common/timers.ts'
import { invalid } from '../common/validate.ts'
import { hasDeadlines } from '../options/deadline-options.ts'
import type { Batch } from '../streams/batch.ts'
import type { WriterOwner } from '../streams/socket-writer.ts'
import { Buffers } from './buffers.ts'
import { requireConnectionCommand } from './commands.ts'
import type { Connection } from './connection.ts'
import type { ConnectionOwner, ConnectionRole, Failure } from './connection-owner.ts'
import type { ConnectionsOptions } from './connections-options.ts'
import { DeadlineWatch } from './deadline-watch.ts'
import { HandlerQueue } from './handler.ts'
import { publishLateFailure } from './late-failures.ts'
import { connectionChart, LiveConnection } from './live-connection.ts'
import { Prefaces } from './preface.ts'
import { Upgrades } from './upgrade.ts'

/**
 * How many connections are asked at once to give their places away; to ask one costs some
 * microseconds.
 */
const MOST_ASKED = 256

/** Shared by all, as events are that carry nothing. */
const SETTLED = Object.freeze({ type: 'connection.settled' })

const connectionsChart = new Chart(connectionsMachine)

export class Connections implements ConnectionsEffects, ConnectionOwner, Iterable<Connection> {
  /** The supervisor: the parent of the connections' actors. */
  readonly actor: ChartActor<typeof connectionsMachine, Connections>
  readonly role: ConnectionRole
  readonly #options: ConnectionsOptions
  readonly #flushing: Deadlines<LiveConnection>
  readonly #lingering: Deadlines<LiveConnection>
  readonly bufferAges: Deadlines<Batch<WriterOwner>> | undefined
  readonly timeouts: Timeouts
  readonly buffers: Buffers | undefined
  /**
   * No Map: one under churn keeps dead entries alive. The last moves into the place of one that
   * goes.
   */
  readonly #live: LiveConnection[] = []
  readonly #unstarted: HandlerQueue
  readonly #prefaces: Prefaces | undefined
  #watch: DeadlineWatch | undefined
  #upgrades: Upgrades | undefined
  readonly #counts: AddressCounts | undefined
  #accepted = 0
  #numDiscarded = 0
  readonly #discarded = new WeakSet<LiveConnection>()
  readonly #waitingForSockets: (() => void)[] = []
  #isLookDue = false

  constructor(options: ConnectionsOptions) {
    this.#options = options
    const { clock, bufferAgeLimit, maxBufferedBytes, flushTimeout, lingerTimeout, preface } = options
    const { serve, inContext, deadlines } = options
    this.#counts = preface.admission.counts
    if (preface.proxyProtocol || preface.handshakes) this.#prefaces = new Prefaces(clock, preface)
    this.#flushing = new Deadlines(clock, flushTimeout, (one) => one.flushExpired(), {
      isForgiving: true,
    })
    this.timeouts = new Timeouts(clock)
    if (hasDeadlines(deadlines)) this.#watch = this.#makeWatch()
    this.#unstarted = new HandlerQueue({ serve: this.#watch?.watching(serve) ?? serve, inContext })
    this.#lingering = new Deadlines(clock, lingerTimeout, (one) => one.lingerExpired())
    if (bufferAgeLimit < Infinity) {
      this.bufferAges = new Deadlines(clock, bufferAgeLimit, (batch) => batch.owner.bufferTooOld(), {
        isForgiving: true,
      })
    }
    if (maxBufferedBytes < Infinity) this.buffers = new Buffers(maxBufferedBytes, this.#live)
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
        effectsClass: Connections,
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
      effectsClass: LiveConnection,
    }
  }

  /** Live connections in a state of this kind. */
  those(tag: ConnectionTag): LiveConnection[] {
    return this.#live.filter((connection) => connection.is(tag))
  }

  get isAnyLingering(): boolean {
    return !this.#lingering.isEmpty
  }

  /**
   * Closes as many of those that linger for so many milliseconds or longer and whose peer has
   * everything, the oldest first. No more are asked than `mostAsked`.
   */
  makePlaces(count: number, milliseconds: number, mostAsked = MOST_ASKED): void {
    let left = count
    for (const connection of this.#lingering.addedBefore(milliseconds, mostAsked)) {
      if (left <= 0) return
      attempt(() => connection.yieldPlace())
      if (!connection.is('unfinished')) left--
    }
  }

  /** Connections whose handler never ran, because the server closed first. */
  get numDiscarded(): number {
    return this.#numDiscarded
  }

  /** Whether it is one of those. */
  isDiscarded(connection: LiveConnection): boolean {
    return this.#discarded.has(connection)
  }

  get bufferAgeLimit(): number {
    return this.#options.bufferAgeLimit
  }

  get isClosing(): boolean {
    return this.#options.isClosing()
  }

  /** Those that are live now; what comes and goes meanwhile makes no difference. */
  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#live.slice().values()
  }

  /** What `util.inspect` and `console.log` show: `Connections(2) [ … ]`. */
  [inspect.custom](depth: number, options: InspectOptions): string {
    const name = `Connections(${this.#live.length})`
    return depth < 0 ? `[${name}]` : `${name} ${inspect(this.#live, options)}`
  }

  toJSON(): Connection[] {
    return [...this]
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
    if (this.#counts && !this.#options.preface.admission.isProxy(connection.address)) {
      this.#counts.enter(connection, connection.address)
    }
    if (!this.#prefaces) this.#unstarted.add(connection)
    connection.actor.start()
    this.#prefaces?.begin(connection)
  }

  /** No handler starts any more. */
  discardUnstarted(): void {
    this.#unstarted.forget()
    forEachOf(this.those('unstarted'), (connection) => connection.discard())
  }

  /** To be called when none is left. */
  forgetDeadlines(): void {
    this.#flushing.clear()
    this.#lingering.clear()
    this.bufferAges?.clear()
    this.#watch?.clear()
    this.timeouts.clear()
    this.#prefaces?.clear()
    this.#upgrades?.clear()
  }

  announceClosing(): void {
    // One that is asked for its signal meanwhile, by a listener to another's, is told as well.
    while (this.#live.some((connection) => connection.isClosingUntold)) {
      forEachOf(this.#live.slice(), (connection) => connection.announceClosing())
    }
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

  readonly #tellIfSocketsAreClosed = (): void => {
    this.#isLookDue = false
    if (this.#live.some((connection) => connection.is('open'))) return
    for (const resolve of this.#waitingForSockets.splice(0)) resolve()
  }

  publishLateFailure({ connection, error }: { connection: unknown; error: unknown }): void {
    publishLateFailure(connection as Connection, error)
  }

  // What a connection asks of the collection that holds it.

  startFlushing(connection: LiveConnection): void {
    connection.flushDeadline = this.#flushing.add(connection)
  }

  startLingering(connection: LiveConnection): void {
    this.lingerOn(connection)
    this.#options.onLingering()
  }

  lingerOn(connection: LiveConnection): void {
    if (connection.lingerDeadline) this.#lingering.delete(connection.lingerDeadline)
    connection.lingerDeadline = this.#lingering.add(connection)
  }

  setIdleTimeout(connection: LiveConnection, milliseconds: number): void {
    this.#watch ??= this.#makeWatch()
    this.#watch.setIdleTimeout(connection, milliseconds)
  }

  #makeWatch(): DeadlineWatch {
    const { clock, deadlines } = this.#options
    return new DeadlineWatch(clock, deadlines, this.timeouts, this.#live)
  }

  startGrace(connection: LiveConnection): void {
    this.#watch?.startGrace(connection)
  }

  get upgrades(): Upgrades {
    this.#upgrades ??= new Upgrades(this.#options.clock, this.#options.preface.prefaceTimeout)
    return this.#upgrades
  }

  hasPeerAll(fd: number): boolean | undefined {
    return this.#options.hasPeerAll(fd)
  }

  socketClosed(connection: LiveConnection): void {
    const { flushDeadline, lingerDeadline } = connection
    if (flushDeadline) this.#flushing.delete(flushDeadline)
    if (lingerDeadline) this.#lingering.delete(lingerDeadline)
    connection.flushDeadline = undefined
    connection.lingerDeadline = undefined
    // Many close in one turn, and to look at all of them each time would take a second.
    if (this.#waitingForSockets.length === 0 || this.#isLookDue) return
    this.#isLookDue = true
    setImmediate(this.#tellIfSocketsAreClosed)
  }

  queueHandler(connection: LiveConnection): void {
    if (connection.preface) this.#unstarted.addRead(connection)
    else this.#unstarted.add(connection)
  }

  clientFailed({ address }: LiveConnection, error: unknown): void {
    this.#options.onClientError(error as ClientError, address)
  }

  denied(connection: LiveConnection): void {
    this.#options.onDenied(connection)
  }

  discarded(connection: LiveConnection): void {
    this.#numDiscarded++
    this.#discarded.add(connection)
  }

  failedLate(connection: LiveConnection, error: unknown): void {
    this.actor.receive({ type: 'handler.failed', connection, error })
  }

  settled(connection: LiveConnection, failure: Failure | undefined): void {
    const last = this.#live.pop()
    if (last) this.#watch?.leave(connection, last.slot)
    if (last && last !== connection) {
      this.#live[connection.slot] = last
      last.slot = connection.slot
    }
    this.#counts?.leave(connection)
    this.#options.report(SETTLED)
    if (failure) {
      const { address } = connection
      this.#options.report({ type: 'handler.failed', error: failure.error, address })
    }
  }
}
