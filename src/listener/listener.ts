// Does what `machines/listener.ts` decides.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import {
  type ListenerEffects,
  type ListenerEvent,
  type ListenerReport,
  listenerMachine,
  type PauseStrategy,
} from '../../machines/index.ts'
import type { Acceptor, AcceptorOwner } from '../acceptor/acceptor.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import { System } from '../chart/system.ts'
import { type Address, type Ends, formatAddress, localAddress, remoteAddress } from '../common/address.ts'
import { type Clock, nowOf, unrefTimer } from '../common/clock.ts'
import { asError, DescriptorsExhaustedError, OutageError } from '../common/errors.ts'
import { Connections } from '../connection/connections.ts'
import type { Serve } from '../connection/handler.ts'
import { refuseSocket } from '../connection/ignored-errors.ts'
import type { Settings } from '../options/server-options.ts'
import { requireCommand } from './commands.ts'
import { applyErrorPolicy } from './error-policy.ts'

/** What the facade emits for the listener. */
export interface ListenerOutput {
  error(error: Error): void
  /** Where nobody listens, it is warned of: with this type and code, if any. */
  outage(error: OutageError, warning?: { type: string; code: string }): void
  /** `addresses` can be read until this returns. */
  drop(addresses: () => { local: Address; remote: Address }): void
  limit(): void
}

export interface ListenerOptions {
  /** It listens already. */
  acceptor: Acceptor
  settings: Settings
  pauseStrategy: PauseStrategy
  serve: Serve
  output: ListenerOutput
  /**
   * Whether the peer of a socket has taken everything, FIN included; `undefined` where nobody can
   * say.
   */
  hasPeerAll: (fd: number) => boolean | undefined
  /** Throws where a strategy that a user asks for cannot be done. */
  assertStrategy: (strategy: PauseStrategy) => void
}

const FIRST_RETRY = 10
const LONGEST_RETRY = 1_000
const LEAST_TIME_BETWEEN_LIMITS = 60_000
/**
 * Between two looks at the queue of a full server, and the least time that a peer which has
 * everything is given to end its side: a wait that a client hardly notices, and a hundred times
 * what an honest peer near by needs.
 */
const TIME_BETWEEN_LOOKS = 100
/**
 * A server at its limit runs out with each connection and recovers when it settles: one outage,
 * until it is well for so long.
 */
const LEAST_TIME_BETWEEN_EXHAUSTIONS = 10_000
const EXHAUSTION_WARNING = { type: 'XstateTcpWarning', code: 'XSTATE_TCP_DESCRIPTORS_EXHAUSTED' }

const listenerChart = new Chart(listenerMachine)

export class Listener implements ListenerEffects, AcceptorOwner {
  readonly actor: ChartActor<typeof listenerMachine, Listener>
  /** Made when the chart spawns it. */
  connections!: Connections
  /** The facade, as soon as it is there: inspectors ask for it. */
  server: unknown
  readonly closeFinished: Promise<void>
  readonly drained: Promise<void>
  readonly #acceptor: Acceptor
  readonly #settings: Settings
  readonly #output: ListenerOutput
  readonly #clock: Clock
  #retryTimer: unknown
  #queueTimer: unknown
  #isWatchingQueue = false
  #isHastening = false
  #limitToldAt = -Infinity
  #exhaustedAt = -Infinity
  #lostAt = -Infinity
  /**
   * The sockets that the chart is being asked about, one for each offer that it has not answered
   * yet.
   */
  readonly #offered: (Socket | undefined)[] = []
  #announceClosed!: () => void
  #announceDrained!: () => void
  #onClosing: () => void = () => {}

  constructor({
    acceptor,
    settings,
    pauseStrategy,
    serve,
    output,
    assertStrategy,
    hasPeerAll,
  }: ListenerOptions) {
    this.#acceptor = acceptor
    this.#settings = settings
    this.#output = output
    this.#clock = settings.clock
    this.closeFinished = new Promise((resolve) => {
      this.#announceClosed = resolve
    })
    this.drained = new Promise((resolve) => {
      this.#announceDrained = resolve
    })
    const { inspect, clock, maxConnections, bufferAgeLimit, flushTimeout, lingerTimeout } = settings
    const system = new System(clock, inspect)
    this.actor = new ChartActor<typeof listenerMachine, Listener>(
      {
        chart: listenerChart,
        system,
        input: { maxConnections, pauseStrategy },
        nameOf: () => 'listener',
        check: (event) => requireCommand(event, assertStrategy),
        insteadOfStop: 'server.close()',
        spawn: (_src, _id, parent) => {
          this.connections = new Connections({
            address: acceptor.address,
            system,
            parent,
            clock,
            bufferAgeLimit,
            flushTimeout,
            lingerTimeout,
            hasPeerAll,
            onLingering: () => this.#lookLater(),
            serve,
            inContext: AsyncLocalStorage.snapshot(),
            isClosing: () => this.actor.shared.matches('closing') || this.actor.shared.matches('closed'),
            report: (event) => this.report(event),
            takeOffered: () => this.#offered.shift(),
          })
          return this.connections.actor
        },
      },
      this,
    )
    this.actor.start()
    if (settings.dropIncomingConnections) this.actor.send({ type: 'drop.start' })
    acceptor.owner = this
  }

