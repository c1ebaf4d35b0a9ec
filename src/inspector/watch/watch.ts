// Makes sense of XState's inspection events. It is called inside of transitions, tens of times for
// each connection: whatever can wait, waits.
import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot, InspectionEvent } from 'xstate'
import type { ListenerContext } from '../../../machines/index.ts'
import { ChartActor } from '../../chart/chart-actor.ts'
import { dotted } from '../../common/state.ts'
import { LiveConnection } from '../../connection/live-connection.ts'
import { isDrained } from '../../describe/state.ts'
import type { LogEntry } from '../protocol.ts'
import { describePayload } from './payload.ts'
import { Ring } from './ring.ts'
import { WatchedConnection } from './watched-connection.ts'
import { WatchedServer } from './watched-server.ts'

/** Servers that are over are shown until more than these are. */
const KEPT_SERVERS = 8

export interface WatchOptions {
  maxEvents: number
  showPayloads: boolean
  /** Milliseconds since the epoch. */
  now?: () => number
}

export class Watch {
  /** By number, in the order in which they were met. */
  readonly servers = new Map<number, WatchedServer>()
  readonly log: Ring<LogEntry>
  readonly #showPayloads: boolean
  readonly #now: () => number
  readonly #listeners = new WeakMap<AnyActorRef, WatchedServer>()
  /**
   * Where a connection's actor keeps what is known of it here: a map of actors would cost each of
   * them a hash.
   */
  readonly #key = Symbol('xstate-tcp.watched')
  #met = 0
  #isTracked = false

  constructor({ maxEvents, showPayloads, now = Date.now }: WatchOptions) {
    this.log = new Ring(maxEvents)
    this.#showPayloads = showPayloads
    this.#now = now
  }

  observe(inspection: InspectionEvent): void {
    if (inspection.type !== '@xstate.snapshot') return
    const actor = inspection.actorRef as AnyActorRef
    const { value, context, status } = inspection.snapshot as AnyMachineSnapshot
    if (value === undefined) return
    const state = dotted(value)
    const connection = this.#watchedOf(actor)
    if (connection) return this.#connectionStepped(connection, inspection.event, state, status)
    const server = this.#listeners.get(actor)
    if (server) return this.#listenerStepped(server, inspection.event, state, context)
    if (isListener(actor)) {
      this.#listenerStepped(this.#meetServer(actor), inspection.event, state, context)
    } else if (isConnection(actor)) {
      const met = this.#meetConnection(actor)
      if (met) this.#connectionStepped(met, inspection.event, state, status)
    }
  }

  /** Whether there are pages that have to be told of what changes. */
  set isTracked(isTracked: boolean) {
    this.#isTracked = isTracked
    for (const server of this.servers.values()) {
      if (isTracked) server.track()
      else server.untrack()
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.servers.clear()
    this.log.clear()
  }

  #watchedOf(actor: object): WatchedConnection | undefined {
    return (actor as { [key: symbol]: WatchedConnection })[this.#key]
  }

  #keep(actor: object, connection: WatchedConnection): void {
    ;(actor as { [key: symbol]: WatchedConnection })[this.#key] = connection
  }

  #meetServer(actor: AnyActorRef): WatchedServer {
    const server = new WatchedServer(++this.#met, actor)
    this.#listeners.set(actor, server)
    this.servers.set(server.id, server)
    if (this.#isTracked) server.track()
    for (const { id, state } of this.servers.values()) {
      if (this.servers.size <= KEPT_SERVERS) break
      if (isDrained(state)) this.servers.delete(id)
    }
    // An inspector that is attached later finds connections.
    for (const handle of server.server?.connections ?? []) {
      const connection = new WatchedConnection(handle, server.id)
      connection.state = handle.state
      this.#keep(handle.actor, connection)
      server.add(connection)
      server.connectionChanged(connection)
    }
    return server
  }

  #meetConnection(actor: AnyActorRef): WatchedConnection | undefined {
    const listener = actor._parent?._parent as AnyActorRef
    const server = this.#listeners.get(listener) ?? this.#meetServer(listener)
    const handle = actor instanceof ChartActor ? actor.effects : undefined
    if (!(handle instanceof LiveConnection)) return undefined
    const connection = new WatchedConnection(handle, server.id)
    this.#keep(actor, connection)
    server.add(connection)
    return connection
  }

  #listenerStepped(
    server: WatchedServer,
    event: AnyEventObject,
    state: string,
    context: ListenerContext,
  ): void {
    const at = this.#now()
    const from = server.stepped(event, state, context, at)
    this.log.push(this.#entry(at, server.id, 0, event, from, state))
  }

  #connectionStepped(
    connection: WatchedConnection,
    event: AnyEventObject,
    state: string,
    status: string,
  ): void {
    const entry = this.#entry(this.#now(), connection.server, connection.id, event, connection.state, state)
    connection.state = state
    connection.remember(entry)
    this.log.push(entry)
    const server = this.servers.get(connection.server)
    if (status === 'active') return server?.connectionChanged(connection)
    server?.remove(connection)
  }

  #entry(
    at: number,
    server: number,
    connection: number,
    event: AnyEventObject,
    from: string,
    state: string,
  ): LogEntry {
    const entry: LogEntry = { at, server, connection, event: event.type, from, state }
    for (const key in event) {
      if (key === 'type' || event[key] === undefined) continue
      const payload = describePayload(event, this.#showPayloads)
      if (payload !== undefined) entry.payload = payload
      break
    }
    return entry
  }
}

function isListener(actor: AnyActorRef): boolean {
  return actor._parent === undefined && logicId(actor) === 'listener'
}

function isConnection(actor: AnyActorRef): boolean {
  const listener = actor._parent?._parent as AnyActorRef | undefined
  return logicId(actor) === 'connection' && listener !== undefined && isListener(listener)
}

function logicId(actor: AnyActorRef): unknown {
  return (actor as { logic?: { id?: unknown } }).logic?.id
}
