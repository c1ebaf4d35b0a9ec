// A whole server as a model: both charts, and a world that answers what they ask for.
import { initialTransition } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import { dotted } from '../common/state.ts'
import { eventsIn, type ListenerModelEvent, MOST_FAILURES } from './listener-events.ts'
import { expectationsOf, type ListenerExpectations } from './listener-expectations.ts'
import { type ListenerModelOptions, parseListenerModelOptions } from './listener-options.ts'
import type { ListenerModelSnapshot } from './listener-snapshot.ts'
import { ListenerWorld } from './listener-world.ts'
import { createModel, type Model } from './model.ts'
import { NO_CALLS } from './world-calls.ts'

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
 * Throws a `TypeError` or `RangeError` that names the option and its value for a wrong one, or one
 * that is not known.
 *
 * @example
 * ```ts
 * const model = createListenerModel({ maxConnections: 2, includeFaults: false })
 * const driver = createDriver((where, handler) =>
 *   Server.createSock(where, handler, { maxConnections: 2 }),
 * )
 * testServer(model, driver, { test })
 * ```
 */
export function createListenerModel(options: ListenerModelOptions = {}): ListenerModel {
  const settings = parseListenerModelOptions(options)
  const { maxConnections, pauseStrategy, acceptBurst } = settings
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
    accepts: acceptBurst,
    calls: NO_CALLS,
  }
  return createModel({
    logic: {
      getInitialSnapshot: () => initial,
      transition: (snapshot, event) => {
        const world = new ListenerWorld(snapshot, settings)
        world.happen(event)
        return world.comeToRest()
      },
      getPersistedSnapshot: (snapshot) => snapshot,
    },
    events: (snapshot) => eventsIn(snapshot, settings),
    serializeState: serialize,
    kindOf,
    stateOf: ({ listener }) => dotted(listener.value),
    expectations: (snapshot) => expectationsOf(snapshot, settings),
  })
}

function serialize({
  listener,
  connections,
  clients,
  descriptor,
  isAddressTaken,
  accepts,
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
      listener.context.isThrottled,
      accepts,
    ],
    isAddressTaken,
  ])
}

/** What the chart decides by, and what it decided. */
function kindOf(from: ListenerModelSnapshot, event: ListenerModelEvent, to: ListenerModelSnapshot): string {
  const { value, context } = from.listener
  const isOver = from.listener.matches('closed')
  return JSON.stringify([
    value,
    from.descriptor,
    // What a closed server still remembers of these makes no difference.
    !isOver && [
      context.pausedByHand && context.handStrategy,
      Math.sign(context.connections - context.maxConnections),
      context.isThrottled,
      context.isOutageTold && to.listener.context.failures > context.failures,
    ],
    context.connections === 0,
    event,
    to.listener.value,
    to.descriptor,
    event.type === 'connect' && to.clients.at(-1),
  ])
}
