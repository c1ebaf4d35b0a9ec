// The world around a server's charts: the kernel, the clients and the handlers, as far as the
// charts can tell.
import type { Snapshot, SnapshotFrom } from 'xstate'
import {
  type ConnectionEvent,
  connectionMachine,
  connectionsMachine,
  type ListenerEvent,
  listenerMachine,
  type PauseStrategy,
} from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { isRequest, type Place, type Row } from '../chart/row.ts'
import type { ClientView, ListenerModelEvent } from './listener-events.ts'
import type { ListenerModelSettings } from './listener-options.ts'

interface ModelConnection {
  readonly client: number
  readonly snapshot: SnapshotFrom<typeof connectionMachine>
  readonly isSocketOpen: boolean
  readonly hasFailed: boolean
  /** Its client does not end its side. */
  readonly isStaying: boolean
}

/** The state of the model. Read it through `expectations`. */
export type ListenerModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  readonly listener: SnapshotFrom<typeof listenerMachine>
  readonly connections: readonly ModelConnection[]
  readonly clients: readonly ClientView[]
  readonly descriptor: 'polled' | 'held' | 'none'
  readonly isAddressTaken: boolean
}

const listenerChart = new Chart(listenerMachine)
const connectionsChart = new Chart(connectionsMachine)
const connectionChart = new Chart(connectionMachine)
/** The supervisor is in one state for ever. */
const supervising: Place = connectionsChart.initial(undefined).next

/** What fails in the model fails with this. */
export const ERROR = 'an error of the model'

/** The model while something happens in it. */
export class World {
  readonly #settings: ListenerModelSettings
  #listener: ListenerModelSnapshot['listener']
  readonly #connections: ModelConnection[]
  readonly #clients: ClientView[]
  /** The client that the listener is being asked about; the kernel's queue no longer has it. */
  #offered = -1
  #descriptor: ListenerModelSnapshot['descriptor']
  #isAddressTaken: boolean
  /** A bind under way, and what is to be done with the socket. */
  #binding: { descriptor: 'polled' | 'held' } | undefined
  /** What the chart hears when it is done with what it hears now. */
  readonly #mailbox: ListenerEvent[] = []
  #isReading = false
  /** What happens in later turns of the event loop. */
  readonly #later: (() => void)[] = []

  constructor(snapshot: ListenerModelSnapshot, settings: ListenerModelSettings) {
    this.#listener = snapshot.listener
    this.#connections = [...snapshot.connections]
    this.#clients = [...snapshot.clients]
    this.#descriptor = snapshot.descriptor
    this.#isAddressTaken = snapshot.isAddressTaken
    this.#settings = settings
  }

