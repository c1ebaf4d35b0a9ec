// A server as a few lines of text, for terminals and bug reports.
import type { InspectOptions } from 'node:util'
import type { ListenerContext } from '../../machines/index.ts'
import { type Address, formatAddress } from '../common/address.ts'
import { dotted } from '../common/state.ts'
import { formatAge, formatBytes } from '../common/units.ts'
import type { Connection } from '../connection/connection.ts'
import { explainState, isTagged } from './explain-state.ts'

/** The figures that the text shows. */
export interface Described {
  address: Address
  /** The listener's state, as its chart has it. */
  value: unknown
  context: ListenerContext
  connections: Iterable<Connection>
  /** In the kernel's queue, where that is known. */
  numWaiting: number | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/** One line, as `Server 127.0.0.1:7000 accept-paused.waiting 100/100, 7 waiting`. */
export function summarize({ address, value, context, numWaiting }: Described): string {
  const waiting = numWaiting ? `, ${numWaiting} waiting` : ''
  return `Server ${formatAddress(address)} ${dotted(value)} ${context.connections}/${limitOf(context)}${waiting}`
}

/**
 * Where and in what state, what that means, and what its connections do. `emphasize` may colour the
 * state.
 */
export function describeServer(described: Described, emphasize = (state: string) => state): string {
  const { address, value, context, numWaiting } = described
  const state = dotted(value)
  const isHolding = context.isBound && (isTagged(state, 'paused') || isTagged(state, 'not-accepting'))
  const explanation = explainState(state, {
    numConnections: context.connections,
    maxConnections: context.maxConnections,
    pausedByHand: context.pausedByHand ? context.handStrategy : undefined,
    isThrottled: context.isThrottled,
    pauseStrategy: context.pauseStrategy,
    isBound: context.isBound,
  })
  return [
    `Server on ${formatAddress(address)}: ${emphasize(state)}`,
    `  ${explanation}`,
    `  connections: ${context.connections} of ${limitOf(context)}${describeConnections(described)}`,
    ...(numWaiting !== undefined && (numWaiting > 0 || isHolding) ? [`  waiting: ${numWaiting}`] : []),
    ...(context.failures > 0 ? [`  failures to accept since the last success: ${context.failures}`] : []),
    ...(context.pausedByHand && !isTagged(state, 'paused') && !isTagged(state, 'over')
      ? [`  paused by hand (${context.handStrategy})`]
      : []),
  ].join('\n')
}

/** `util.inspect` of a server that is a part of something else has one line. */
export function inspectServer(described: Described, depth: number, { stylize }: StylizedOptions): string {
  if (depth < 0) return stylize(`[${summarize(described)}]`, 'special')
  return describeServer(described, (state) => stylize(state, 'string'))
}

export interface StylizedOptions extends InspectOptions {
  stylize: (text: string, style: 'special' | 'string') => string
}

function limitOf({ maxConnections }: ListenerContext): string {
  return maxConnections === Number.MAX_SAFE_INTEGER ? 'any number' : String(maxConnections)
}

function describeConnections({ connections, now }: Described): string {
  const states = new Map<string, number>()
  let oldest: number | undefined
  let read = 0
  let written = 0
  for (const { state, acceptedAt, bytesRead, bytesWritten } of connections) {
    states.set(state, (states.get(state) ?? 0) + 1)
    oldest = Math.min(oldest ?? acceptedAt, acceptedAt)
    read += bytesRead
    written += bytesWritten
  }
  if (oldest === undefined) return ''
  const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ')
  const age = formatAge(Math.max(0, now - oldest))
  return ` (${counts}), the oldest for ${age}, ${formatBytes(read)} in, ${formatBytes(written)} out`
}
