// A whole server as a model: both charts, and a world that answers what they ask for.
import { initialTransition } from 'xstate'
import { type ListenerContext, listenerMachine, type PauseStrategy } from '../../machines/index.ts'
import { outermost } from '../common/state.ts'
import { eventsIn, MOST_FAILURES } from './listener-events.ts'
import { createModel, type Model } from './model.ts'
import { type ClientView, type ListenerModelEvent, type ListenerModelSnapshot, World } from './world.ts'

export interface ListenerModelOptions {
  /**
   * The server's limit; the model also lowers it to 1 and raises it again. Keep it small: 2 by
   * default.
   */
  maxConnections?: number
  /** The server's option of the same name; `'hold'` by default. */
  pauseStrategy?: PauseStrategy
  /**
   * The server's option `onHandlerError`, where `'call'` stands for a function; `'raise'` by
   * default.
   */
  onHandlerError?: 'raise' | 'ignore' | 'call'
  /** Maximum number of clients that wait in the kernel's queue; 1 by default. */
  maxWaiting?: number
  /**
   * Whether the paths contain events that no client, handler or user causes: a taken address, an
   * exhausted process, a failing accept(2), passing time, clients that linger, and several events
   * at once. True by default; false for a server that the test can only reach from outside.
   */
  includeFaults?: boolean
}

export interface ListenerExpectations {
  /** `server.state`. */
  readonly state: 'listening' | 'accept-paused' | 'dropping' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: number
  /** What the next client will see, unless another process has the address. */
  readonly newClient: 'served' | 'waits' | 'refused' | 'dropped'
  /** The `state` of each of `server.connections`, in the order of acceptance. */
  readonly connections: readonly ('serving' | 'abandoned' | 'closing')[]
  /** What each client that has ever tried to connect sees, by its number. */
  readonly clients: readonly ClientView[]
  /** The listener chart's own snapshot, as `server.actor.getSnapshot()` must have it. */
  readonly listener: { readonly value: unknown; readonly context: ListenerContext }
}

export type ListenerModel = Model<ListenerModelSnapshot, ListenerModelEvent, ListenerExpectations>

/**
 * A server, modelled by its two charts in a world where a bind succeeds unless the address is
 * taken, a destroyed socket is closed, and clients take what is sent to them. Its `lingerTimeout`
 * is longer than a path takes.
 *
 * Each path, replayed against a server with these options, is guaranteed to lead to the
 * expectations of each step once all its consequences are done; replay the next step only then. The
 * model says nothing of how long that takes, of bytes, nor of the order in which two simultaneous
 * events are noticed.
 *
 * @example
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

function serialize({
  listener,
  connections,
  clients,
  descriptor,
  isAddressTaken,
}: ListenerModelSnapshot): string {
  const { maxConnections, pausedByHand, handStrategy, isBound, failures, isOutageTold } = listener.context
  const { closeExistingConnections, drain } = listener.context
  const isOver = listener.matches('closed')
  return JSON.stringify([
    listener.value,
    connections.map(({ snapshot, hasFailed, isStaying }) => [snapshot.value, hasFailed, isStaying]),
    closeExistingConnections,
    drain,
    // What a closed server still remembers of these makes no difference.
    !isOver && [
      maxConnections,
      pausedByHand && handStrategy,
      isBound,
      Math.min(failures, MOST_FAILURES),
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
    context.pausedByHand && context.handStrategy,
    Math.sign(context.connections - context.maxConnections),
    context.connections === 0,
    to.listener.context.failures > context.failures && context.isOutageTold,
    event,
    to.listener.value,
    to.descriptor,
    event.type === 'connect' && to.clients.at(-1),
  ])
}

function expectationsOf({ listener, connections, clients }: ListenerModelSnapshot): ListenerExpectations {
  const { value, context } = listener
  return {
    state: outermost(value),
    numConnections: context.connections,
    newClient: newClientIn(listener),
    connections: connections.map(({ snapshot }) => outermost(snapshot.value)),
    clients,
    listener: { value, context },
  }
}

/** By the chart alone: that the world then treats a client so is to be found out. */
function newClientIn(listener: ListenerModelSnapshot['listener']): ListenerExpectations['newClient'] {
  if (listener.matches('listening')) return 'served'
  if (listener.matches({ dropping: 'open' })) return 'dropped'
  const { pausedByHand, handStrategy, pauseStrategy, isBound } = listener.context
  if (!listener.matches({ 'accept-paused': 'waiting' })) return isBound ? 'waits' : 'refused'
  // What a pause promises, whatever came before it.
  return (pausedByHand ? handStrategy : pauseStrategy) === 'hold' ? 'waits' : 'refused'
}