  happen(event: ListenerModelEvent): void {
    switch (event.type) {
      case 'connect':
        this.#clients.push(this.#descriptor === 'none' ? 'refused' : 'waits')
        return
      case 'client.resets': {
        const client = event.client ?? this.#clients.indexOf('served')
        const connection = this.#connections.find((candidate) => candidate.client === client)
        if (!connection) return
        this.#clients[client] = 'left'
        if (this.#settings.factory === 'create') this.#tellConnection(connection, { type: 'peer.left' })
        const left = this.#change(client, {})
        if (left) this.#closeSocket(left)
        return
      }
      case 'client.stays': {
        const client = event.client ?? this.#clients.indexOf('served')
        this.#change(client, { isStaying: true })
        return
      }
      case 'handler.returns':
        return this.#tellHandled(event.client, { type: 'handler.settled' })
      case 'handler.throws':
        return this.#tellHandled(event.client, { type: 'handler.failed', error: ERROR })
      case 'address.taken':
        this.#isAddressTaken = true
        return
      case 'address.freed':
        this.#isAddressTaken = false
        return
      case 'time.passes':
        if (isWaitingToRetry(this.#listener)) this.#tell({ type: 'retry.due' })
        else this.#lookAtQueue()
        return
      case 'at.once':
        for (const one of event.events) this.happen(one)
        return
      default:
        return this.#tell(event)
    }
  }

  comeToRest(): ListenerModelSnapshot {
    for (;;) {
      const [next] = this.#later.splice(0, 1)
      if (next) next()
      else if (!this.#acceptNext()) break
    }
    if (this.#settings.overLimit === 'drop' && isOnlyFull(this.#listener)) this.#dropWaiting()
    return {
      status: 'active',
      output: undefined,
      error: undefined,
      listener: this.#listener,
      connections: this.#connections,
      clients: this.#clients,
      descriptor: this.#descriptor,
      isAddressTaken: this.#isAddressTaken,
    }
  }

  #acceptNext(): boolean {
    const offered = this.#clients.indexOf('waits')
    if (this.#descriptor !== 'polled' || offered < 0) return false
    this.#offered = offered
    this.#tell({ type: 'connection.offered' })
    this.#offered = -1
    return true
  }

  #dropWaiting(): void {
    this.#clients.forEach((view, client) => {
      if (view === 'waits') this.#clients[client] = 'dropped'
    })
  }

  #tell(event: ListenerEvent): void {
    this.#mailbox.push(event)
    if (this.#isReading) return
    this.#isReading = true
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) {
      const row = listenerChart.lookUp(listenerChart.placeOf(this.#listener), next)
      this.#listener = row.next.snapshot as ListenerModelSnapshot['listener']
      this.#answerAll(row)
      for (const { event } of row.messages) this.#answerAll(connectionsChart.lookUp(supervising, event))
    }
    this.#isReading = false
  }

  #answerAll({ log }: Row): void {
    for (const entry of log) if (isRequest(entry)) this.#answer(entry.type, entry.params)
  }

  #answer(request: string, params: unknown): void {
    switch (request) {
      case 'spawnConnection': {
        const client = this.#offered
        // Nothing that the model knows of comes between.
        const started = connectionChart.lookUp(connectionChart.initial(undefined).next, {
          type: 'handler.started',
        })
        const snapshot = started.next.snapshot as ModelConnection['snapshot']
        this.#clients[client] = 'served'
        this.#connections.push({ client, snapshot, isSocketOpen: true, hasFailed: false, isStaying: false })
        return
      }
      case 'refuseConnection':
        this.#clients[this.#offered] = 'dropped'
        return
      case 'startAccepting':
        if (this.#descriptor === 'none') return this.#bind('polled')
        this.#descriptor = 'polled'
        return this.#tell({ type: 'acceptor.ready' })
      case 'stopAccepting': {
        const { strategy } = params as { strategy: PauseStrategy }
        this.#binding = undefined
        if (strategy === 'rebind' || this.#descriptor === 'none') this.#closeDescriptor()
        else this.#descriptor = 'held'
        return
      }
      case 'bindToHold':
        return this.#bind('held')
      case 'closeAcceptor':
        this.#binding = undefined
        this.#closeDescriptor()
        this.#later.push(() => this.#tell({ type: 'acceptor.closed' }))
        return
      case 'destroyConnections':
        for (const connection of [...this.#connections]) this.#tellConnection(connection, { type: 'cut' })
        return
      case 'requestPlaces': {
        const { count } = params as { count: number }
        return this.#requestPlaces(count)
      }
      case 'expireDrain':
        return this.#requestPlaces(Infinity)
      case 'awaitSockets':
        return this.#awaitSockets()
      case 'applyErrorPolicy':
        return this.#applyErrorPolicy()
    }
  }

  #bind(descriptor: 'polled' | 'held'): void {
    const binding = { descriptor }
    this.#binding = binding
    this.#later.push(() => {
      if (this.#binding !== binding) return
      this.#binding = undefined
      if (this.#isAddressTaken) return this.#tell({ type: 'acceptor.failed', error: ERROR })
      this.#descriptor = descriptor
      this.#tell({ type: descriptor === 'polled' ? 'acceptor.ready' : 'acceptor.held' })
    })
  }

  #closeDescriptor(): void {
    this.#descriptor = 'none'
    this.#clients.forEach((view, client) => {
      if (view === 'waits' && client !== this.#offered) this.#clients[client] = 'reset'
    })
  }

  #awaitSockets(): void {
    this.#later.push(() => {
      if (this.#connections.some(({ isSocketOpen }) => isSocketOpen)) this.#awaitSockets()
      else this.#tell({ type: 'sockets.closed' })
    })
  }

