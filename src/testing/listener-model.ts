// A whole server as a model: both charts, and a world that answers what they ask for.
import { initialTransition, type Snapshot, type SnapshotFrom } from 'xstate'
import {
  type ConnectionEvent,
  connectionMachine,
  type ListenerCommand,
  type ListenerContext,
  type ListenerEvent,
  listenerMachine,
  type PauseStrategy,
} from '../../machines/index.ts'
import { createModel, type Model } from './model.ts'
import { remembered } from './remembered.ts'

/**
 * What can happen to a server. Clients are numbered from 0 in the order in which they connect; without a number, the event means the
 * one that connected first among those that it can happen to.
 */
export type ListenerModelEvent =
  | { type: 'connect' }
  /** A connected client resets its connection. */
  | { type: 'client.resets'; client?: number }
  | { type: 'handler.returns'; client?: number }
  | { type: 'handler.throws'; client?: number }
  | ListenerCommand
  /** While the server is paused by `rebind`, somebody else listens on its address; and stops. */
  | { type: 'address.taken' }
  | { type: 'address.freed' }
  /** Enough time for the server to try again what has failed. */
  | { type: 'time.passes' }
  /** The process is out of descriptors, or accept(2) fails: what only others cause. */
  | { type: 'accept.exhausted' }
  | { type: 'accept.failed'; error: unknown }
  /** All of these in one go, without a turn of the event loop between them. */
  | { type: 'at.once'; events: readonly ListenerModelEvent[] }

export interface ListenerModelOptions {
  /** The server's limit; the model also lowers it to 1 and raises it again. Keep it small: 2 by default. */
  maxConnections?: number
  /** The server's option of the same name; `'hold'` by default. */
  pauseStrategy?: PauseStrategy
  /** The server's option `onHandlerError`, where `'call'` stands for a function; `'raise'` by default. */
  onHandlerError?: 'raise' | 'ignore' | 'call'
  /** How many clients wait in the kernel's queue at most; 1 by default. */
  maxWaiting?: number
  /**
   * Whether the paths contain what no client, handler or user does: a taken address, an exhausted process, a failing accept(2), time,
   * and several things at once. True by default; false for a server that the test can only reach from outside.
   */
  includeFaults?: boolean
}

/**
 * What a client sees. `'waits'`: connected, in the kernel's queue; `'served'`: a handler was started for it; `'refused'`: could not
 * connect; `'dropped'`: connected and closed at once, without a handler; `'reset'`: waited in the queue, and the queue was closed;
 * `'ended'`: served, and its connection closed by the server; `'left'`: has reset its connection itself.
 */
export type ClientView = 'waits' | 'served' | 'refused' | 'dropped' | 'reset' | 'ended' | 'left'

export interface ListenerExpectations {
  /** `server.state`. */
  readonly state: 'listening' | 'accept-paused' | 'dropping' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: number
  /** What the next client will see. */
  readonly newClient: 'served' | 'waits' | 'refused' | 'dropped'
  /** The `state` of each of `server.connections`, in the order of acceptance. */
  readonly connections: readonly ('serving' | 'abandoned' | 'closing')[]
  /** What each client sees that has ever tried to connect, by its number. */
  readonly clients: readonly ClientView[]
  /** The listener chart's own snapshot, as `server.actor.getSnapshot()` must have it. */
  readonly listener: { readonly value: unknown; readonly context: ListenerContext }
}

interface ModelConnection {
  readonly client: number
  readonly snapshot: SnapshotFrom<typeof connectionMachine>
  readonly isSocketOpen: boolean
  readonly hasFailed: boolean
}

/** The state of the model. Read it through `expectations`. */
export type ListenerModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  readonly listener: SnapshotFrom<typeof listenerMachine>
  readonly connections: readonly ModelConnection[]
  readonly clients: readonly ClientView[]
  readonly descriptor: 'polled' | 'held' | 'none'
  readonly isAddressTaken: boolean
}

export type ListenerModel = Model<ListenerModelSnapshot, ListenerModelEvent, ListenerExpectations>

const transitionOfListener = remembered(listenerMachine)
const transitionOfConnection = remembered(connectionMachine)

/** More failures in a row differ in nothing but the delay. */
const MOST_FAILURES = 2
const ERROR = 'an error of the model'

