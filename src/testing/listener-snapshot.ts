// A state of a server's model, and what can be asked about it.
import type { Snapshot, SnapshotFrom } from 'xstate'
import type { connectionMachine, listenerMachine } from '../../machines/index.ts'
import type { ClientView } from './listener-events.ts'
import type { ListenerModelSettings } from './listener-options.ts'
import type { ModelCalls } from './world-calls.ts'

export interface ModelConnection {
  readonly client: number
  readonly snapshot: SnapshotFrom<typeof connectionMachine>
  readonly isSocketOpen: boolean
  readonly hasFailed: boolean
  /** Its client does not end its side. */
  readonly isStaying: boolean
}

/** The state of the model. Read it through `expectations`. */
export type ListenerModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  readonly listener: SnapshotFrom<typeof listenerMachine>
  readonly connections: readonly ModelConnection[]
  readonly clients: readonly ClientView[]
  readonly descriptor: 'polled' | 'held' | 'none'
  readonly isAddressTaken: boolean
  /** How many may get in before more time passes. */
  readonly accepts: number
  readonly calls: ModelCalls
}

/** The handler has not settled, as far as the chart knows. */
export function isRunning({ snapshot }: ModelConnection): boolean {
  return !snapshot.matches('closing')
}

/** The connection whose handler settles where nothing says which. */
export function firstReachable(
  connections: readonly ModelConnection[],
  clients: readonly ClientView[],
  { seenFrom }: ListenerModelSettings,
): ModelConnection | undefined {
  return connections.find(
    (connection) =>
      isRunning(connection) && (seenFrom === 'inside' || clients[connection.client] === 'served'),
  )
}

/** Full, and nothing else keeps clients from being accepted. */
export function isOnlyFull(listener: ListenerModelSnapshot['listener']): boolean {
  return listener.matches({ 'accept-paused': 'waiting' }) && !listener.context.pausedByHand
}

export function isLingering({ snapshot }: ModelConnection): boolean {
  return snapshot.matches({ closing: 'lingering' })
}

/** It accepts more clients, if it may, once time has passed. */
export function isThrottled({ listener }: ListenerModelSnapshot): boolean {
  return listener.context.isThrottled && !listener.hasTag('over')
}

export function isWaitingToRetry(listener: ListenerModelSnapshot['listener']): boolean {
  return listener.hasTag('retrying')
}
