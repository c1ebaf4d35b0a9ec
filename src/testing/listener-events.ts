// The events of a server's model, and those that it tries in each of its states.
import type { ListenerCommand } from '../../machines/index.ts'
import { newClientIn } from './listener-expectations.ts'
import type { ListenerModelSettings } from './listener-options.ts'
import type { ListenerModelSnapshot } from './listener-snapshot.ts'
import { firstReachable, isLingering, isThrottled, isWaitingToRetry } from './listener-snapshot.ts'
import { ERROR } from './listener-world.ts'

/**
 * An event of a server. Clients are numbered from 0 in the order in which they connect. An event
 * without a number is that of the first client to which it can happen: the one that has been
 * connected the longest.
 */
export type ListenerModelEvent =
  | { type: 'connect' }
  /** A connected client resets its connection. */
  | { type: 'client.resets'; client?: number }
  /** A served client will not end its side when the server has ended its own. */
  | { type: 'client.stays'; client?: number }
  /** The handler of that client; without a number, of the oldest connection whose handler runs. */
  | { type: 'handler.returns'; client?: number }
  | { type: 'handler.throws'; client?: number }
  | ListenerCommand
  /** The time that a drain under way gives the handlers is over; `drain` with 0 has none. */
  | { type: 'drain.expired' }
  /** While the server is paused by `rebind`, another process listens on its address; and stops. */
  | { type: 'address.taken' }
  | { type: 'address.freed' }
  /**
   * Enough time for the server to retry, to see whether clients wait for places, and to let as many
   * clients in as `acceptBurst` says.
   */
  | { type: 'time.passes' }
  /** The process is out of descriptors, or accept(2) fails. */
  | { type: 'accept.exhausted' }
  | { type: 'accept.failed'; error: unknown }
  /** All of these at once, without a turn of the event loop between them. */
  | { type: 'at.once'; events: readonly ListenerModelEvent[] }

/**
 * What a client sees. `'waits'`: connected, in the kernel's queue; `'served'`: a handler was
 * started for it; `'refused'`: could not connect; `'dropped'`: connected and closed at once,
 * without a handler; `'reset'`: waited in the queue, and the queue was closed; `'ended'`: served,
 * and its connection closed by the server; `'left'`: has reset its connection itself.
 */
export type ClientView = 'waits' | 'served' | 'refused' | 'dropped' | 'reset' | 'ended' | 'left'

/** More failures in a row differ in nothing but the delay. */
export const MOST_FAILURES = 2

export function eventsIn(
  snapshot: ListenerModelSnapshot,
  settings: ListenerModelSettings,
): ListenerModelEvent[] {
  const { maxConnections, maxWaiting, includeFaults } = settings
  const { listener, connections, clients, descriptor, isAddressTaken } = snapshot
  const events: ListenerModelEvent[] = []
  const waiting = clients.filter((view) => view === 'waits').length
  // The process that took the address would serve it.
  const hasRoom = waiting < maxWaiting || newClientIn(listener, settings) !== 'waits'
  if (!isAddressTaken && hasRoom) events.push({ type: 'connect' })
  const isAnyRunning = firstReachable(connections, clients, settings) !== undefined
  if (isAnyRunning) events.push({ type: 'handler.returns' })
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
  if (isAnyRunning) events.push({ type: 'handler.throws' })
  if (includeFaults && descriptor === 'none' && listener.matches('accept-paused')) {
    events.push(
      { type: 'at.once', events: [{ type: 'resume' }, { type: 'pause' }] },
      { type: 'at.once', events: [{ type: 'pause', strategy: 'hold' }, { type: 'resume' }] },
      { type: 'at.once', events: [{ type: 'pause', strategy: 'hold' }, { type: 'drop.start' }] },
      { type: 'at.once', events: [{ type: 'pause', strategy: 'hold' }, { type: 'close' }] },
      {
        type: 'at.once',
        events: [
          { type: 'pause', strategy: 'hold' },
          { type: 'pause', strategy: 'rebind' },
        ],
      },
      { type: 'at.once', events: [{ type: 'resume' }, { type: 'close' }] },
      { type: 'at.once', events: [{ type: 'drop.start' }, { type: 'drop.stop' }] },
    )
    if (listener.context.failures < MOST_FAILURES) {
      events.push(
        { type: 'at.once', events: [{ type: 'resume' }, { type: 'accept.exhausted' }] },
        { type: 'at.once', events: [{ type: 'drop.start' }, { type: 'accept.exhausted' }] },
      )
      if (isWaitingToRetry(listener) && !connections.some(isLingering)) {
        events.push({ type: 'at.once', events: [{ type: 'time.passes' }, { type: 'accept.exhausted' }] })
      }
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
    events.push({ type: 'at.once', events: [{ type: 'close' }, { type: 'drain' }] })
    events.push({ type: 'at.once', events: [{ type: 'close' }, { type: 'drain', timeout: 0 }] })
    events.push({ type: 'at.once', events: [{ type: 'drain' }, { type: 'drain', timeout: 0 }] })
  }
  // Time passes for a drain only, and a repeated one must change nothing.
  if (includeFaults && listener.context.drain === 'running') events.push({ type: 'drain.expired' })
  events.push({ type: 'drain' }, { type: 'drain', timeout: 0 })
  events.push({ type: 'close' }, { type: 'close', closeExistingConnections: true })
  return events
}

function faultsIn(snapshot: ListenerModelSnapshot): ListenerModelEvent[] {
  const { listener, connections, clients, descriptor, isAddressTaken } = snapshot
  const events: ListenerModelEvent[] = []
  const isPaused = listener.matches('accept-paused') || listener.matches('dropping')
  if (isAddressTaken) events.push({ type: 'address.freed' })
  else if (descriptor === 'none' && isPaused) events.push({ type: 'address.taken' })
  // With one of them all is said.
  const isAnyServing = connections.some(({ snapshot }) => snapshot.matches('serving'))
  if (isAnyServing && !connections.some(({ isStaying }) => isStaying)) {
    events.push({ type: 'client.stays' })
  }
  if (connections.some(isLingering)) {
    const isWanted =
      listener.context.drain === 'running' || (descriptor === 'held' && clients.includes('waits'))
    // The queue is not looked at where there are places.
    const isLookedAt = !listener.matches({ 'accept-paused': 'throttled' })
    if (isWanted && isLookedAt) events.push({ type: 'time.passes' })
  } else if (isWaitingToRetry(listener)) {
    if (!isAddressTaken || listener.context.failures < MOST_FAILURES) events.push({ type: 'time.passes' })
  } else {
    if (isThrottled(snapshot)) events.push({ type: 'time.passes' })
    if (descriptor === 'polled' && listener.context.failures < MOST_FAILURES) {
      events.push({ type: 'accept.exhausted' }, { type: 'accept.failed', error: ERROR })
    }
  }
  return events
}
