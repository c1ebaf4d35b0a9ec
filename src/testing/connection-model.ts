// One connection as a model: its chart, and a world that answers what it asks for.
import { initialTransition, type Snapshot, type SnapshotFrom, transition } from 'xstate'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { createModel, type Model } from './model.ts'

/** What can happen to a connection that was just accepted. */
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
  /** `connection.destroy()` is called. */
  | { type: 'destroy' }
  /** `server.close()` is called. */
  | { type: 'server.closes' }
  /** More time passes than a peer has to take what its handler wrote, and with `create`, than `bufferAgeLimit`, which is to be shorter. */
  | { type: 'time.passes' }
  /** The chart is told that the handler will never start; a server says so only before it has started. */
  | { type: 'discard' }

export interface ConnectionExpectations {
  /** `connection.state`; `'closed'` from the moment on in which `numConnections` no longer counts it. */
  readonly state: 'serving' | 'abandoned' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: 0 | 1
  /** The opposite of `connection.signal.aborted`; a client that reads sees the end when it becomes false. */
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
  readonly isStalled: boolean
  readonly hasUnread: boolean
  readonly isServerClosed: boolean
}

export type ConnectionModel = Model<ConnectionModelSnapshot, ConnectionModelEvent, ConnectionExpectations>

type Factory = 'createSock' | 'create'

export interface ConnectionModelOptions {
  /** What made the connection's server. With `create`, its handler hears when the peer has left. @default 'createSock' */
  factory?: Factory
}

/**
 * One connection of a server, modelled by its chart in a world where a destroyed socket is closed, and where what was written is taken
 * at once unless the client stalls.
 *
 * Guarantees that each path, replayed against a connection, leads to these expectations once everything that follows from a step is
 * done. It knows nothing of bytes, nor of the server's limit; see `createListenerModel` for that.
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
    hasUnread: false,
    isServerClosed: false,
  }
  return createModel(
    {
      getInitialSnapshot: () => initial,
      transition: (snapshot, event) => happen(factory, snapshot, event),
      getPersistedSnapshot: (snapshot) => snapshot,
    },
    (snapshot) => eventsIn(factory, snapshot),
    serialize,
    (from, event) => JSON.stringify([serialize(from), event]),
    expectationsOf,
  )
}

function happen(
  factory: Factory,
  snapshot: ConnectionModelSnapshot,
  event: ConnectionModelEvent,
): ConnectionModelSnapshot {
  switch (event.type) {
    case 'handler.starts':
      return snapshot.handler === 'unstarted' ? { ...snapshot, handler: 'running' } : snapshot
    case 'handler.returns':
      return tell({ ...snapshot, handler: 'settled' }, { type: 'handler.settled' })
    case 'handler.throws':
      return tell({ ...snapshot, handler: 'settled' }, { type: 'handler.failed', error: undefined })
    case 'client.ends': {
      const ended = { ...snapshot, hasEnded: true }
      return snapshot.connection.matches({ closing: 'discarding' })
        ? tell(ended, { type: 'socket.closed' })
        : ended
    }
    case 'client.sends':
      return { ...snapshot, hasUnread: true }
    case 'client.resets': {
      const left = { ...snapshot, hasLeft: true }
      if (snapshot.hasEnded && !snapshot.isStalled) return left
      const gone = { ...left, isSocketOpen: false }
      return tell(factory === 'create' ? tell(gone, { type: 'consumer.left' }) : gone, {
        type: 'socket.closed',
      })
    }
    case 'client.stalls':
      return { ...snapshot, isStalled: true }
    case 'destroy':
      return tell(snapshot, { type: 'destroy' })
    case 'server.closes': {
      const closed = { ...snapshot, isServerClosed: true }
      return snapshot.handler === 'unstarted'
        ? tell({ ...closed, handler: 'never' }, { type: 'discard' })
        : closed
    }
    case 'time.passes':
      return tell(
        // Where nothing waits, the chart does not hear of it.
        factory === 'create' && snapshot.isStalled && snapshot.isSocketOpen
          ? tell(snapshot, { type: 'buffer.too-old', error: undefined })
          : snapshot,
        { type: 'flush.expired' },
      )
    case 'handler.writes':
      return tell(snapshot, { type: 'consumer.left' })
    case 'discard':
      return tell(snapshot, event)
  }
}

function tell(snapshot: ConnectionModelSnapshot, event: ConnectionEvent): ConnectionModelSnapshot {
  const isSocketOpen = snapshot.isSocketOpen && event.type !== 'socket.closed'
  if (snapshot.connection.status !== 'active') return { ...snapshot, isSocketOpen }
  const [connection, requests] = transition(connectionMachine, snapshot.connection, event)
  const next = { ...snapshot, connection, isSocketOpen }
  const isAsked = (name: string) => requests.some(({ type }) => type === name)
  if (!isSocketOpen) return next
  if (isAsked('flushWriter') && !snapshot.isStalled) return tell(next, { type: 'writer.flushed' })
  const isInputOver = !snapshot.hasUnread || snapshot.hasEnded
  const closes = isAsked('destroySocket') || (isAsked('closeReader') && isInputOver)
  return closes ? tell(next, { type: 'socket.closed' }) : next
}

function eventsIn(factory: Factory, snapshot: ConnectionModelSnapshot): ConnectionModelEvent[] {
  const { connection, handler, isSocketOpen, hasEnded, hasLeft, isStalled, hasUnread, isServerClosed } =
    snapshot
  if (handler === 'unstarted') return [{ type: 'handler.starts' }, { type: 'server.closes' }]
  if (connection.status !== 'active') return []
  const events: ConnectionModelEvent[] = [{ type: 'destroy' }, { type: 'time.passes' }]
  if (handler === 'running') events.push({ type: 'handler.returns' })
  if (handler === 'running' || connection.matches('closing')) events.push({ type: 'handler.throws' })
  if (isSocketOpen && !hasLeft) {
    events.push({ type: 'client.resets' })
    if (!hasEnded) events.push({ type: 'client.ends' })
    if (!hasUnread && !hasEnded && connection.matches('serving')) events.push({ type: 'client.sends' })
    if (!isStalled && handler === 'running') events.push({ type: 'client.stalls' })
  }
  if (!isSocketOpen && handler === 'running') events.push({ type: 'discard' })
  if (!isSocketOpen && handler === 'running' && factory === 'create') events.push({ type: 'handler.writes' })
  if (!isServerClosed) events.push({ type: 'server.closes' })
  return events
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
    state: (typeof value === 'string' ? value : Object.keys(value)[0]) as ConnectionExpectations['state'],
    numConnections: status === 'active' ? 1 : 0,
    isSocketOpen,
    hasStarted: handler === 'running' || handler === 'settled',
    value,
  }
}
