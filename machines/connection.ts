// Decides what happens to one client. `src/connection.ts` does it.
import { setup } from 'xstate'

/** The events of a connection. `destroy` is for users; the others report what happened to the handler and the socket. */
export type ConnectionEvent =
  | { type: 'destroy'; error?: Error | undefined }
  | { type: 'discard' }
  | { type: 'handler.settled' }
  | { type: 'handler.failed'; error: unknown }
  | { type: 'socket.closed' }
  | { type: 'flush.expired' }

/** What the chart asks for; whoever runs it says how. Nothing here does anything by itself. */
const effects = {
  closeSocket: () => {},
  destroySocket: (_: unknown, _params: { error: Error | undefined }) => {},
  keepError: (_: unknown, _params: { error: unknown }) => {},
  publishLateFailure: (_: unknown, _params: { error: unknown }) => {},
  releaseConnection: () => {},
}

/** An implementation of everything that the connection chart asks for. */
export type ConnectionEffects = {
  [Name in keyof typeof effects]: (params: Parameters<(typeof effects)[Name]>[1]) => void
}

/**
 * The chart of one connection. It has no context: what differs from one connection to the next (socket, address, handler) lives
 * with the actor that runs it, so the chart has finitely many snapshots.
 */
export const connectionMachine = setup({
  types: { events: {} as ConnectionEvent },
  actions: effects,
}).createMachine({
  id: 'connection',
  description: 'One client, from accept to the free place.',
  initial: 'serving',
  on: {
    destroy: {
      description: 'Cut the connection off, whatever waits to be written.',
      actions: { type: 'destroySocket', params: ({ event }) => ({ error: event.error }) },
    },
  },
  states: {
    serving: {
      description: 'The handler runs on an open socket.',
      on: {
        'handler.settled': { target: 'closing.flushing' },
        'handler.failed': {
          target: 'closing.flushing',
          actions: { type: 'keepError', params: ({ event }) => ({ error: event.error }) },
        },
        'socket.closed': { target: 'abandoned' },
        discard: {
          description: 'The server closed before the handler was started: it never will be.',
          target: 'closing.cutting',
        },
      },
    },
    abandoned: {
      description: 'The socket is gone, the handler still runs; it holds its place until it settles.',
      on: {
        'handler.settled': { target: 'closed' },
        'handler.failed': {
          target: 'closed',
          actions: { type: 'keepError', params: ({ event }) => ({ error: event.error }) },
        },
        discard: { target: 'closed' },
      },
    },
    closing: {
      description: 'The handler has settled or will never start; the socket is being closed.',
      initial: 'flushing',
      on: {
        'handler.failed': {
          description: 'A second failure of the same handler changes nothing; it is published.',
          actions: { type: 'publishLateFailure', params: ({ event }) => ({ error: event.error }) },
        },
        'socket.closed': { target: 'closed' },
      },
      states: {
        flushing: {
          description: 'What the handler wrote is being sent, then FIN.',
          entry: 'closeSocket',
          on: {
            'flush.expired': {
              description: 'The peer does not take the data.',
              target: 'cutting',
            },
          },
        },
        cutting: {
          description: 'Destroyed; the descriptor is being closed.',
          entry: { type: 'destroySocket', params: { error: undefined } },
        },
      },
    },
    closed: {
      description: 'The handler has settled and the descriptor is closed: the place is free.',
      type: 'final',
      entry: 'releaseConnection',
    },
  },
})
