// The supervisor that the listener spawns: one connection actor for each accepted socket.
// `src/connection/connections.ts` does it.
import { setup } from 'xstate'
import { connectionMachine } from './connection.ts'

/** An implementation of everything that the chart of the supervisor asks for. */
export interface ConnectionsEffects {
  spawnConnection(): void
  publishLateFailure(failure: { connection: unknown; error: unknown }): void
}

export type ConnectionsEvent =
  | { type: 'spawn' }
  | { type: 'handler.failed'; connection: unknown; error: unknown }

/**
 * The chart of the supervisor. The connection actors are its children, but not in its snapshot:
 * XState would copy all of them at every event. So whoever runs it makes them, and keeps them.
 */
export const connectionsMachine = setup({
  types: { events: {} as ConnectionsEvent },
  actors: { connection: connectionMachine },
  actions: {
    spawnConnection: () => {},
    publishLateFailure: (_, _failure: { connection: unknown; error: unknown }) => {},
  },
}).createMachine({
  id: 'connections',
  description: 'One connection actor for each accepted socket.',
  on: {
    spawn: { description: 'A socket was accepted and has a place.', actions: 'spawnConnection' },
    'handler.failed': {
      description:
        'The handler of a connection that is over: its own actor is done and hears nothing. It changes nothing, and is published.',
      actions: {
        type: 'publishLateFailure',
        params: ({ event: { connection, error } }) => ({ connection, error }),
      },
    },
  },
})