  #applyErrorPolicy(): void {
    const { onHandlerError } = this.#settings
    if (onHandlerError === 'raise') this.#tell({ type: 'policy.raised', error: ERROR })
    else if (onHandlerError === 'ignore') this.#tell({ type: 'policy.ignored' })
    else this.#later.push(() => this.#tell({ type: 'policy.called' }))
  }

  #tellHandled(client: number | undefined, event: ConnectionEvent): void {
    const connection =
      client === undefined
        ? firstReachable(this.#connections, this.#clients, this.#settings)
        : this.#connections.find((candidate) => candidate.client === client)
    if (connection) this.#tellConnection(connection, event)
  }

  #tellConnection(connection: ModelConnection, event: ConnectionEvent): void {
    const { next: place, log } = connectionChart.lookUp(connectionChart.placeOf(connection.snapshot), event)
    const snapshot = place.snapshot as ModelConnection['snapshot']
    const asked = new Set(log.filter(isRequest).map(({ type }) => type))
    const next = {
      ...connection,
      snapshot,
      isSocketOpen: connection.isSocketOpen && event.type !== 'socket.closed',
      hasFailed: connection.hasFailed || asked.has('keepError'),
    }
    this.#connections[this.#connections.indexOf(connection)] = next
    if (asked.has('releaseConnection')) return this.#release(next)
    if (asked.has('askForRest')) return this.#tellConnection(next, { type: 'peer.has-all' })
    const { client } = connection
    if (asked.has('destroySocket')) this.#later.push(() => this.#end(client))
    if (asked.has('flushWriter')) this.#later.push(() => this.#flush(client))
  }

  /** The client has seen FIN. */
  #flush(client: number): void {
    const current = this.#change(client, {})
    if (!current?.isSocketOpen) return
    this.#clients[client] = 'ended'
    this.#tellConnection(current, { type: 'writer.flushed' })
    if (current.isStaying) return
    this.#tellConnection(this.#change(client, {}) as ModelConnection, { type: 'peer.ended' })
    this.#end(client)
  }

  #end(client: number): void {
    const current = this.#change(client, {})
    if (!current?.isSocketOpen) return
    this.#clients[client] = 'ended'
    this.#closeSocket(current)
  }

  /** The connection of a client, as it is from now on; `undefined` where it is gone. */
  #change(client: number, changed: Partial<ModelConnection>): ModelConnection | undefined {
    const index = this.#connections.findIndex((candidate) => candidate.client === client)
    const connection = this.#connections[index]
    if (!connection) return undefined
    const next = { ...connection, ...changed }
    this.#connections[index] = next
    return next
  }

  #requestPlaces(count: number): void {
    const lingering = this.#connections.filter(isLingering).slice(0, count)
    for (const connection of lingering) this.#tellConnection(connection, { type: 'place.wanted' })
  }

  /** What the server does while it is full, or drains, as long as somebody lingers. */
  #lookAtQueue(): void {
    if (this.#listener.context.drain === 'running') return this.#requestPlaces(Infinity)
    const count = this.#clients.filter((view) => view === 'waits').length
    const isWatched = this.#listener.matches({ 'accept-paused': 'waiting' })
    if (isWatched && count > 0) this.#tell({ type: 'clients.waiting', count })
  }

  #closeSocket(connection: ModelConnection): void {
    this.#tellConnection(connection, { type: 'socket.closed' })
  }

  #release(connection: ModelConnection): void {
    this.#connections.splice(this.#connections.indexOf(connection), 1)
    this.#tell({ type: 'connection.settled' })
    if (connection.hasFailed) this.#tell({ type: 'handler.failed', error: ERROR, address: undefined })
  }
}

/** The handler has not settled, as far as the chart knows. */
export function isRunning({ snapshot }: ModelConnection): boolean {
  return !snapshot.matches('closing')
}

/** The connection whose handler settles where nothing says which. */
export function firstReachable(
  connections: readonly ModelConnection[],
  clients: readonly ClientView[],
  { seenFrom }: ListenerModelSettings,
): ModelConnection | undefined {
  return connections.find(
    (connection) =>
      isRunning(connection) && (seenFrom === 'inside' || clients[connection.client] === 'served'),
  )
}

/** Full, and nothing else keeps clients from being accepted. */
export function isOnlyFull(listener: ListenerModelSnapshot['listener']): boolean {
  return listener.matches({ 'accept-paused': 'waiting' }) && !listener.context.pausedByHand
}

export function isLingering({ snapshot }: ModelConnection): boolean {
  return snapshot.matches({ closing: 'lingering' })
}

export function isWaitingToRetry(listener: ListenerModelSnapshot['listener']): boolean {
  return listener.hasTag('retrying')
}