/**
 * A server, modelled by its two charts in a world where a bind succeeds unless the address is taken, a destroyed socket is closed, and
 * clients take what is sent to them.
 *
 * Guarantees that each path, replayed against a server with these options, leads to these expectations once everything that follows
 * from a step is done; replay a step only then. It says nothing of how long that takes, of bytes, nor of the order in which two things
 * that happen at once are noticed.
 *
 * ```ts
 * const model = createListenerModel({ maxConnections: 2 })
 * for (const { description, steps } of model.paths()) {
 *   test(description, async () => {
 *     // start a server with the same options
 *     for (const { event, expected } of steps) {
 *       await perform(event)
 *       expect(server.state).toBe(expected.state)
 *       expect(server.numConnections).toBe(expected.numConnections)
 *     }
 *   })
 * }
 * ```
 */
export function createListenerModel(options: ListenerModelOptions = {}): ListenerModel {
  const {
    maxConnections = 2,
    pauseStrategy = 'hold',
    onHandlerError = 'raise',
    maxWaiting = 1,
    includeFaults = true,
  } = options
  const [listener] = initialTransition(listenerMachine, { maxConnections, pauseStrategy })
  const initial: ListenerModelSnapshot = {
    status: 'active',
    output: undefined,
    error: undefined,
    listener,
    connections: [],
    clients: [],
    descriptor: 'polled',
    isAddressTaken: false,
  }
  return createModel(
    {
      getInitialSnapshot: () => initial,
      transition: (snapshot, event) => {
        const world = new World(snapshot, onHandlerError)
        world.happen(event)
        return world.comeToRest()
      },
      getPersistedSnapshot: (snapshot) => snapshot,
    },
    (snapshot) => eventsIn(snapshot, maxConnections, maxWaiting, includeFaults),
    serialize,
    kindOf,
    expectationsOf,
  )
}

/** The model while something happens in it. */
class World {
  readonly #onHandlerError: 'raise' | 'ignore' | 'call'
  #listener: ListenerModelSnapshot['listener']
  readonly #connections: ModelConnection[]
  readonly #clients: ClientView[]
  #descriptor: ListenerModelSnapshot['descriptor']
  #isAddressTaken: boolean
  #isBinding = false
  /** What the chart hears when it is done with what it hears now. */
  readonly #mailbox: ListenerEvent[] = []
  #isReading = false
  /** What happens in later turns of the event loop. */
  readonly #later: (() => void)[] = []