  /** Runs `callback` when the server starts to close. */
  set onClosing(callback: () => void) {
    this.#onClosing = callback
  }

  // What the acceptor, the connections and the error policy tell.

  offer(socket: Socket): void {
    this.#offer(socket)
  }

  #offer(socket: Socket | undefined): void {
    this.#offered.push(socket)
    this.#send({ type: 'connection.offered' })
  }

  get isRefusing(): boolean {
    const { value } = this.actor.getSnapshot()
    return typeof value === 'object' && 'dropping' in value
  }

  get isNextTheLast(): boolean {
    const { value, context } = this.actor.getSnapshot()
    return value === 'listening' && context.connections + 1 >= context.maxConnections
  }

  disconnected(): void {
    this.#send({ type: 'close' })
  }

  refused(ends: Ends): void {
    this.#offer(undefined)
    const { address } = this.#acceptor
    this.#output.drop(() => ({ local: localAddress(ends, address), remote: remoteAddress(ends, address) }))
  }

  report(event: ListenerReport): void {
    this.#send(event)
  }

  #send(event: ListenerEvent): void {
    this.actor.receive(event)
  }

  // What the chart asks for.

  refuseConnection(): void {
    const socket = this.#offered.shift()
    if (socket) refuseSocket(socket)
  }

  startAccepting(): void {
    this.#acceptor.start()
  }

  stopAccepting({ strategy }: { strategy: PauseStrategy }): void {
    this.#acceptor.stop(strategy)
  }

  bindToHold(): void {
    this.#acceptor.bindToHold()
  }

  scheduleRetry({ failures }: { failures: number }): void {
    const delay = Math.min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY)
    this.#retryTimer = this.#clock.setTimeout(() => {
      this.#retryTimer = undefined
      this.report({ type: 'retry.due' })
    }, delay)
    // The acceptor keeps the process alive if it is to be.
    unrefTimer(this.#retryTimer)
  }

  cancelRetry(): void {
    if (this.#retryTimer !== undefined) this.#clock.clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
  }

  watchQueue(): void {
    this.#isWatchingQueue = true
    this.#lookLater()
  }

  unwatchQueue(): void {
    this.#isWatchingQueue = false
  }

  requestPlaces({ count }: { count: number }): void {
    this.connections.makePlaces(count, TIME_BETWEEN_LOOKS)
  }

  hastenConnections(): void {
    this.#isHastening = true
    this.#look()
  }

  /** Only while somebody lingers: else there is nothing to gain. */
  #lookLater(): void {
    const isOfUse = (this.#isWatchingQueue || this.#isHastening) && this.connections.isAnyLingering
    if (!isOfUse || this.#queueTimer !== undefined) return
    this.#queueTimer = this.#clock.setTimeout(() => {
      this.#queueTimer = undefined
      this.#look()
    }, TIME_BETWEEN_LOOKS)
    unrefTimer(this.#queueTimer)
  }

  #look(): void {
    if (this.#isHastening) this.connections.makePlaces(Infinity, TIME_BETWEEN_LOOKS)
    else if (this.#isWatchingQueue) {
      const count = this.#acceptor.numWaiting
      if (count) this.report({ type: 'clients.waiting', count })
    }
    this.#lookLater()
  }

  #forgetQueue(): void {
    this.#isWatchingQueue = false
    this.#isHastening = false
    if (this.#queueTimer !== undefined) this.#clock.clearTimeout(this.#queueTimer)
    this.#queueTimer = undefined
  }

  reportLimit(): void {
    const now = nowOf(this.#clock)
    if (now - this.#limitToldAt < LEAST_TIME_BETWEEN_LIMITS) return
    this.#limitToldAt = now
    this.#output.limit()
  }

  reportExhaustion({ isTooLate }: { isTooLate: boolean }): void {
    const now = nowOf(this.#clock)
    const isTold = now - (isTooLate ? this.#lostAt : this.#exhaustedAt) < LEAST_TIME_BETWEEN_EXHAUSTIONS
    this.#exhaustedAt = now
    if (isTooLate) this.#lostAt = now
    if (isTold) return
    const error = new OutageError(
      formatAddress(this.#acceptor.address),
      new DescriptorsExhaustedError(isTooLate),
    )
    this.#output.outage(error, EXHAUSTION_WARNING)
  }

  reportOutage({ error }: { error: unknown }): void {
    this.#output.outage(new OutageError(formatAddress(this.#acceptor.address), error))
  }

  applyErrorPolicy({ error, address }: { error: unknown; address: unknown }): void {
    applyErrorPolicy(this.#settings.onHandlerError, address as Address, error, (event) => this.report(event))
  }

  raiseError({ error }: { error: unknown }): void {
    this.#output.error(asError(error))
  }

  announceClosing(): void {
    this.connections.announceClosing()
    this.#onClosing()
  }

  closeAcceptor(): void {
    this.#acceptor.close()
  }

  discardUnstarted(): void {
    this.connections.discardUnstarted()
  }

  destroyConnections(): void {
    this.connections.cutAll()
  }

  awaitSockets(): void {
    void this.connections.socketsClosed().then(() => this.report({ type: 'sockets.closed' }))
  }

  announceClosed(): void {
    this.#announceClosed()
  }

  announceDrained(): void {
    this.connections.forgetDeadlines()
    this.#forgetQueue()
    this.#announceDrained()
  }
}
