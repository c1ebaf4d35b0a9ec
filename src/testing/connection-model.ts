// One connection as a model: its chart, and a world that answers what it asks for.
import { initialTransition } from 'xstate'
import { connectionMachine } from '../../machines/index.ts'
import { dotted, outermost } from '../common/state.ts'
import {
  invalid,
  rejectUnknownKeys,
  requireBoolean,
  requireObject,
  requireOneOf,
} from '../common/validate.ts'
import { type ConnectionModelEvent, eventsIn } from './connection-events.ts'
import { type ConnectionModelSnapshot, ConnectionWorld, type ServerKind } from './connection-world.ts'
import { type Factory, requireFactory } from './listener-options.ts'
import { createModel, type Model } from './model.ts'

export interface ConnectionExpectations {
  /**
   * `connection.state`; `'closed'` from the moment on in which `numConnections` no longer counts
   * it.
   */
  readonly state: 'accepted' | 'preface' | 'serving' | 'abandoned' | 'closing' | 'closed'
  /** `server.numConnections`. */
  readonly numConnections: 0 | 1
  /**
   * The opposite of `connection.signal.aborted`.
   */
  readonly isSocketOpen: boolean
  /**
   * Whether the client has seen the end, FIN or a reset, or could have if it read; or has reset the
   * connection itself.
   */
  readonly hasClientSeenEnd: boolean
  /** Whether the handler was ever started. */
  readonly hasStarted: boolean
  /** The connection chart's value, as `connection.actor.getSnapshot().value` must be. */
  readonly value: unknown
}

export type ConnectionModel = Model<ConnectionModelSnapshot, ConnectionModelEvent, ConnectionExpectations>

/** A deadline of a connection whose handler runs. */
export type ConnectionDeadline = 'none' | 'idle' | 'age'

/** A wrong one is a `TypeError`. */
export function requireDeadline(value: unknown): ConnectionDeadline {
  return requireOneOf('deadline', value, ['none', 'idle', 'age'])
}

export interface ConnectionModelOptions {
  /**
   * The factory of the connection's server. With `create`, its handler hears when the peer has
   * left.
   * @default 'createSock'
   */
  factory?: Factory
  /**
   * Whether the connection's server has the option `proxyProtocol`. With it, or `tls`, what follows
   * the start of the handler is left out: it is what follows an accept without them.
   * @default false
   */
  proxyProtocol?: boolean
  /**
   * Whether the connection's server has the option `tls`.
   * @default false
   */
  tls?: boolean
  /**
   * Which deadline the connection's server has: `'idle'` for the option `idleTimeout`, `'age'` for
   * `maxConnectionAge`. The driver is to be given the same.
   * @default 'none'
   */
  deadline?: ConnectionDeadline
  /**
   * Whether its handler may call `connection.startTls`. With it, there is that and what comes of it
   * alone. Only with `create`, and without `proxyProtocol` and `tls`.
   * @default false
   */
  startTls?: boolean
  /**
   * Whether the connection's server has the option `block`, for clients that a header names; so it
   * makes no difference without `proxyProtocol`.
   * @default false
   */
  block?: boolean
}

/**
 * One connection of a server, modelled by its chart in a world where a destroyed socket is closed,
 * where written data is taken at once unless the client stalls or lags, and where the kernel tells
 * how much the client has taken (Linux, with koffi).
 *
 * Each path, replayed against a connection, is guaranteed to lead to the expectations of each step
 * once all its consequences are done. The model knows nothing of bytes, nor of the server's limit;
 * see `createListenerModel` for that.
 *
 * Throws a `TypeError` that names the option and its value for a wrong one, or one that is not
 * known.
 *
 * @example
 * ```ts
 * const model = createConnectionModel({ factory: 'create' })
 * const descriptions = model.paths().map(({ description }) => description)
 * // handler.starts → client.ends → handler.returns …
 * ```
 */
