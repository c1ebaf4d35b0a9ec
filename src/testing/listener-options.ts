// The options of a server's model. Each wrong one is refused with an error that names it and its
// value.
import type { PauseStrategy } from '../../machines/index.ts'
import {
  invalid,
  rejectUnknownKeys,
  requireBoolean,
  requireInteger,
  requireObject,
  requireOneOf,
} from '../common/validate.ts'

/** The factory of a server. */
export type Factory = 'createSock' | 'create'

/** What the server is like that the model is to predict, and how much of it the paths may use. */
export interface ListenerModelOptions {
  /**
   * The factory of the server. With `create`, a client that resets its connection frees its place
   * at once; with `createSock`, when its handler settles.
   * @default 'createSock'
   */
  factory?: Factory
  /**
   * The server's limit, an integer of at least 1; the model also lowers it to 1 and raises it
   * again. Keep it small: the paths become more and longer with it.
   * @default 2
   */
  maxConnections?: number
  /**
   * What becomes of clients over the limit. `'wait'`: `pauseStrategy` says; no server of this
   * library does otherwise. `'drop'`: they are accepted and closed at once, as `net.Server` and
   * most others do; `state` and `listener` are then those of a server of ours in its place, and are
   * nothing to compare with.
   * @default 'wait'
   */
  overLimit?: 'wait' | 'drop'
  /**
   * The server's option of the same name. With `overLimit: 'drop'` it must be `'hold'`.
   * @default 'hold'
   */
  pauseStrategy?: PauseStrategy
  /**
   * The server's option `onHandlerError`, where `'call'` stands for a function.
   * @default 'raise'
   */
  onHandlerError?: 'raise' | 'ignore' | 'call'
  /**
   * The `burst` of the server's option `maxAcceptRate`, an integer of at least 1, or `'unlimited'`
   * for a server without one. `perSecond` must not be below `burst`, so that the time that passes
   * is enough for all of them, nor above 10.
   * @default 'unlimited'
   */
  acceptBurst?: number | 'unlimited'
  /**
   * Maximum number of clients that wait in the kernel's queue, an integer of at least 0.
   * @default 1
   */
  maxWaiting?: number
  /**
   * From where the test looks at the server. `'inside'`: its own process, where it can make each
   * handler settle. `'outside'`: the port alone, where only a client that is served can; there are
   * no faults then.
   * @default 'inside'
   */
  seenFrom?: 'inside' | 'outside'
  /**
   * Whether the paths contain events that no client, handler or user causes: a taken address, an
   * exhausted process, a failing accept(2), passing time, clients that linger, and several events
   * at once. With `false` everything in a path is something that a client does, a handler, or a
   * method of the server.
   * @default true, but false with `seenFrom: 'outside'`
   */
  includeFaults?: boolean
}

/** The options with their defaults. */
export type ListenerModelSettings = Required<Omit<ListenerModelOptions, 'acceptBurst'>> & {
  /** `Infinity` without a limit. */
  readonly acceptBurst: number
}

const NAMES: readonly (keyof ListenerModelOptions)[] = [
  'factory',
  'maxConnections',
  'overLimit',
  'pauseStrategy',
  'onHandlerError',
  'acceptBurst',
  'maxWaiting',
  'seenFrom',
  'includeFaults',
]

export function parseListenerModelOptions(options: ListenerModelOptions): ListenerModelSettings {
  rejectUnknownKeys('options', requireObject('options', options, 'an object'), NAMES)
  const {
    factory = 'createSock',
    maxConnections = 2,
    overLimit = 'wait',
    pauseStrategy = 'hold',
    onHandlerError = 'raise',
    acceptBurst = 'unlimited',
    maxWaiting = 1,
    seenFrom = 'inside',
    includeFaults = seenFrom === 'inside',
  } = options
  requireInteger('maxConnections', maxConnections, 1, Number.MAX_SAFE_INTEGER)
  if (acceptBurst !== 'unlimited') requireInteger('acceptBurst', acceptBurst, 1, Number.MAX_SAFE_INTEGER)
  requireInteger('maxWaiting', maxWaiting, 0, Number.MAX_SAFE_INTEGER)
  requireOneOf('overLimit', overLimit, ['wait', 'drop'])
  requireOneOf('pauseStrategy', pauseStrategy, overLimit === 'drop' ? ['hold'] : ['hold', 'rebind'])
  requireOneOf('onHandlerError', onHandlerError, ['raise', 'ignore', 'call'])
  requireOneOf('seenFrom', seenFrom, ['inside', 'outside'])
  requireBoolean('includeFaults', includeFaults)
  if (includeFaults && seenFrom === 'outside') {
    invalid('includeFaults', "false where seenFrom is 'outside'", includeFaults)
  }
  return {
    factory: requireFactory(factory),
    maxConnections,
    overLimit,
    pauseStrategy,
    onHandlerError,
    acceptBurst: acceptBurst === 'unlimited' ? Infinity : acceptBurst,
    maxWaiting,
    seenFrom,
    includeFaults,
  }
}

export function requireFactory(factory: unknown): Factory {
  return requireOneOf('factory', factory, ['createSock', 'create'])
}
