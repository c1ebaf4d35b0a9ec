// Decides when the server accepts, holds, drops and closes. `src/listener/listener.ts` does it.
import { listenerSetup, strategyDue } from './listener-setup.ts'
import {
  acceptAgain,
  drainAtOnce,
  drainInTime,
  drainsAtOnce,
  drainToo,
  errorOf,
  exhausted,
  exhaustedAndCounted,
  expireDrain,
  failed,
  pauseAsDue,
  retryLater,
  tellLimit,
} from './listener-transitions.ts'

/**
 * The chart of a listening server.
 *
 * It decides and does nothing else: its actions are requests to `src/listener/listener.ts`, and the
 * answers come back as events. One number decides whether there is room, `connections` against
 * `maxConnections`.
 */
export const listenerMachine = listenerSetup.createMachine({
  id: 'listener',
  description: 'Accept if there is room, run the handler, clean up, accept again.',
  context: ({ input }) => ({
    connections: 0,
    maxConnections: input?.maxConnections ?? 1,
    pauseStrategy: input?.pauseStrategy ?? 'hold',
    pausedByHand: false,
    handStrategy: 'hold',
    isThrottled: false,
    isBound: true,
    failures: 0,
    isOutageTold: false,
    closeExistingConnections: false,
    drain: 'none',
  }),
  entry: 'spawnConnections',
  initial: 'listening',
  on: {
    'connection.offered': {
      description: 'Accepted where nothing may be accepted: closed at once.',
      actions: 'refuseConnection',
    },
    'connection.denied': {
      description: 'A rule keeps its client out: closed at once, and told.',
      actions: ['forgetFailures', 'reportDrop', 'refuseConnection'],
    },
    'connection.settled': {
      description: 'A handler has settled and its descriptor is closed: the place is free.',
      actions: 'uncountConnection',
    },
    pause: { actions: { type: 'rememberPause', params: ({ event }) => event.strategy } },
    resume: { actions: 'forgetPause' },
    'limit.changed': { actions: { type: 'setLimit', params: ({ event }) => event.maxConnections } },
    'rate.spent': {
      description: 'As many have got in as `maxAcceptRate` lets in for now.',
      actions: ['rememberThrottle', { type: 'scheduleRefill', params: strategyDue }],
    },
    'rate.refilled': { actions: 'forgetThrottle' },
    'handler.failed': {
      description: 'Ask the error policy; it answers with one of the three policy events.',
      actions: {
        type: 'applyErrorPolicy',
        params: ({ event }) => ({ error: event.error, address: event.address }),
      },
    },
    'policy.ignored': { description: 'The policy is to ignore what handlers throw.' },
    'policy.called': { description: "The user's function has dealt with the error." },
    'policy.raised': {
      description: 'The policy raised: accept nothing more, let the others go on, tell the user.',
      target: '.closing',
      actions: { type: 'raiseError', params: errorOf },
    },
    close: [
      {
        guard: {
          type: 'asksToCloseConnections',
          params: ({ event }) => event.closeExistingConnections === true,
        },
        target: '.closing',
        actions: ['rememberToCloseConnections', 'destroyConnections'],
      },
      { target: '.closing' },
    ],
    drain: [
      { guard: drainsAtOnce, target: '.closing', actions: drainAtOnce },
      {
        description: 'Close, give the handlers their time, then destroy what is left.',
        target: '.closing',
        actions: drainInTime,
      },
    ],
  },
  states: {
    listening: {
      description: 'There is room: each connection is admitted and gets a handler.',
      always: [
        { guard: 'isPausedByHand', target: 'accept-paused' },
        { guard: 'isFull', target: 'accept-paused', actions: tellLimit },
        { guard: 'isThrottled', target: 'accept-paused.throttled' },
      ],
      on: {
        'connection.offered': { actions: ['countConnection', 'spawnConnection'] },
        'drop.start': { target: 'dropping.open' },
        'accept.exhausted': exhausted('accept-paused.exhausted'),
        'accept.failed': failed('accept-paused.retrying'),
      },
    },
    'accept-paused': {
      description:
        'accept(2) is not called. Existing connections are served; new clients wait in the kernel or are refused.',
      initial: 'waiting',
      on: {
        'connection.offered': {
          guard: 'hasRoom',
          description: 'It was accepted before the pause, and is offered only now.',
          actions: ['countConnection', 'spawnConnection'],
        },
        pause: {
          target: '.waiting',
          actions: { type: 'rememberPause', params: ({ event }) => event.strategy },
        },
        'drop.start': { target: 'dropping' },
      },
      states: {
        waiting: {
          tags: 'paused',
          description: 'Full, or paused by hand, or both.',
          entry: [...pauseAsDue, 'watchQueue'],
          exit: 'unwatchQueue',
          always: [
            { guard: 'canAccept', target: 'opening' },
            { guard: 'mustBind', target: 'binding' },
            { guard: 'mustClose', actions: pauseAsDue },
            { guard: 'hasFailed', actions: 'forgetFailures' },
            { guard: 'isOnlyThrottled', target: 'throttled' },
          ],
          on: {
            'clients.waiting': {
              description: 'Whoever lingers and has everything makes room for those who wait.',
              guard: 'isOnlyFull',
              actions: { type: 'requestPlaces', params: ({ event }) => ({ count: event.count }) },
            },
          },
        },
        throttled: {
          tags: 'paused',
          description: 'As many have got in as `maxAcceptRate` lets in for now: the next ones have to wait.',
          entry: pauseAsDue,
          always: [
            { guard: 'canAccept', target: 'opening' },
            { guard: 'isFull', target: 'waiting' },
          ],
        },
        binding: {
          tags: ['reopening', 'not-accepting'],
          description: 'To be held, after a pause that closed the socket: it is being bound again.',
          entry: 'bindToHold',
          always: [
            { guard: 'canAccept', target: 'opening' },
            { guard: 'mayStayClosed', target: 'waiting' },
          ],
          on: {
            'acceptor.held': { target: 'waiting', actions: 'rememberBind' },
            'acceptor.failed': failed('retrying'),
          },
        },
        opening: {
          tags: ['reopening', 'not-accepting'],
          description: 'The acceptor was asked to accept again; at once after a hold, later after a rebind.',
          entry: acceptAgain,
          on: {
            'acceptor.ready': { target: '#listener.listening', actions: 'rememberBind' },
            'acceptor.failed': failed('retrying'),
            'accept.exhausted': exhausted('exhausted'),
          },
        },
        retrying: {
          tags: ['reopening', 'retrying', 'not-accepting'],
          description:
            'Listening or accepting failed, the address is taken for instance: try again after a growing delay.',
          entry: [...pauseAsDue, retryLater],
          exit: 'cancelRetry',
          on: { 'retry.due': [{ guard: 'canAccept', target: 'opening' }, { target: 'waiting' }] },
        },
        exhausted: {
          tags: ['reopening', 'retrying', 'not-accepting'],
          description: 'The process is about to run out of file descriptors: wait for some to be closed.',
          entry: ['countFailure', ...pauseAsDue, retryLater],
          exit: 'cancelRetry',
          on: {
            'connection.settled': { target: 'opening', actions: 'uncountConnection' },
            'retry.due': { target: 'opening' },
          },
        },
      },
    },
    dropping: {
      description:
        'Each incoming connection is accepted and closed at once; existing ones go on. Takes precedence over the limit and over a pause.',
      entry: 'startRefusing',
      exit: 'stopRefusing',
      initial: 'opening',
      on: {
        'connection.offered': {
          description: 'Closed at once; that it came shows that all is well.',
          actions: ['forgetFailures', 'reportDrop', 'refuseConnection'],
        },
      },
      states: {
        open: {
          description: 'Accepting in order to close.',
          on: {
            'drop.stop': { target: '#listener.listening' },
            'accept.exhausted': exhaustedAndCounted('retrying'),
            'accept.failed': failed('retrying'),
          },
        },
        opening: {
          tags: 'not-accepting',
          description: 'A paused server polls nothing: the acceptor was asked to accept again.',
          entry: acceptAgain,
          on: {
            'acceptor.ready': { target: 'open', actions: 'rememberBind' },
            'acceptor.failed': failed('retrying'),
            'accept.exhausted': exhaustedAndCounted('retrying'),
            'drop.stop': { target: '#listener.accept-paused' },
          },
        },
        retrying: {
          tags: ['retrying', 'not-accepting'],
          description: 'Listening or accepting failed: try again after a growing delay.',
          entry: [...pauseAsDue, retryLater],
          exit: 'cancelRetry',
          on: {
            'retry.due': { target: 'opening' },
            'drop.stop': { target: '#listener.accept-paused' },
          },
        },
      },
    },
    closing: {
      tags: 'over',
      description: 'No handler starts any more; the listening descriptor is being closed.',
      entry: ['announceClosing', 'closeAcceptor', 'rememberClose', 'cancelRefill', 'discardUnstarted'],
      initial: 'listeningSocket',
      on: {
        close: { description: 'Only the first close counts.' },
        drain: drainToo,
        'drain.expired': {
          description: 'The time to drain is over: destroy what is left.',
          guard: 'isDrainRunning',
          actions: expireDrain,
        },
        'policy.raised': { actions: { type: 'raiseError', params: errorOf } },
      },
      states: {
        listeningSocket: {
          description: 'Waiting for the listening descriptor.',
          on: {
            'acceptor.closed': [
              { guard: 'closesExistingConnections', target: 'sockets' },
              { target: '#listener.closed' },
            ],
          },
        },
        sockets: {
          description: "Waiting for the connections' descriptors, which close() was asked to close as well.",
          entry: 'awaitSockets',
          on: { 'sockets.closed': { target: '#listener.closed' } },
        },
      },
    },
    closed: {
      tags: 'over',
      description: 'The listening descriptor is closed. Handlers that run are left to finish.',
      entry: 'announceClosed',
      initial: 'settling',
      on: {
        close: { description: 'Only the first close counts.' },
        drain: drainToo,
        'policy.raised': {
          description: 'A connection that went on has failed: told again.',
          actions: { type: 'raiseError', params: errorOf },
        },
      },
      states: {
        settling: {
          description: 'Handlers still run.',
          always: [
            { guard: 'isLeftByDrain', target: 'drained', actions: 'reportDrained' },
            { guard: 'hasNoConnections', target: 'drained' },
            { guard: 'hasDrainExpired', target: 'cutting' },
          ],
          on: { 'drain.expired': { guard: 'isDrainRunning', target: 'cutting', actions: expireDrain } },
        },
        cutting: {
          description: 'The time to drain is over, and what was left is being destroyed.',
          entry: 'awaitSockets',
          always: { guard: 'hasNoConnections', target: 'drained', actions: 'reportDrained' },
          on: { 'sockets.closed': { target: 'abandoned', actions: 'reportDrained' } },
        },
        abandoned: {
          description: 'The drain is over; handlers whose sockets are gone still run.',
          always: { guard: 'hasNoConnections', target: 'drained' },
        },
        drained: {
          tags: 'drained',
          description: 'Nothing is left.',
          entry: ['cancelDrainExpiry', 'announceDrained'],
          on: {
            drain: [
              { guard: 'isDraining' },
              {
                description: 'There is nothing to wait for.',
                actions: ['rememberDrain', 'startDrain', 'reportDrained'],
              },
            ],
          },
        },
      },
    },
  },
})
