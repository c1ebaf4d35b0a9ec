// What a listener can be told, and what it hears of what happened.

/**
 * How a paused server keeps clients away: `hold` leaves them in the kernel's queue, `rebind`
 * refuses them.
 */
export type PauseStrategy = 'hold' | 'rebind'

/** The events that users may send to a listener; the methods of `Server` send these. */
export type ListenerCommand =
  | { type: 'pause'; strategy?: PauseStrategy }
  | { type: 'resume' }
  | { type: 'drop.start' }
  | { type: 'drop.stop' }
  | { type: 'limit.changed'; maxConnections: number }
  | { type: 'close'; closeExistingConnections?: boolean }
  | { type: 'drain'; timeout?: number }

/**
 * The events with which the acceptor, the connections, the clock and the error policy report what
 * happened.
 */
export type ListenerReport =
  | { type: 'connection.offered' }
  | { type: 'connection.denied' }
  | { type: 'connection.settled' }
  | { type: 'acceptor.ready' }
  | { type: 'acceptor.held' }
  | { type: 'acceptor.failed'; error: unknown }
  | { type: 'acceptor.closed' }
  | { type: 'accept.exhausted'; isTooLate?: boolean }
  | { type: 'accept.failed'; error: unknown }
  | { type: 'retry.due' }
  | { type: 'clients.waiting'; count: number }
  | { type: 'rate.spent' }
  | { type: 'rate.refilled' }
  | { type: 'sockets.closed' }
  | { type: 'drain.expired' }
  | { type: 'handler.failed'; error: unknown; address: unknown }
  | { type: 'policy.ignored' }
  | { type: 'policy.called' }
  | { type: 'policy.raised'; error: unknown }

export type ListenerEvent = ListenerCommand | ListenerReport
