// One connection as a model: its chart, and a world that answers what it asks for.
import { initialTransition, type Snapshot, type SnapshotFrom, transition } from 'xstate'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { outermost } from '../common/state.ts'
import { createModel, type Model } from './model.ts'

/** An event of a connection that was just accepted. */
export type ConnectionModelEvent =
  /** Its turn comes. */
  | { type: 'handler.starts' }
  | { type: 'handler.returns' }
  /** A second time as well, which changes nothing. */
  | { type: 'handler.throws' }
  /** It writes to a connection that is gone. Only with `create`. */
  | { type: 'handler.writes' }
  /** The client sends FIN and goes on receiving. */
  | { type: 'client.ends' }
  /** Not noticed after its FIN, unless something waits to be written: Node reads no more then. */
  | { type: 'client.resets' }
  /** The client sends something that the handler does not read. */
  | { type: 'client.sends' }
  /** The client stops reading, and the handler writes more than the kernel takes. */
  | { type: 'client.stalls' }
  /**
   * The client stops reading, and the handler writes a megabyte, which the server's kernel takes
   * and the client's does not.
   */
  | { type: 'client.lags' }
  /** A client that stalls or lags takes everything that there is. */
  | { type: 'client.reads' }
  /** `connection.destroy()` is called. */
  | { type: 'destroy' }
  /** `server.close()` is called. */
  | { type: 'server.closes' }
  /** `server.drain()` is called, and gives more time than will pass. */
  | { type: 'server.drains' }
  /** `server.drain({ timeout: 0 })` is called. */
  | { type: 'server.cuts' }
  /** As much time passes as `lingerTimeout` gives. */
  | { type: 'linger.passes' }
  /**
   * More time passes than `flushTimeout` gives, and with `create`, than `bufferAgeLimit`, which is
   * to be shorter.
   */
  | { type: 'time.passes' }
  /**
   * The chart is told that the handler will never start; a server says so only before it has
   * started.
   */
  | { type: 'discard' }
  /** All of these at once, without a turn of the event loop between them. */
  | { type: 'at.once'; events: readonly ConnectionModelEvent[] }

export interface ConnectionExpectations {
  /**
   * `connection.state`; `'closed'` from the moment on in which `numConnections` no longer counts
   * it.
   */
  readonly state: 'serving' | 'abandoned' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: 0 | 1
  /**
   * The opposite of `connection.signal.aborted`; a client that reads sees the end when it becomes
   * false.
   */
  readonly isSocketOpen: boolean
  /** Whether the handler was ever started. */
  readonly hasStarted: boolean
  /** The connection chart's value, as `connection.actor.getSnapshot().value` must be. */
  readonly value: unknown
}

/** The state of the model. Read it through `expectations`. */
export type ConnectionModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  readonly connection: SnapshotFrom<typeof connectionMachine>
  readonly handler: 'unstarted' | 'running' | 'settled' | 'never'
  readonly isSocketOpen: boolean
  readonly hasEnded: boolean
  readonly hasLeft: boolean
  /** What the handler wrote waits in the server's process, or in its kernel. */
  readonly isStalled: boolean
  readonly isLagging: boolean
  readonly hasSent: boolean
  readonly server: 'open' | 'closed' | 'draining' | 'cut'
}

export type ConnectionModel = Model<ConnectionModelSnapshot, ConnectionModelEvent, ConnectionExpectations>

type Factory = 'createSock' | 'create'

export interface ConnectionModelOptions {
  /**
   * The factory of the connection's server. With `create`, its handler hears when the peer has
   * left.
   * @default 'createSock'
   */
  factory?: Factory
}

/**
 * One connection of a server, modelled by its chart in a world where a destroyed socket is closed,
 * where written data is taken at once unless the client stalls or lags, and where the kernel tells
 * how much the client has taken (Linux, with koffi).
 *
 * Each path, replayed against a connection, is guaranteed to lead to the expectations of each step
 * once all its consequences are done. The model knows nothing of bytes, nor of the server's limit;
 * see `createListenerModel` for that.
 *
 * @example
 * ```ts
 * const model = createConnectionModel({ factory: 'create' })
 * const descriptions = model.paths().map(({ description }) => description)
 * // handler.starts → client.ends → handler.returns …
 * ```
 */