  constructor(snapshot: ListenerModelSnapshot, onHandlerError: 'raise' | 'ignore' | 'call') {
    this.#listener = snapshot.listener
    this.#connections = [...snapshot.connections]
    this.#clients = [...snapshot.clients]
    this.#descriptor = snapshot.descriptor
    this.#isAddressTaken = snapshot.isAddressTaken
    this.#onHandlerError = onHandlerError
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
        return this.#closeSocket(connection)
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
    const isAnyoneWaiting = this.#clients.includes('waits')
    if (this.#descriptor !== 'polled' || !isAnyoneWaiting) return false
    this.#tell({ type: 'connection.offered' })
    return true
  }

  #tell(event: ListenerEvent): void {
    this.#mailbox.push(event)
    if (this.#isReading) return
    this.#isReading = true
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) {
      const { snapshot: listener, requests } = transitionOfListener(this.#listener, next)
      this.#listener = listener
      for (const { type, params } of requests) this.#answer(type, params)
    }
    this.#isReading = false
  }

  #answer(request: string, params: unknown): void {
    switch (request) {
      case 'admitConnection': {
        const client = this.#clients.indexOf('waits')
        const [snapshot] = initialTransition(connectionMachine)
        this.#clients[client] = 'served'
        this.#connections.push({ client, snapshot, isSocketOpen: true, hasFailed: false })
        return
      }
      case 'refuseConnection':
        this.#clients[this.#clients.indexOf('waits')] = 'dropped'
        return
      case 'startAccepting':
        if (this.#descriptor === 'none') return this.#bind()
        this.#descriptor = 'polled'
        return this.#tell({ type: 'acceptor.ready' })
      case 'stopAccepting': {
        const { strategy } = params as { strategy: PauseStrategy }
        this.#isBinding = false
        if (strategy === 'rebind' || this.#descriptor === 'none') this.#closeDescriptor()
        else this.#descriptor = 'held'
        return
      }
      case 'closeAcceptor':
        this.#isBinding = false
        this.#closeDescriptor()
        this.#later.push(() => this.#tell({ type: 'acceptor.closed' }))
        return
      case 'destroyConnections':
        for (const connection of [...this.#connections]) this.#tellConnection(connection, { type: 'destroy' })
        return
      case 'awaitSockets':
        return this.#awaitSockets()
      case 'applyErrorPolicy':
        return this.#applyErrorPolicy()
    }
  }

  #bind(): void {
    if (this.#isBinding) return
    this.#isBinding = true
    this.#later.push(() => {
      if (!this.#isBinding) return
      this.#isBinding = false
      if (this.#isAddressTaken) return this.#tell({ type: 'acceptor.failed', error: ERROR })
      this.#descriptor = 'polled'
      this.#tell({ type: 'acceptor.ready' })
    })
  }

  #closeDescriptor(): void {
    this.#descriptor = 'none'
    this.#clients.forEach((view, client) => {
      if (view === 'waits') this.#clients[client] = 'reset'
    })
  }

  #awaitSockets(): void {
    this.#later.push(() => {
      if (this.#connections.some(({ isSocketOpen }) => isSocketOpen)) this.#awaitSockets()
      else this.#tell({ type: 'sockets.closed' })
    })
  }

  #applyErrorPolicy(): void {
    if (this.#onHandlerError === 'raise') this.#tell({ type: 'policy.raised', error: ERROR })
    else if (this.#onHandlerError === 'ignore') this.#tell({ type: 'policy.ignored' })
    else this.#later.push(() => this.#tell({ type: 'policy.called' }))
  }

  #tellHandled(client: number | undefined, event: ConnectionEvent): void {
    const connection =
      client === undefined
        ? this.#connections[0]
        : this.#connections.find((candidate) => candidate.client === client)
    if (connection) this.#tellConnection(connection, event)
  }

  #tellConnection(connection: ModelConnection, event: ConnectionEvent): void {
    const { snapshot, requests } = transitionOfConnection(connection.snapshot, event)
    const asked = new Set(requests.map(({ type }) => type))
    const next = {
      ...connection,
      snapshot,
      isSocketOpen: connection.isSocketOpen && event.type !== 'socket.closed',
      hasFailed: connection.hasFailed || asked.has('keepError'),
    }
    this.#connections[this.#connections.indexOf(connection)] = next
    if (asked.has('releaseConnection')) return this.#release(next)
    if (asked.has('closeSocket') || asked.has('destroySocket')) {
      const { client } = connection
      this.#later.push(() => {
        const current = this.#connections.find((candidate) => candidate.client === client)
        if (!current?.isSocketOpen) return
        this.#clients[client] = 'ended'
        this.#closeSocket(current)
      })
    }
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

function isWaitingToRetry(listener: ListenerModelSnapshot['listener']): boolean {
  return (
    listener.matches({ 'accept-paused': 'retrying' }) ||
    listener.matches({ 'accept-paused': 'exhausted' }) ||
    listener.matches({ dropping: 'retrying' })
  )
}

