// What a server must show in a state of its model.
import type { ListenerContext } from '../../machines/index.ts'
import { outermost } from '../common/state.ts'
import type { ClientView } from './listener-events.ts'
import type { ListenerModelSettings } from './listener-options.ts'
import { isOnlyFull, type ListenerModelSnapshot } from './listener-snapshot.ts'
import type { DrainCounts, PromisedCall } from './world-calls.ts'

export interface ListenerExpectations {
  /** `server.state`. */
  readonly state: 'listening' | 'accept-paused' | 'dropping' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: number
  /** `server.numWaiting`, where the system tells it. */
  readonly numWaiting: number
  /**
   * What the next client will see, unless another process has the address. To try it is a
   * `connect`, which changes the server: do so after the last step of a path only.
   */
  readonly newClient: 'served' | 'waits' | 'refused' | 'dropped'
  /** The `state` of each of `server.connections`, in the order of acceptance. */
  readonly connections: readonly ('serving' | 'abandoned' | 'closing')[]
  /** What each client that has ever tried to connect sees, by its number. */
  readonly clients: readonly ClientView[]
  /** How often the handler was called: once for each client that was ever served. */
  readonly handlerCalls: number
  /** The calls of methods whose promises have not settled, in their order. */
  readonly pending: readonly PromisedCall[]
  /** What the promises of `drain` have resolved with, one for each call. */
  readonly drained: readonly DrainCounts[]
  /**
   * The listener chart's own snapshot, as `server.actor.getSnapshot()` must have it. Compare it
   * after all the rest, which is what clients and users see.
   */
  readonly listener: { readonly value: unknown; readonly context: ListenerContext }
}

export function expectationsOf(
  { listener, connections, clients, calls }: ListenerModelSnapshot,
  settings: ListenerModelSettings,
): ListenerExpectations {
  const { value, context } = listener
  return {
    state: outermost(value),
    numConnections: context.connections,
    numWaiting: clients.filter((view) => view === 'waits').length,
    newClient: newClientIn(listener, settings),
    connections: connections.map(({ snapshot }) => outermost(snapshot.value)),
    clients,
    handlerCalls: clients.filter((view) => view === 'served' || view === 'ended' || view === 'left').length,
    pending: calls.pending,
    drained: calls.drained,
    listener: { value, context },
  }
}

/** By the chart alone: that the world then treats a client so is to be found out. */
export function newClientIn(
  listener: ListenerModelSnapshot['listener'],
  { overLimit }: ListenerModelSettings,
): ListenerExpectations['newClient'] {
  if (listener.matches('listening')) return 'served'
  if (listener.matches({ dropping: 'open' })) return 'dropped'
  const { pausedByHand, handStrategy, pauseStrategy, isBound } = listener.context
  if (!listener.hasTag('paused')) return isBound ? 'waits' : 'refused'
  if (overLimit === 'drop' && isOnlyFull(listener)) return 'dropped'
  // What a pause promises, whatever came before it.
  return (pausedByHand ? handStrategy : pauseStrategy) === 'hold' ? 'waits' : 'refused'
}
