// The charts with the events that they are tried with, as far as they go in Promela: two places,
// and no more failures in a row than one.
import type { AnyMachineSnapshot, EventFrom } from 'xstate'
import {
  type ConnectionEvent,
  connectionMachine,
  connectionsMachine,
  type ListenerEvent,
  listenerMachine,
} from '../../machines/index.ts'
import type { ChartSource, Context } from './sample.ts'

const LIMITS = [1, 2]
/** A chart that accepts more than its limit is to be found out, and not to go on for ever. */
const MOST_CONNECTIONS = 3
/** Failures in a row differ in the delay alone. */
const MOST_FAILURES = 1
const error = 'an error'

const listenerEvents = {
  pause: [{ type: 'pause' }, { type: 'pause', strategy: 'hold' }, { type: 'pause', strategy: 'rebind' }],
  resume: [{ type: 'resume' }],
  'drop.start': [{ type: 'drop.start' }],
  'drop.stop': [{ type: 'drop.stop' }],
  'limit.changed': LIMITS.map((maxConnections) => ({ type: 'limit.changed', maxConnections })),
  close: [{ type: 'close' }, { type: 'close', closeExistingConnections: true }],
  drain: [{ type: 'drain' }, { type: 'drain', timeout: 0 }],
  'connection.offered': [{ type: 'connection.offered' }],
  'connection.denied': [{ type: 'connection.denied' }],
  'connection.settled': [{ type: 'connection.settled' }],
  'acceptor.ready': [{ type: 'acceptor.ready' }],
  'acceptor.held': [{ type: 'acceptor.held' }],
  'acceptor.failed': [{ type: 'acceptor.failed', error }],
  'acceptor.closed': [{ type: 'acceptor.closed' }],
  'accept.exhausted': [{ type: 'accept.exhausted' }],
  'accept.failed': [{ type: 'accept.failed', error }],
  'retry.due': [{ type: 'retry.due' }],
  'rate.spent': [{ type: 'rate.spent' }],
  'rate.refilled': [{ type: 'rate.refilled' }],
  'clients.waiting': [{ type: 'clients.waiting', count: 1 }],
  'sockets.closed': [{ type: 'sockets.closed' }],
  'drain.expired': [{ type: 'drain.expired' }],
  'handler.failed': [{ type: 'handler.failed', error, address: undefined }],
  'policy.ignored': [{ type: 'policy.ignored' }],
  'policy.called': [{ type: 'policy.called' }],
  'policy.raised': [{ type: 'policy.raised', error }],
} satisfies { [Type in ListenerEvent['type']]: (ListenerEvent & { type: Type })[] }

const connectionEvents = {
  destroy: [{ type: 'destroy' }],
  cut: [{ type: 'cut' }],
  discard: [{ type: 'discard' }],
  'header.awaited': [{ type: 'header.awaited' }],
  'header.read': [{ type: 'header.read' }],
  'client.denied': [{ type: 'client.denied' }],
  'handshake.awaited': [{ type: 'handshake.awaited' }],
  'handshake.done': [{ type: 'handshake.done' }],
  'preface.failed': [{ type: 'preface.failed', error }],
  'preface.expired': [{ type: 'preface.expired', error }],
  'tls.asked': [{ type: 'tls.asked' }],
  'tls.refused': [{ type: 'tls.refused' }],
  'plaintext.flushed': [{ type: 'plaintext.flushed' }],
  'handler.started': [{ type: 'handler.started' }],
  'handler.settled': [{ type: 'handler.settled' }],
  'handler.failed': [{ type: 'handler.failed', error }],
  'handler.interrupted': [{ type: 'handler.interrupted', error }],
  'peer.left': [{ type: 'peer.left' }],
  'consumer.left': [{ type: 'consumer.left' }],
  'buffer.too-old': [{ type: 'buffer.too-old', error }],
  'age.reached': [{ type: 'age.reached' }],
  'deadline.reached': [{ type: 'deadline.reached', error }],
  'buffer.too-large': [{ type: 'buffer.too-large', error }],
  'writer.flushed': [{ type: 'writer.flushed' }],
  'writer.gone': [{ type: 'writer.gone' }],
  'peer.ended': [{ type: 'peer.ended' }],
  'peer.has-all': [{ type: 'peer.has-all' }],
  'peer.lacks-some': [{ type: 'peer.lacks-some' }],
  'place.wanted': [{ type: 'place.wanted' }],
  'linger.expired': [{ type: 'linger.expired' }],
  'flush.expired': [{ type: 'flush.expired' }],
  'socket.closed': [{ type: 'socket.closed' }],
} satisfies { [Type in ConnectionEvent['type']]: (ConnectionEvent & { type: Type })[] }

const supervisorEvents: EventFrom<typeof connectionsMachine>[] = [{ type: 'spawn' }]

export interface Charts {
  readonly listener?: typeof listenerMachine
  readonly connection?: typeof connectionMachine
}

/** What a listener remembers and does not use any more is what it was at the start. */
export function reduceListener(context: Context, snapshot: AnyMachineSnapshot): Context {
  const failures = Math.min(Number(context['failures']), MOST_FAILURES)
  const handStrategy = context['pausedByHand'] ? (context['handStrategy'] ?? 'hold') : 'hold'
  // It decides what users are told, and nothing else.
  const isOutageTold = false
  if (!snapshot.hasTag('over')) return { ...context, failures, handStrategy, isOutageTold }
  const forgotten = { maxConnections: 1, pauseStrategy: 'hold', pausedByHand: false, handStrategy: 'hold' }
  return { ...context, ...forgotten, failures: 0, isOutageTold }
}

/** By the name of the chart; with others of the same kind in their place. */
export function sourcesOf({ listener = listenerMachine, connection = connectionMachine }: Charts) {
  return {
    listener: {
      machine: listener,
      inputs: LIMITS.flatMap((maxConnections) =>
        (['hold', 'rebind'] as const).map((pauseStrategy) => ({ maxConnections, pauseStrategy })),
      ),
      events: Object.values(listenerEvents).flat(),
      can: ({ type }, { connections }) => {
        if (type === 'connection.settled') return Number(connections) > 0
        return type !== 'connection.offered' || Number(connections) < MOST_CONNECTIONS
      },
      reduce: reduceListener,
      params: ['strategy'],
      ignored: [
        'reportDrop',
        'reportLimit',
        'reportExhaustion',
        'reportOutage',
        'raiseError',
        'startRefusing',
        'stopRefusing',
        'announceClosing',
        'startDrain',
      ],
    },
    connections: {
      machine: connectionsMachine,
      inputs: [undefined],
      events: supervisorEvents,
      params: [],
      ignored: ['publishLateFailure'],
    },
    connection: {
      machine: connection,
      inputs: [undefined],
      events: Object.values(connectionEvents).flat(),
      params: [],
      ignored: [
        'reportDiscarded',
        'reportDenied',
        'reportClientError',
        'publishLateFailure',
        'announceRetiring',
      ],
    },
  } satisfies Record<string, ChartSource>
}
