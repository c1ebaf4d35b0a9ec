// Does what `machines/listener.ts` decides.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import {
  isLastPlace,
  type ListenerCommand,
  type ListenerEffects,
  type ListenerEvent,
  type ListenerReport,
  listenerMachine,
  type PauseStrategy,
  type Reminder,
} from '../../machines/index.ts'
import type { Acceptor, AcceptorOwner } from '../acceptor/acceptor.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import { System } from '../chart/system.ts'
import { type Address, type Ends, formatAddress, localAddress, remoteAddress } from '../common/address.ts'
import { type Clock, unrefTimer } from '../common/clock.ts'
import { asError, DescriptorsExhaustedError, OutageError } from '../common/errors.ts'
import { Connections } from '../connection/connections.ts'
import type { Serve } from '../connection/handler.ts'
import { refuseSocket } from '../connection/ignored-errors.ts'
import type { Settings } from '../options/server-options.ts'
import { requireCommand } from './commands.ts'
import { Drain, type DrainResult } from './drain.ts'
import { applyErrorPolicy } from './error-policy.ts'
import { Told } from './told.ts'

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

/**
 * Between two looks at the queue of a full server, and the least time that a peer which has
 * everything is given to end its side: a wait that a client hardly notices, and a hundred times
 * what an honest peer near by needs.
 */
const TIME_BETWEEN_LOOKS = 100
const EXHAUSTION_WARNING = { type: 'XstateTcpWarning', code: 'XSTATE_TCP_DESCRIPTORS_EXHAUSTED' }

/** A connection that the acceptor has closed already, and what its ends were. */
class Refused {
  readonly ends: Ends

  constructor(ends: Ends) {
    this.ends = ends
  }
}

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
  #drainTimer: unknown
  #isRefusing = false
  readonly #told: Told
  readonly #drain: Drain
  /**
   * The sockets that the chart is being asked about, one for each offer that it has not answered
   * yet.
   */
  readonly #offered: (Socket | Refused)[] = []
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
    this.#told = new Told(settings.clock)
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
            takeOffered: () => this.#takeOffered(),
          })
          return this.connections.actor
        },
      },
      this,
    )
    this.#drain = new Drain(this.connections)
    this.actor.start()
    if (settings.dropIncomingConnections) this.actor.send({ type: 'drop.start' })
    acceptor.owner = this
  }

  /** Runs `callback` when the server starts to close. */
  set onClosing(callback: () => void) {
    this.#onClosing = callback
  }

  // What the acceptor, the connections and the error policy tell.

  offer(offered: Socket | Refused): void {
    this.#offered.push(offered)
    this.#send({ type: 'connection.offered' })
  }

  #takeOffered(): Socket | undefined {
    const offered = this.#offered.shift()
    return offered instanceof Refused ? undefined : offered
  }

  get isRefusing(): boolean {
    return this.#isRefusing
  }

  get isNextTheLast(): boolean {
    const snapshot = this.actor.shared
    return snapshot.hasTag('admitting') && isLastPlace(snapshot.context)
  }

  /**
   * Sends a command unless it waits already or the chart would do nothing: who calls from an
   * inspector hears of what is sent, and might call for ever.
   */
  ask(command: ListenerCommand): void {
    if (this.actor.isToHear(command.type) || !this.actor.shared.can(command)) return
    this.actor.send(command)
  }

  /** True as soon as it is to close, though it may be in the middle of something else. */
  get isClosed(): boolean {
    return this.actor.shared.hasTag('over') || this.actor.isToHear('close') || this.actor.isToHear('drain')
  }

  /** Of a drain that was asked for. */
  get drainFinished(): Promise<DrainResult> {
    return this.#drain.finished
  }

  disconnected(): void {
    this.#send({ type: 'close' })
  }

  refused(ends: Ends): void {
    this.offer(new Refused(ends))
  }

  report(event: ListenerReport): void {
    this.#send(event)
  }

  #send(event: ListenerEvent): void {
    this.actor.receive(event)
  }

  // What the chart asks for.

  refuseConnection(): void {
    const socket = this.#takeOffered()
    if (socket) refuseSocket(socket)
  }

  reportDrop(): void {
    const offered = this.#offered[0]
    if (!offered) return
    const ends = offered instanceof Refused ? offered.ends : offered
    const { address } = this.#acceptor
    this.#output.drop(() => ({ local: localAddress(ends, address), remote: remoteAddress(ends, address) }))
  }

  startRefusing(): void {
    this.#isRefusing = true
  }

  stopRefusing(): void {
    this.#isRefusing = false
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

  scheduleRetry({ delay }: { delay: number }): void {
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

  reportLimit(reminder: Reminder): void {
    if (this.#told.isDue('limit', reminder)) this.#output.limit()
  }

  reportExhaustion({ isTooLate, ...reminder }: Reminder & { isTooLate: boolean }): void {
    const isDue = this.#told.isDue('exhaustion', reminder)
    // That clients may be lost is worse than what was told.
    if (isTooLate ? !this.#told.isDue('loss', reminder) : !isDue) return
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

  startDrain(): void {
    this.#drain.start()
  }

  scheduleDrainExpiry({ timeout }: { timeout: number }): void {
    this.#drainTimer = this.#clock.setTimeout(() => {
      this.#drainTimer = undefined
      this.report({ type: 'drain.expired' })
    }, timeout)
  }

  cancelDrainExpiry(): void {
    if (this.#drainTimer !== undefined) this.#clock.clearTimeout(this.#drainTimer)
    this.#drainTimer = undefined
  }

  expireDrain(): void {
    this.#drain.expire()
  }

  reportDrained(): void {
    this.#drain.finish()
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
