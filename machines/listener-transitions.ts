// What several states of the listener chart have in common.
import { type ListenerContext, strategyDue } from './listener-setup.ts'

/** In milliseconds, as all durations here. */
const FIRST_RETRY = 10
const LAST_RETRY = 1_000
const MIN_TIME_BETWEEN_LIMITS = 60_000
/**
 * A server at its limit runs out with each connection and recovers when it settles: one outage,
 * until it is well for so long.
 */
const MIN_TIME_BETWEEN_EXHAUSTIONS = 10_000
/** How long a drain lasts unless told otherwise. */
export const DRAIN_TIMEOUT = 15_000

export const pauseAsDue = [{ type: 'stopAccepting', params: strategyDue }, 'rememberStop'] as const
/** How many places there are tells how it is worth accepting. */
export const acceptAgain = {
  type: 'startAccepting',
  params: ({ context }: { context: ListenerContext }) => ({
    places: Math.max(0, context.maxConnections - context.connections),
  }),
} as const
export const errorOf = ({ event }: { event: { error: unknown } }) => ({ error: event.error })
/** What a failure asks for that the user has not heard of yet. */
const tellOutage = ['countFailure', 'rememberOutage', { type: 'reportOutage', params: errorOf }] as const
/** The same for running out of descriptors. */
const tellExhaustion = [
  'rememberOutage',
  {
    type: 'reportExhaustion',
    params: ({ event }: { event: { isTooLate?: boolean } }) => ({
      isTooLate: event.isTooLate === true,
      minQuietTime: MIN_TIME_BETWEEN_EXHAUSTIONS,
    }),
  },
] as const
export const tellLimit = {
  type: 'reportLimit',
  params: ({ context }: { context: ListenerContext }) => ({
    minTimeBetween: MIN_TIME_BETWEEN_LIMITS,
    maxConnections: context.maxConnections,
    numConnections: context.connections,
  }),
} as const
/** Longer after each failure in a row. */
export const retryLater = {
  type: 'scheduleRetry',
  params: ({ context }: { context: ListenerContext }) => ({
    delay: Math.min(FIRST_RETRY * 2 ** (context.failures - 1), LAST_RETRY),
  }),
} as const

/** What follows a failure to listen or to accept; the user hears of it once in each outage. */
export const failed = <const Target extends string>(target: Target) =>
  [
    { guard: 'isNewOutage', target, actions: tellOutage },
    { target, actions: 'countFailure' },
  ] as const
/** The same for running out of descriptors, where the state that follows counts the failure. */
export const exhausted = <const Target extends string>(target: Target) =>
  [{ guard: 'isNewExhaustion', target, actions: tellExhaustion }, { target }] as const
/** The same, where it does not. */
export const exhaustedAndCounted = <const Target extends string>(target: Target) =>
  [
    { guard: 'isNewExhaustion', target, actions: ['countFailure', ...tellExhaustion] },
    { target, actions: 'countFailure' },
  ] as const

type DrainEvent = { event: { timeout?: number | undefined } }
const timeoutOf = ({ event }: DrainEvent) => event.timeout ?? DRAIN_TIMEOUT
export const drainsAtOnce = { type: 'asksToDrainAtOnce', params: timeoutOf } as const
const beginDrain = ['rememberDrain', 'startDrain', 'hastenConnections'] as const
export const drainAtOnce = [...beginDrain, 'letDrainExpire'] as const
export const drainInTime = [
  ...beginDrain,
  { type: 'scheduleDrainExpiry', params: ({ event }: DrainEvent) => ({ timeout: timeoutOf({ event }) }) },
] as const
/** What a drain means to a server that has begun to close. */
export const drainToo = [
  { description: 'Only the first drain counts.', guard: 'isDraining' },
  { guard: drainsAtOnce, actions: drainAtOnce },
  { actions: drainInTime },
] as const
export const expireDrain = ['rememberDrainExpired', 'expireDrain', 'destroyConnections'] as const