export function createConnectionModel({
  factory = 'createSock',
}: ConnectionModelOptions = {}): ConnectionModel {
  const [connection] = initialTransition(connectionMachine)
  const initial: ConnectionModelSnapshot = {
    status: 'active',
    output: undefined,
    error: undefined,
    connection,
    handler: 'unstarted',
    isSocketOpen: true,
    hasEnded: false,
    hasLeft: false,
    isStalled: false,
    isLagging: false,
    hasSent: false,
    server: 'open',
  }
  return createModel(
    {
      getInitialSnapshot: () => initial,
      transition: (snapshot, event) => {
        const world = new World(factory, snapshot)
        world.happen(event)
        return world.comeToRest()
      },
      getPersistedSnapshot: (snapshot) => snapshot,
    },
    (snapshot) => eventsIn(factory, snapshot),
    serialize,
    kindOf,
    expectationsOf,
  )
}

/** The model while something happens in it. */
class World {
  readonly #factory: Factory
  #snapshot: ConnectionModelSnapshot
  /**
   * What the chart hears when it is done with what it hears now, and in later turns of the event
   * loop.
   */
  readonly #mailbox: ConnectionEvent[] = []
  #isReading = false
  readonly #later: ConnectionEvent[] = []

  constructor(factory: Factory, snapshot: ConnectionModelSnapshot) {
    this.#factory = factory
    this.#snapshot = snapshot
  }