export function createConnectionModel(options: ConnectionModelOptions = {}): ConnectionModel {
  rejectUnknownKeys('options', requireObject('options', options, 'an object'), [
    'factory',
    'proxyProtocol',
    'tls',
    'deadline',
    'startTls',
    'block',
  ])
  const factory = requireFactory(options.factory === undefined ? 'createSock' : options.factory)
  const proxyProtocol = requireBoolean('proxyProtocol', options.proxyProtocol ?? false)
  const tls = requireBoolean('tls', options.tls ?? false)
  const startTls = requireBoolean('startTls', options.startTls ?? false)
  if (startTls && (factory !== 'create' || proxyProtocol || tls)) {
    invalid('startTls', "false without factory: 'create', and with proxyProtocol or tls", startTls)
  }
  const block = requireBoolean('block', options.block ?? false)
  const deadline = requireDeadline(options.deadline === undefined ? 'none' : options.deadline)
  const kind: ServerKind = { factory, deadline, block }
  const [connection] = initialTransition(connectionMachine)
  const initial: ConnectionModelSnapshot = {
    status: 'active',
    output: undefined,
    error: undefined,
    connection,
    handler: 'unstarted',
    isSocketOpen: true,
    hasEnded: false,
    hasLeft: false,
    isStalled: false,
    isLagging: false,
    hasSent: false,
    preface: proxyProtocol || tls ? 'unmet' : 'none',
    awaited: [...(proxyProtocol ? (['header'] as const) : []), ...(tls ? (['handshake'] as const) : [])],
    startTls: startTls ? 'unasked' : 'never',
    server: 'open',
  }
  return createModel({
    logic: {
      getInitialSnapshot: () => initial,
      transition: (snapshot, event) => {
        const world = new ConnectionWorld(kind, snapshot)
        world.happen(event)
        return world.comeToRest()
      },
      getPersistedSnapshot: (snapshot) => snapshot,
    },
    events: (snapshot) => eventsIn(kind, snapshot),
    serializeState: serialize,
    kindOf: deadline === 'idle' ? kindOfTimed : kindOf,
    stateOf: ({ connection }) => dotted(connection.value),
    expectations: expectationsOf,
  })
}

/** What the chart and the kernel decide by, and what was decided. */
function kindOf(
  {
    connection,
    handler,
    isSocketOpen,
    hasEnded,
    hasLeft,
    isStalled,
    isLagging,
    preface,
    startTls,
    server,
  }: ConnectionModelSnapshot,
  event: ConnectionModelEvent,
  to: ConnectionModelSnapshot,
): string {
  const isDraining = server === 'draining' && connection.matches('closing')
  const rest = [handler, isSocketOpen, hasEnded, hasLeft, isStalled, isLagging, isDraining, preface, startTls]
  return JSON.stringify([connection.value, rest, event, to.connection.value])
}

/** The same, where a deadline waits for what the handler does not read. */
function kindOfTimed(
  from: ConnectionModelSnapshot,
  event: ConnectionModelEvent,
  to: ConnectionModelSnapshot,
): string {
  return `${from.hasSent} ${kindOf(from, event, to)}`
}

function serialize({ connection, ...rest }: ConnectionModelSnapshot): string {
  return JSON.stringify([connection.value, rest])
}

function expectationsOf({
  connection,
  handler,
  isSocketOpen,
  hasLeft,
  isLagging,
}: ConnectionModelSnapshot): ConnectionExpectations {
  const { value, status } = connection
  const isFinSent = connection.matches({ closing: 'lingering' }) || connection.matches({ closing: 'behind' })
  return {
    state: outermost(value),
    numConnections: status === 'active' ? 1 : 0,
    isSocketOpen,
    // To a client that lags, FIN comes after what it does not read.
    hasClientSeenEnd: hasLeft || !isSocketOpen || (isFinSent && !isLagging),
    hasStarted: handler === 'running' || handler === 'settled',
    value,
  }
}
