// What the listener chart remembers, asks and can be asked for: the words that `listener.ts` is
// written in.
import { assign, raise, sendTo, setup, spawnChild } from 'xstate'
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
  /** Whether as many have got in as `maxAcceptRate` lets in for now. */
  isThrottled: boolean
  /** Whether a socket listens on the address, polled or held. Without one, clients are refused. */
  isBound: boolean
  /** Failures to accept or to listen since the last success: zero when all is well. */
  failures: number
  /** Whether the user has heard of these failures: each outage is told once. */
  isOutageTold: boolean
  /** Whether `close` was asked to close the existing connections as well. */
  closeExistingConnections: boolean
  /** Whether a drain was asked for, and whether its time is over. */
  drain: 'none' | 'running' | 'expired'
}

export interface ListenerInput {
  maxConnections?: number
  pauseStrategy?: PauseStrategy
}

/**
 * How soon the same thing may be told again, in milliseconds. The chart has no clock; the effect
 * compares.
 */
export interface Reminder {
  /** Since it was told last. */
  minTimeBetween?: number
  /** Since it was seen last, told or not. */
  minQuietTime?: number
}

/** A server that has become full. */
export interface ReachedLimit {
  maxConnections: number
  numConnections: number
}

/** What the chart asks for; whoever runs it says how. Nothing here does anything by itself. */
const effects = {
  refuseConnection: () => {},
  reportDrop: () => {},
  startRefusing: () => {},
  stopRefusing: () => {},
  startAccepting: (_: unknown, _params: { places: number }) => {},
  stopAccepting: (_: unknown, _params: { strategy: PauseStrategy }) => {},
  bindToHold: () => {},
  scheduleRetry: (_: unknown, _params: { delay: number }) => {},
  cancelRetry: () => {},
  scheduleRefill: (_: unknown, _params: { strategy: PauseStrategy }) => {},
  cancelRefill: () => {},
  watchQueue: () => {},
  unwatchQueue: () => {},
  requestPlaces: (_: unknown, _params: { count: number }) => {},
  reportLimit: (_: unknown, _params: Reminder & ReachedLimit) => {},
  reportExhaustion: (_: unknown, _params: Reminder & { isTooLate: boolean }) => {},
  reportOutage: (_: unknown, _params: { error: unknown }) => {},
  applyErrorPolicy: (_: unknown, _params: { error: unknown; address: unknown }) => {},
  raiseError: (_: unknown, _params: { error: unknown }) => {},
  announceClosing: () => {},
  closeAcceptor: () => {},
  discardUnstarted: () => {},
  startDrain: () => {},
  hastenConnections: () => {},
  scheduleDrainExpiry: (_: unknown, _params: { timeout: number }) => {},
  cancelDrainExpiry: () => {},
  expireDrain: () => {},
  reportDrained: () => {},
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
export const strategyDue = ({ context }: { context: ListenerContext }) => ({
  strategy: context.pausedByHand ? context.handStrategy : context.pauseStrategy,
})

/** Nothing keeps the server from accepting, unless it is too soon. */
const hasPlace = ({ pausedByHand, connections, maxConnections }: ListenerContext): boolean =>
  !pausedByHand && connections < maxConnections

/** Whether a connection more makes the server full. */
export const isLastPlace = (context: ListenerContext): boolean =>
  context.connections + 1 >= context.maxConnections

/** The listener chart's guards and actions. */
export const listenerSetup = setup({
  types: {
    context: {} as ListenerContext,
    input: {} as ListenerInput | undefined,
    events: {} as ListenerEvent,
    children: {} as { connections: 'connections' },
  },
  actors: { connections: connectionsMachine },
  guards: {
    isFull: ({ context }) => context.connections >= context.maxConnections,
    hasRoom: ({ context }) => context.connections < context.maxConnections,
    isPausedByHand: ({ context }) => context.pausedByHand,
    isThrottled: ({ context }) => context.isThrottled,
    canAccept: ({ context }) => hasPlace(context) && !context.isThrottled,
    isOnlyThrottled: ({ context }) => hasPlace(context) && context.isThrottled,
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
    isDraining: ({ context }) => context.drain !== 'none',
    isDrainRunning: ({ context }) => context.drain === 'running',
    isLeftByDrain: ({ context }) => context.drain !== 'none' && context.connections === 0,
    hasDrainExpired: ({ context }) => context.drain === 'expired',
    asksToDrainAtOnce: (_, timeout: number) => timeout === 0,
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
    rememberThrottle: assign({ isThrottled: true }),
    forgetThrottle: assign({ isThrottled: false }),
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
    rememberDrain: assign({ drain: 'running' }),
    rememberDrainExpired: assign({ drain: 'expired' }),
    letDrainExpire: raise({ type: 'drain.expired' }),

    spawnConnections: spawnChild('connections', { id: 'connections' }),
    spawnConnection: sendTo('connections', { type: 'spawn' }),

    ...effects,
  },
})