function eventsIn(
  snapshot: ListenerModelSnapshot,
  maxConnections: number,
  maxWaiting: number,
  includeFaults: boolean,
): ListenerModelEvent[] {
  const { listener, connections, clients, descriptor, isAddressTaken } = snapshot
  const events: ListenerModelEvent[] = []
  const waiting = clients.filter((view) => view === 'waits').length
  // Whoever took the address would serve it.
  if (!isAddressTaken && waiting < maxWaiting) events.push({ type: 'connect' })
  if (connections.length > 0) events.push({ type: 'handler.returns' })
  if (clients.includes('served')) events.push({ type: 'client.resets' })
  if (includeFaults) events.push(...faultsIn(snapshot))
  events.push(
    { type: 'pause' },
    { type: 'pause', strategy: 'hold' },
    { type: 'pause', strategy: 'rebind' },
    { type: 'resume' },
    { type: 'drop.start' },
    { type: 'drop.stop' },
    { type: 'limit.changed', maxConnections: 1 },
    { type: 'limit.changed', maxConnections },
  )
  if (connections.length > 0) events.push({ type: 'handler.throws' })
  if (includeFaults && descriptor === 'none' && listener.matches('accept-paused')) {
    events.push(
      { type: 'at.once', events: [{ type: 'resume' }, { type: 'pause' }] },
      { type: 'at.once', events: [{ type: 'resume' }, { type: 'close' }] },
      { type: 'at.once', events: [{ type: 'drop.start' }, { type: 'drop.stop' }] },
    )
    if (listener.context.failures < MOST_FAILURES) {
      events.push(
        { type: 'at.once', events: [{ type: 'resume' }, { type: 'accept.exhausted' }] },
        { type: 'at.once', events: [{ type: 'drop.start' }, { type: 'accept.exhausted' }] },
      )
    }
  }
  const [first] = connections
  if (includeFaults && first && !first.isSocketOpen && first.snapshot.matches('abandoned')) {
    events.push({ type: 'at.once', events: [{ type: 'close' }, { type: 'handler.throws' }] })
  }
  if (includeFaults && listener.matches('listening')) {
    events.push({
      type: 'at.once',
      events: [{ type: 'close' }, { type: 'close', closeExistingConnections: true }],
    })
  }
  events.push({ type: 'drain.expired' }, { type: 'close' }, { type: 'close', closeExistingConnections: true })
  return events
}

function faultsIn({ listener, descriptor, isAddressTaken }: ListenerModelSnapshot): ListenerModelEvent[] {
  const events: ListenerModelEvent[] = []
  const isPaused = listener.matches('accept-paused') || listener.matches('dropping')
  if (isAddressTaken) events.push({ type: 'address.freed' })
  else if (descriptor === 'none' && isPaused) events.push({ type: 'address.taken' })
  if (isWaitingToRetry(listener)) {
    if (!isAddressTaken || listener.context.failures < MOST_FAILURES) events.push({ type: 'time.passes' })
  } else if (descriptor === 'polled' && listener.context.failures < MOST_FAILURES) {
    events.push({ type: 'accept.exhausted' }, { type: 'accept.failed', error: ERROR })
  }
  return events
}

function serialize({
  listener,
  connections,
  clients,
  descriptor,
  isAddressTaken,
}: ListenerModelSnapshot): string {
  const { maxConnections, pausedByHand, handStrategy, failures, isOutageTold, closeExistingConnections } =
    listener.context
  const isOver = listener.matches('closed')
  return JSON.stringify([
    listener.value,
    connections.map(({ snapshot }) => snapshot.value),
    closeExistingConnections,
    // What a closed server still remembers of these makes no difference.
    !isOver && [
      maxConnections,
      pausedByHand && handStrategy,
      failures,
      isOutageTold,
      clients.filter((view) => view === 'waits').length,
      descriptor,
    ],
    isAddressTaken,
  ])
}

/** What the chart decides by, and what it decided. */
function kindOf(from: ListenerModelSnapshot, event: ListenerModelEvent, to: ListenerModelSnapshot): string {
  const { value, context } = from.listener
  return JSON.stringify([
    value,
    from.descriptor,
    context.pausedByHand,
    Math.sign(context.connections - context.maxConnections),
    context.connections === 0,
    to.listener.context.failures > context.failures && context.isOutageTold,
    event,
    to.listener.value,
    to.descriptor,
    event.type === 'connect' && to.clients.at(-1),
  ])
}

function expectationsOf({
  listener,
  connections,
  clients,
  descriptor,
}: ListenerModelSnapshot): ListenerExpectations {
  const { value, context } = listener
  return {
    state: topOf(value),
    numConnections: context.connections,
    newClient: newClientIn(listener, descriptor),
    connections: connections.map(({ snapshot }) => topOf(snapshot.value)),
    clients,
    listener: { value, context },
  }
}

function newClientIn(
  listener: ListenerModelSnapshot['listener'],
  descriptor: ListenerModelSnapshot['descriptor'],
): ListenerExpectations['newClient'] {
  if (descriptor === 'none') return 'refused'
  if (descriptor === 'held') return 'waits'
  return listener.matches('dropping') ? 'dropped' : 'served'
}

function topOf<State extends string>(value: string | object): State {
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as State
}