  happen(event: ConnectionModelEvent): void {
    switch (event.type) {
      case 'handler.starts':
        if (this.#snapshot.handler === 'unstarted') this.#set({ handler: 'running' })
        return
      case 'handler.returns':
        this.#set({ handler: 'settled' })
        return this.#tell({ type: 'handler.settled' })
      case 'handler.throws':
        this.#set({ handler: 'settled' })
        return this.#tell({ type: 'handler.failed', error: undefined })
      case 'handler.writes':
        return this.#tell({ type: 'consumer.left' })
      case 'client.ends':
        this.#set({ hasEnded: true })
        if (this.#isLingering) this.#end()
        return
      case 'client.sends':
        return this.#set({ hasSent: true })
      case 'client.resets': {
        const { hasEnded, isStalled } = this.#snapshot
        this.#set({ hasLeft: true })
        if (hasEnded && !isStalled) return
        if (this.#factory === 'create') this.#tell({ type: 'peer.left' })
        return this.#closeSocket()
      }
      case 'client.stalls':
        return this.#set({ isStalled: true })
      case 'client.lags':
        return this.#set({ isLagging: true })
      case 'client.reads': {
        const { isStalled } = this.#snapshot
        this.#set({ isStalled: false, isLagging: false })
        if (isStalled && this.#snapshot.connection.matches({ closing: 'flushing' })) {
          this.#tell({ type: 'writer.flushed' })
        }
        return
      }
      case 'destroy':
        return this.#tell({ type: 'destroy' })
      case 'server.closes':
        return this.#close('closed')
      case 'server.drains':
        return this.#close('draining')
      case 'server.cuts':
        this.#close('cut')
        return this.#tell({ type: 'cut' })
      case 'linger.passes':
        if (this.#snapshot.server === 'draining' && this.#isLingering) this.#tell({ type: 'place.wanted' })
        if (this.#isLingering) this.#tell({ type: 'linger.expired' })
        return
      case 'time.passes':
        // Where nothing waits, the chart does not hear of it.
        if (this.#factory === 'create' && this.#snapshot.isStalled && this.#snapshot.isSocketOpen) {
          this.#tell({ type: 'buffer.too-old', error: undefined })
        }
        return this.#tell({ type: 'flush.expired' })
      case 'discard':
        return this.#tell(event)
      case 'at.once':
        for (const one of event.events) this.happen(one)
        return
    }
  }

  comeToRest(): ConnectionModelSnapshot {
    for (let next = this.#later.shift(); next; next = this.#later.shift()) this.#tell(next)
    return this.#snapshot
  }

  get #isLingering(): boolean {
    const { connection, isSocketOpen } = this.#snapshot
    const isLingering =
      connection.matches({ closing: 'lingering' }) || connection.matches({ closing: 'behind' })
    return isSocketOpen && isLingering
  }

  #set(changed: Partial<ConnectionModelSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed }
  }

  #close(server: ConnectionModelSnapshot['server']): void {
    const { handler } = this.#snapshot
    this.#set({ server })
    if (handler === 'unstarted') {
      this.#set({ handler: 'never' })
      this.#tell({ type: 'discard' })
    }
    if (server === 'cut' && this.#isLingering) this.#tell({ type: 'place.wanted' })
  }

  #tell(event: ConnectionEvent): void {
    this.#mailbox.push(event)
    if (this.#isReading) return
    this.#isReading = true
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) this.#step(next)
    this.#isReading = false
  }

  #step(event: ConnectionEvent): void {
    if (event.type === 'socket.closed') this.#set({ isSocketOpen: false })
    if (this.#snapshot.connection.status !== 'active') return
    const [connection, requests] = transition(connectionMachine, this.#snapshot.connection, event)
    this.#set({ connection })
    if (!this.#snapshot.isSocketOpen) return
    for (const { type } of requests) this.#answer(type)
  }

  #answer(request: string): void {
    const { isStalled, isLagging, hasEnded } = this.#snapshot
    if (request === 'flushWriter' && !isStalled) this.#later.push({ type: 'writer.flushed' })
    if (request === 'closeReader' && hasEnded) this.#end()
    if (request === 'askForRest') this.#tell({ type: isLagging ? 'peer.lacks-some' : 'peer.has-all' })
    if (request === 'destroySocket') this.#closeSocket()
  }

  #end(): void {
    this.#later.push({ type: 'peer.ended' })
    this.#closeSocket()
  }

  #closeSocket(): void {
    if (!this.#later.some(({ type }) => type === 'socket.closed')) this.#later.push({ type: 'socket.closed' })
  }
}

function eventsIn(factory: Factory, snapshot: ConnectionModelSnapshot): ConnectionModelEvent[] {
  const { connection, handler, isSocketOpen, hasEnded, hasLeft, isStalled, isLagging, hasSent, server } =
    snapshot
  if (handler === 'unstarted') return [{ type: 'handler.starts' }, { type: 'server.closes' }]
  if (connection.status !== 'active') return []
  const isServing = connection.matches('serving')
  const isClosing = connection.matches('closing')
  const isRunning = handler === 'running'
  const events: ConnectionModelEvent[] = [{ type: 'destroy' }, { type: 'time.passes' }]
  if (isRunning) events.push({ type: 'handler.returns' })
  if (isRunning || isClosing) events.push({ type: 'handler.throws' })
  if (isSocketOpen && !hasLeft) {
    events.push({ type: 'client.resets' })
    if (!hasEnded) events.push({ type: 'client.ends' })
    if (!hasSent && !hasEnded) events.push({ type: 'client.sends' })
    if (isStalled || isLagging) events.push({ type: 'client.reads' })
    else if (isRunning && isServing) events.push({ type: 'client.stalls' }, { type: 'client.lags' })
  }
  if (isClosing) events.push({ type: 'linger.passes' })
  if (!isSocketOpen && isRunning) events.push({ type: 'discard' })
  if (!isSocketOpen && isRunning && factory === 'create') events.push({ type: 'handler.writes' })
  if (isServing && isRunning) {
    events.push(
      atOnce({ type: 'destroy' }, { type: 'handler.returns' }),
      atOnce({ type: 'destroy' }, { type: 'handler.throws' }),
      atOnce({ type: 'server.cuts' }, { type: 'handler.throws' }),
    )
    if (factory === 'create') events.push(atOnce({ type: 'destroy' }, { type: 'handler.writes' }))
  }
  if (server === 'open') events.push({ type: 'server.closes' }, { type: 'server.drains' })
  if (server === 'open' || server === 'closed') events.push({ type: 'server.cuts' })
  return events
}

function atOnce(...events: ConnectionModelEvent[]): ConnectionModelEvent {
  return { type: 'at.once', events }
}

/** What the chart and the kernel decide by, and what was decided. */
function kindOf(
  {
    connection,
    handler,
    isSocketOpen,
    hasEnded,
    hasLeft,
    isStalled,
    isLagging,
    server,
  }: ConnectionModelSnapshot,
  event: ConnectionModelEvent,
  to: ConnectionModelSnapshot,
): string {
  const isDraining = server === 'draining' && connection.matches('closing')
  const rest = [handler, isSocketOpen, hasEnded, hasLeft, isStalled, isLagging, isDraining]
  return JSON.stringify([connection.value, rest, event, to.connection.value])
}

function serialize({ connection, ...rest }: ConnectionModelSnapshot): string {
  return JSON.stringify([connection.value, rest])
}

function expectationsOf({
  connection,
  handler,
  isSocketOpen,
}: ConnectionModelSnapshot): ConnectionExpectations {
  const { value, status } = connection
  return {
    state: outermost(value),
    numConnections: status === 'active' ? 1 : 0,
    isSocketOpen,
    hasStarted: handler === 'running' || handler === 'settled',
    value,
  }
}
