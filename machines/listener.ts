// Decides when the server accepts, holds, drops and closes. `src/listener/listener.ts` does it.
import { assign, sendTo, setup, spawnChild } from 'xstate'
import { connectionsMachine } from './connections.ts'
import type { ListenerEvent, PauseStrategy } from './listener-events.ts'

/**
 * What the listener chart remembers: scalars only, so that a snapshot can be serialized, compared
 * and shown.
 */
export interface ListenerContext {
  /** Connections accepted and not yet settled. */
  connections: number
  maxConnections: number
  /** How the server pauses when it is full. */
  pauseStrategy: PauseStrategy
  pausedByHand: boolean
  /** How the last `pause` asked to pause; meaningful while `pausedByHand`. */
  handStrategy: PauseStrategy
  /** Whether a socket listens on the address, polled or held. Without one, clients are refused. */
  isBound: boolean
  /** Failures to accept or to listen since the last success: zero when all is well. */
  failures: number
  /** Whether the user has heard of these failures: each outage is told once. */
  isOutageTold: boolean
  /** Whether `close` was asked to close the existing connections as well. */
  closeExistingConnections: boolean
}

export interface ListenerInput {
  maxConnections?: number
  pauseStrategy?: PauseStrategy
}

/** What the chart asks for; whoever runs it says how. Nothing here does anything by itself. */
const effects = {
  refuseConnection: () => {},
  startAccepting: () => {},
  stopAccepting: (_: unknown, _params: { strategy: PauseStrategy }) => {},
  bindToHold: () => {},
  scheduleRetry: (_: unknown, _params: { failures: number }) => {},
  cancelRetry: () => {},
  watchQueue: () => {},
  unwatchQueue: () => {},
  requestPlaces: (_: unknown, _params: { count: number }) => {},
  reportLimit: () => {},
  reportExhaustion: (_: unknown, _params: { isTooLate: boolean }) => {},
  reportOutage: (_: unknown, _params: { error: unknown }) => {},
  applyErrorPolicy: (_: unknown, _params: { error: unknown; address: unknown }) => {},
  raiseError: (_: unknown, _params: { error: unknown }) => {},
  announceClosing: () => {},
  closeAcceptor: () => {},
  discardUnstarted: () => {},
  hastenConnections: () => {},
  destroyConnections: () => {},
  awaitSockets: () => {},
  announceClosed: () => {},
  announceDrained: () => {},
}

/** An implementation of everything that the listener chart asks for. */
export type ListenerEffects = {
  [Name in keyof typeof effects]: (params: Parameters<(typeof effects)[Name]>[1]) => void
}

/** The pause in force: by hand if somebody asked for one, else the server's own. */
const strategyDue = ({ context }: { context: ListenerContext }) => ({
  strategy: context.pausedByHand ? context.handStrategy : context.pauseStrategy,
})
const pauseAsDue = [{ type: 'stopAccepting', params: strategyDue }, 'rememberStop'] as const
const errorOf = ({ event }: { event: { error: unknown } }) => ({ error: event.error })
/** What a failure asks for that the user has not heard of yet. */
const tellOutage = ['countFailure', 'rememberOutage', { type: 'reportOutage', params: errorOf }] as const
/** The same for running out of descriptors. */
const tellExhaustion = [
  'rememberOutage',
  {
    type: 'reportExhaustion',
    params: ({ event }: { event: { isTooLate?: boolean } }) => ({ isTooLate: event.isTooLate === true }),
  },
] as const
const failuresSoFar = ({ context }: { context: ListenerContext }) => ({ failures: context.failures })

/**
 * The chart of a listening server.
 *
 * It decides and does nothing else: its actions are requests, implemented by whoever runs it, and
 * the answers come back as events. One number decides whether there is room, `connections` against
 * `maxConnections`.
 */
