// Decides what happens to one client. `src/connection.ts` does it.
import { setup } from 'xstate'

/** The events of a connection. `destroy` is for users; the others report what happened to the handler and the socket. */
export type ConnectionEvent =
  | { type: 'destroy'; error?: Error | undefined }
  | { type: 'discard' }
  | { type: 'handler.settled' }
  | { type: 'handler.failed'; error: unknown }
  | { type: 'consumer.left' }
  | { type: 'buffer.too-old'; error: unknown }
  | { type: 'writer.flushed' }
  | { type: 'flush.expired' }
  | { type: 'socket.closed' }

/** What the chart asks for; whoever runs it says how. Nothing here does anything by itself. */
const effects = {
  flushWriter: () => {},
  closeReader: () => {},
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
        'consumer.left': {
          description:
            'Nobody takes what the handler writes: it has succeeded, and is forgotten if it lingers.',
          target: 'closing.flushing',
        },
        'buffer.too-old': {
          description: 'The peer does not take what was written: the handler has failed, and is forgotten.',
          target: 'closing.cutting',
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
        'consumer.left': {
          description: 'It has written to nobody: it is forgotten.',
          target: 'closed',
        },
        discard: { target: 'closed' },
      },
    },
    closing: {
      description: 'The handler has settled, was forgotten or will never start; the socket is being closed.',
      initial: 'flushing',
      on: {
        'handler.failed': {
          description: 'A second failure, or that of a forgotten handler, changes nothing; it is published.',
          actions: { type: 'publishLateFailure', params: ({ event }) => ({ error: event.error }) },
        },
        'socket.closed': { target: 'closed' },
      },
      states: {
        flushing: {
          description: 'What the handler wrote is being sent, then FIN.',
          entry: 'flushWriter',
          on: {
            'writer.flushed': { target: 'discarding' },
            'flush.expired': { description: 'The peer does not take the data.', target: 'cutting' },
            'buffer.too-old': {
              description: 'The handler had succeeded, so this is no failure.',
              target: 'cutting',
            },
          },
        },
        discarding: {
          description:
            'FIN is sent. If the peer has sent what nobody read, its FIN is waited for: closing before would reset the connection, and lose what is under way to it.',
          entry: 'closeReader',
          on: {
            'flush.expired': { description: 'The peer does not stop sending.', target: 'cutting' },
          },
        },
        cutting: {
          description: 'Destroyed; the descriptor is being closed.',
          entry: { type: 'destroySocket', params: { error: undefined } },
        },
      },
    },
    closed: {
      description:
        'The handler has settled or was forgotten, and the descriptor is closed: the place is free.',
      type: 'final',
      entry: 'releaseConnection',
    },
  },
})
