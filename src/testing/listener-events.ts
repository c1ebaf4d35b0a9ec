// The events that the listener model tries in each of its states.
import type { ListenerModelEvent, ListenerModelSnapshot } from './world.ts'
import { ERROR, isLingering, isRunning, isWaitingToRetry } from './world.ts'

/** More failures in a row differ in nothing but the delay. */
export const MOST_FAILURES = 2

export function eventsIn(
  snapshot: ListenerModelSnapshot,
  maxConnections: number,
  maxWaiting: number,
  includeFaults: boolean,
): ListenerModelEvent[] {
  const { listener, connections, clients, descriptor, isAddressTaken } = snapshot
  const events: ListenerModelEvent[] = []
  const waiting = clients.filter((view) => view === 'waits').length
  // The process that took the address would serve it.
  if (!isAddressTaken && waiting < maxWaiting) events.push({ type: 'connect' })
  const isAnyRunning = connections.some(isRunning)
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
    if (isWanted) events.push({ type: 'time.passes' })
  } else if (isWaitingToRetry(listener)) {
    if (!isAddressTaken || listener.context.failures < MOST_FAILURES) events.push({ type: 'time.passes' })
  } else if (descriptor === 'polled' && listener.context.failures < MOST_FAILURES) {
    events.push({ type: 'accept.exhausted' }, { type: 'accept.failed', error: ERROR })
  }
  return events
}
