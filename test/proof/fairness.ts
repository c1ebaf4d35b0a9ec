// Who waits, and what everybody else does in the end. Each assumption is argued for here; a test
// shows that none of them can be done without.
import type { ListenerModelSnapshot } from '../../src/testing/index.ts'
import type { Progress } from './fair-cycle.ts'
import type { Waiting } from './liveness.ts'

/** Clients in the kernel's queue, who wait to be served or told. */
export const inTheQueue: Waiting = ({ clients }) =>
  clients.flatMap((view, client) => (view === 'waits' ? [client] : []))

/** The user who has called `drain()`, and waits to be told what came of it. */
export const forTheDrain: Waiting = ({ listener }) => {
  const isTold = listener.matches({ closed: 'drained' }) || listener.matches({ closed: 'abandoned' })
  return listener.context.drain === 'none' || isTold ? [] : [0]
}

/**
 * A handler holds its place until it settles, says the guide: a user whose handlers never settle
 * has a full server.
 */
export const handlersSettle: Progress = {
  name: 'each handler settles',
  isDue: ({ connections }) => connections.some(({ snapshot }) => !snapshot.matches('closing')),
  isMade: ({ type }) => type === 'handler.returns' || type === 'handler.throws',
  isStrong: false,
}

/** Without `resume()` a pause by hand is for ever: that is what it is for. */
export const usersResume: Progress = {
  name: 'a paused user resumes',
  isDue: ({ listener }) => listener.context.pausedByHand,
  isMade: ({ type }) => type === 'resume',
  isStrong: false,
}

/**
 * Timers fire: those of a retry, and the look at the queue, ten times a second, for the sake of
 * which lingering connections give up their places. Strong, since the server does not look while
 * it is paused by hand, and a user could be thought of who pauses at each tenth of a second. Even
 * then `lingerTimeout` ends the lingering, which this model does not have.
 */
export const timePasses: Progress = {
  name: 'time passes',
  isDue: (snapshot) => snapshot.listener.hasTag('retrying') || isPlaceWanted(snapshot),
  isMade: ({ type }) => type === 'time.passes',
  isStrong: true,
}

function isPlaceWanted({ listener, connections, clients }: ListenerModelSnapshot): boolean {
  const isLooking = listener.matches({ 'accept-paused': 'waiting' }) && !listener.context.pausedByHand
  const isAnyLingering = connections.some(({ snapshot }) => snapshot.matches({ closing: 'lingering' }))
  return isLooking && isAnyLingering && clients.includes('waits')
}

/** The timer of a drain fires. */
export const drainsExpire: Progress = {
  name: 'the time of a drain is over some day',
  isDue: ({ listener }) => listener.context.drain === 'running',
  isMade: ({ type }) => type === 'drain.expired',
  isStrong: false,
}
