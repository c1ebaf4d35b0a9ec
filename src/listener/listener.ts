// Does what `machines/listener.ts` decides.
import { AsyncResource } from 'node:async_hooks'
import type { Socket } from 'node:net'
import {
  isLastPlace,
  type ListenerCommand,
  type ListenerEffects,
  type ListenerEvent,
  type ListenerReport,
  listenerMachine,
  type PauseStrategy,
  type ReachedLimit,
  type Reminder,
} from '../../machines/index.ts'
import type { Acceptor, AcceptorOwner } from '../acceptor/acceptor.ts'
import { Admission, type DropReason } from '../admission/admission.ts'
import { Chart } from '../chart/chart.ts'
import { ChartActor } from '../chart/chart-actor.ts'
import { System } from '../chart/system.ts'
import { type Address, type Ends, formatAddress, localAddress, remoteAddress } from '../common/address.ts'
import { Alarm } from '../common/alarm.ts'
import type { ClientError } from '../common/client-error.ts'
import { asError, DescriptorsExhaustedError, OutageError } from '../common/errors.ts'
import { Connections } from '../connection/connections.ts'
import type { Serve } from '../connection/handler.ts'
import { refuseSocket } from '../connection/ignored-errors.ts'
import type { LiveConnection } from '../connection/live-connection.ts'
import type { Settings } from '../options/server-options.ts'
import { requireCommand } from './commands.ts'
import { Drain, type DrainResult } from './drain.ts'
import { applyErrorPolicy } from './error-policy.ts'
import { Denied, Offers, Refused } from './offers.ts'
import { PlaceWatch } from './place-watch.ts'
import { Throttle } from './throttle.ts'
import { Told } from './told.ts'

/** A connection that was closed at once, without a handler. */
export interface Dropped {
  local: Address
  /** The client: that which the header of a proxy names, where one had come. */
  remote: Address
  reason: DropReason
}