export const listenerMachine = setup({
  types: {
    context: {} as ListenerContext,
    input: {} as ListenerInput | undefined,
    events: {} as ListenerEvent,
    children: {} as { connections: 'connections' },
  },
  actors: { connections: connectionsMachine },
  guards: {
    isFull: ({ context }) => context.connections >= context.maxConnections,
    isPausedByHand: ({ context }) => context.pausedByHand,
    canAccept: ({ context }) => !context.pausedByHand && context.connections < context.maxConnections,
    isOnlyFull: ({ context }) => !context.pausedByHand && context.connections >= context.maxConnections,
    mustBind: ({ context }) => !context.isBound && strategyDue({ context }).strategy === 'hold',
    mustClose: ({ context }) => context.isBound && strategyDue({ context }).strategy === 'rebind',
    mayStayClosed: ({ context }) => strategyDue({ context }).strategy === 'rebind',
    hasFailed: ({ context }) => context.failures > 0,
    isNewOutage: ({ context }) => !context.isOutageTold,
    /** Too late is worse than what was told, if anything was: clients may have been lost. */
    isNewExhaustion: ({ context, event }) =>
      !context.isOutageTold || (event.type === 'accept.exhausted' && event.isTooLate === true),
    hasNoConnections: ({ context }) => context.connections === 0,
    asksToCloseConnections: (_, asked: boolean) => asked,
    closesExistingConnections: ({ context }) => context.closeExistingConnections,
  },
  actions: {
    countConnection: assign({
      connections: ({ context }) => context.connections + 1,
      failures: 0,
      isOutageTold: false,
    }),
    uncountConnection: assign({ connections: ({ context }) => context.connections - 1 }),
    rememberPause: assign(({ context }, strategy: PauseStrategy | undefined) => ({
      pausedByHand: true,
      handStrategy: strategy ?? context.pauseStrategy,
    })),
    forgetPause: assign({ pausedByHand: false }),
    rememberStop: assign({
      isBound: ({ context }) => context.isBound && strategyDue({ context }).strategy === 'hold',
    }),
    rememberBind: assign({ isBound: true }),
    rememberClose: assign({ isBound: false }),
    setLimit: assign((_, maxConnections: number) => ({ maxConnections })),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    forgetFailures: assign({ failures: 0, isOutageTold: false }),
    rememberOutage: assign({ isOutageTold: true }),
    rememberToCloseConnections: assign({ closeExistingConnections: true }),

    spawnConnections: spawnChild('connections', { id: 'connections' }),
    spawnConnection: sendTo('connections', { type: 'spawn' }),

    ...effects,
  },
}).createMachine({
  id: 'listener',
  description: 'Accept if there is room, run the handler, clean up, accept again.',
  context: ({ input }) => ({
    connections: 0,
    maxConnections: input?.maxConnections ?? 1,
    pauseStrategy: input?.pauseStrategy ?? 'hold',
    pausedByHand: false,
    handStrategy: 'hold',
    isBound: true,
    failures: 0,
    isOutageTold: false,
    closeExistingConnections: false,
  }),
  entry: 'spawnConnections',
  initial: 'listening',
  on: {
    'connection.offered': {
      description: 'Accepted where nothing may be accepted: closed at once.',
      actions: 'refuseConnection',
    },
    'connection.settled': {
      description: 'A handler has settled and its descriptor is closed: the place is free.',
      actions: 'uncountConnection',
    },
    pause: { actions: { type: 'rememberPause', params: ({ event }) => event.strategy } },
    resume: { actions: 'forgetPause' },
    'limit.changed': { actions: { type: 'setLimit', params: ({ event }) => event.maxConnections } },
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
    'drain.started': {
      description: 'Connections that wait for nothing but the FIN of a peer that has everything need not.',
      actions: 'hastenConnections',
    },
    'drain.expired': {
      description: 'The time to drain is over: destroy what is left.',
      actions: 'destroyConnections',
    },
  },
  states: {
    listening: {
      description: 'There is room: each connection is admitted and gets a handler.',
      always: [
        { guard: 'isPausedByHand', target: 'accept-paused' },
        { guard: 'isFull', target: 'accept-paused', actions: 'reportLimit' },
      ],
      on: {
        'connection.offered': { actions: ['countConnection', 'spawnConnection'] },
        'drop.start': { target: 'dropping.open' },
        'accept.exhausted': [
          {
            guard: 'isNewExhaustion',
            target: 'accept-paused.exhausted',
            actions: tellExhaustion,
          },
          { target: 'accept-paused.exhausted' },
        ],
        'accept.failed': [
          {
            guard: 'isNewOutage',
            target: 'accept-paused.retrying',
            actions: tellOutage,
          },
          { target: 'accept-paused.retrying', actions: 'countFailure' },
        ],
      },
    },
    'accept-paused': {
      description:
        'accept(2) is not called. Existing connections are served; new clients wait in the kernel or are refused.',
      initial: 'waiting',
      on: {
        pause: {
          target: '.waiting',
          actions: { type: 'rememberPause', params: ({ event }) => event.strategy },
        },
        'drop.start': { target: 'dropping' },
      },
      states: {
        waiting: {
          description: 'Full, or paused by hand, or both.',
          entry: [...pauseAsDue, 'watchQueue'],
          exit: 'unwatchQueue',
          always: [
            { guard: 'canAccept', target: 'opening' },
            { guard: 'mustBind', target: 'binding' },
            { guard: 'mustClose', actions: pauseAsDue },
            { guard: 'hasFailed', actions: 'forgetFailures' },
          ],
          on: {
            'clients.waiting': {
              description: 'Whoever lingers and has everything makes room for those who wait.',
              guard: 'isOnlyFull',
              actions: { type: 'requestPlaces', params: ({ event }) => ({ count: event.count }) },
            },
          },
        },
        binding: {
          description: 'To be held, after a pause that closed the socket: it is being bound again.',
          entry: 'bindToHold',
          always: [
            { guard: 'canAccept', target: 'opening' },
            { guard: 'mayStayClosed', target: 'waiting' },
          ],
          on: {
            'acceptor.held': { target: 'waiting', actions: 'rememberBind' },
            'acceptor.failed': [
              {
                guard: 'isNewOutage',
                target: 'retrying',
                actions: tellOutage,
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
          },
        },
        opening: {
          description: 'The acceptor was asked to accept again; at once after a hold, later after a rebind.',
          entry: 'startAccepting',
          on: {
            'acceptor.ready': { target: '#listener.listening', actions: 'rememberBind' },
            'acceptor.failed': [
              {
                guard: 'isNewOutage',
                target: 'retrying',
                actions: tellOutage,
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
            'accept.exhausted': [
              {
                guard: 'isNewExhaustion',
                target: 'exhausted',
                actions: tellExhaustion,
              },
              { target: 'exhausted' },
            ],
          },
        },
        retrying: {
          description:
            'Listening or accepting failed, the address is taken for instance: try again after a growing delay.',
          entry: [...pauseAsDue, { type: 'scheduleRetry', params: failuresSoFar }],
          exit: 'cancelRetry',
          on: { 'retry.due': [{ guard: 'canAccept', target: 'opening' }, { target: 'waiting' }] },
        },
        exhausted: {
          description: 'The process is about to run out of file descriptors: wait for some to be closed.',
          entry: ['countFailure', ...pauseAsDue, { type: 'scheduleRetry', params: failuresSoFar }],
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
        'Each incoming connection is accepted and closed at once; existing ones go on. Wins over the limit and over a pause.',
      initial: 'opening',
      on: {
        'connection.offered': {
          description: 'Closed at once; that it came shows that all is well.',
          actions: ['forgetFailures', 'refuseConnection'],
        },
      },
      states: {
        open: {
          description: 'Accepting in order to close.',
          on: {
            'drop.stop': { target: '#listener.listening' },
            'accept.exhausted': [
              {
                guard: 'isNewExhaustion',
                target: 'retrying',
                actions: ['countFailure', ...tellExhaustion],
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
            'accept.failed': [
              {
                guard: 'isNewOutage',
                target: 'retrying',
                actions: tellOutage,
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
          },
        },
        opening: {
          description: 'A paused server polls nothing: the acceptor was asked to accept again.',
          entry: 'startAccepting',
          on: {
            'acceptor.ready': { target: 'open', actions: 'rememberBind' },
            'acceptor.failed': [
              {
                guard: 'isNewOutage',
                target: 'retrying',
                actions: tellOutage,
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
            'accept.exhausted': [
              {
                guard: 'isNewExhaustion',
                target: 'retrying',
                actions: ['countFailure', ...tellExhaustion],
              },
              { target: 'retrying', actions: 'countFailure' },
            ],
            'drop.stop': { target: '#listener.accept-paused' },
          },
        },
        retrying: {
          description: 'Listening or accepting failed: try again after a growing delay.',
          entry: [...pauseAsDue, { type: 'scheduleRetry', params: failuresSoFar }],
          exit: 'cancelRetry',
          on: {
            'retry.due': { target: 'opening' },
            'drop.stop': { target: '#listener.accept-paused' },
          },
        },
      },
    },
    closing: {
      description: 'No handler starts any more; the listening descriptor is being closed.',
      entry: ['announceClosing', 'closeAcceptor', 'rememberClose', 'discardUnstarted'],
      initial: 'listeningSocket',
      on: {
        close: { description: 'Only the first close counts.' },
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
      description: 'The listening descriptor is closed. Handlers that run are left to finish.',
      entry: 'announceClosed',
      initial: 'draining',
      on: {
        close: { description: 'Only the first close counts.' },
        'policy.raised': {
          description: 'A connection that went on has failed: told again.',
          actions: { type: 'raiseError', params: errorOf },
        },
      },
      states: {
        draining: {
          description: 'Handlers still run.',
          always: { guard: 'hasNoConnections', target: 'drained' },
        },
        drained: {
          description: 'Nothing is left.',
          entry: 'announceDrained',
        },
      },
    },
  },
})