/** What the facade emits for the listener. */
export interface ListenerOutput {
  error(error: Error): void
  /** Where nobody listens, it is warned of: with this type and code, if any. */
  outage(error: OutageError, warning?: { type: string; code: string }): void
  /** `addresses` can be read until this returns. */
  drop(dropped: () => Dropped): void
  clientError(error: ClientError, address: Address): void
  limit(reached: ReachedLimit): void
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

const EXHAUSTION_WARNING = { type: 'XstateTcpWarning', code: 'XSTATE_TCP_DESCRIPTORS_EXHAUSTED' }

/** Shared by all, as events are that carry nothing. */
const OFFERED = Object.freeze({ type: 'connection.offered' })
const DENIED = Object.freeze({ type: 'connection.denied' })

const listenerChart = new Chart(listenerMachine)

export class Listener implements ListenerEffects, AcceptorOwner {
  readonly actor: ChartActor<typeof listenerMachine, Listener>
  /** Made when the chart spawns it. */
  connections!: Connections
  /** The facade, as soon as it is there: inspectors ask for it. */
  server: unknown
  readonly admission: Admission
  readonly closeFinished: Promise<void>
  readonly drained: Promise<void>
  readonly #acceptor: Acceptor
  readonly #settings: Settings
  readonly #output: ListenerOutput
  readonly #retry: Alarm
  readonly #drainExpiry: Alarm
  readonly #places: PlaceWatch
  readonly #throttle: Throttle | undefined
  #isRefusing = false
  readonly #told: Told
  readonly #drain: Drain
  readonly #offers = new Offers()
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
    this.#told = new Told(settings.clock)
    this.admission = new Admission(settings, (error, address) =>
      this.report({ type: 'handler.failed', error, address }),
    )
    // The acceptor keeps the process alive if it is to be.
    this.#retry = new Alarm(settings.clock, () => this.report({ type: 'retry.due' }), { isUnref: true })
    const { maxAcceptRate } = settings
    this.#throttle =
      maxAcceptRate && new Throttle(maxAcceptRate, settings.clock, (event) => this.#send(event))
    this.#drainExpiry = new Alarm(settings.clock, () => this.report({ type: 'drain.expired' }))
    this.closeFinished = new Promise((resolve) => {
      this.#announceClosed = resolve
    })
    this.drained = new Promise((resolve) => {
      this.#announceDrained = resolve
    })
    const { inspect, clock, maxConnections, flushTimeout, lingerTimeout } = settings
    const { proxyProtocol, tls, prefaceTimeout, idleTimeout, maxConnectionAge } = settings
    const system = new System(clock, inspect)
    // AsyncLocalStorage.snapshot() does the same, at thirty times the price.
    const context = new AsyncResource('xstate-tcp.Server')
    this.actor = new ChartActor<typeof listenerMachine, Listener>(
      {
        chart: listenerChart,
        system,
        input: { maxConnections, pauseStrategy },
        nameOf: () => 'listener',
        check: (event) => requireCommand(event, assertStrategy),
        insteadOfStop: 'server.close()',
        effectsClass: Listener,
        spawn: (_src, _id, parent) => {
          this.connections = new Connections({
            address: acceptor.address,
            system,
            parent,
            clock,
            bufferAgeLimit: settings.bufferAgeLimit,
            maxBufferedBytes: settings.maxBufferedBytes,
            flushTimeout,
            lingerTimeout,
            hasPeerAll,
            deadlines: { idleTimeout, maxConnectionAge },
            preface: { proxyProtocol, handshakes: tls, prefaceTimeout, admission: this.admission },
            onClientError: (error, address) => output.clientError(error, address),
            onDenied: (connection) => this.#reportDenied(connection),
            onLingering: () => this.#places.lookLater(),
            serve,
            inContext: (callback) => context.runInAsyncScope(callback),
            isClosing: () => this.actor.shared.hasTag('over'),
            report: (event) => this.report(event),
            takeOffered: () => this.#admit(),
          })
          return this.connections.actor
        },
      },
      this,
    )
    this.#drain = new Drain(this.connections)
    this.#places = new PlaceWatch(
      this.connections,
      clock,
      () => acceptor.minQueueLength,
      (count) => this.report({ type: 'clients.waiting', count }),
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
    const reason = this.admission.isOpen
      ? undefined
      : this.admission.refuseAtDoor(remoteAddress(socket, this.#acceptor.address))
    this.#offers.add(reason ? new Denied(socket, reason) : socket)
    this.#send(reason ? DENIED : OFFERED)
  }

  get isRefusing(): boolean {
    return this.#isRefusing
  }

  get isNextTheLast(): boolean {
    if (this.#isRefusing) return false
    return isLastPlace(this.actor.shared.context) || this.#throttle?.available === 1
  }

  /** The one that the chart has found a place for. */
  #admit(): Socket | undefined {
    this.#throttle?.take()
    return this.#offers.take()
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
    this.#offers.add(new Refused(ends))
    this.#send(OFFERED)
  }

  report(event: ListenerReport): void {
    this.#send(event)
  }

  #send(event: ListenerEvent): void {
    this.actor.receive(event)
  }

  // What the chart asks for.

  refuseConnection(): void {
    const socket = this.#offers.take()
    if (socket) refuseSocket(socket)
  }

  reportDrop(): void {
    const { next } = this.#offers
    if (!next) return
    const { address } = this.#acceptor
    this.#output.drop(() => ({
      local: localAddress(next.ends, address),
      remote: remoteAddress(next.ends, address),
      reason: next.reason ?? 'dropping',
    }))
  }

  #reportDenied({ socket, address: remote, preface }: LiveConnection): void {
    const reason = preface?.denial
    if (!socket || !reason) return
    this.#output.drop(() => ({ local: localAddress(socket, this.#acceptor.address), remote, reason }))
  }

  startRefusing(): void {
    this.#isRefusing = true
  }

  stopRefusing(): void {
    this.#isRefusing = false
  }

  startAccepting({ places }: { places: number }): void {
    this.#acceptor.start(Math.min(places, this.#throttle?.available ?? places))
  }

  stopAccepting({ strategy }: { strategy: PauseStrategy }): void {
    this.#acceptor.stop(strategy)
  }

  bindToHold(): void {
    this.#acceptor.bindToHold()
  }

  scheduleRetry({ delay }: { delay: number }): void {
    this.#retry.set(delay)
  }

  cancelRetry(): void {
    this.#retry.cancel()
  }

  scheduleRefill({ strategy }: { strategy: PauseStrategy }): void {
    this.#throttle?.schedule(strategy)
  }

  cancelRefill(): void {
    this.#throttle?.cancel()
  }

  watchQueue(): void {
    this.#places.watchQueue()
  }

  unwatchQueue(): void {
    this.#places.unwatchQueue()
  }

  requestPlaces({ count }: { count: number }): void {
    this.#places.requestPlaces(count)
  }

  hastenConnections(): void {
    this.#places.hasten()
  }

  reportLimit({ maxConnections, numConnections, ...reminder }: Reminder & ReachedLimit): void {
    if (!this.#told.isDue('limit', reminder)) return
    this.#output.limit({ maxConnections, numConnections })
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
    this.#drainExpiry.set(timeout)
  }

  cancelDrainExpiry(): void {
    this.#drainExpiry.cancel()
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
    this.#places.end()
    this.#announceDrained()
  }
}
