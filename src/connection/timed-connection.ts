// What the deadlines of a server need of its connections, and what they tell them.
import { type Address, formatAddress } from '../common/address.ts'
import { ClientError } from '../common/client-error.ts'

export interface TimedConnection {
  readonly address: Address
  /** Where the collection keeps it. */
  readonly slot: number
  /** Bytes that have come and gone: it differs where some have. */
  readonly traffic: number
  /** Whether deadlines run, and it is the peer that has to do something. */
  readonly isPeersTurn: boolean
  /** Whether deadlines hold now: its handler runs, and is not busy with TLS. */
  readonly isTimed: boolean
  /** Whether its handler runs, which may be busy with TLS. */
  readonly isRunning: boolean
  /** Whether that is over: it was told, or has no handler any more. */
  ageReached(): boolean
  deadlineReached(error: ClientError): void
}

/** In milliseconds. */
export function idleTimeoutError({ address }: TimedConnection, milliseconds: number): ClientError {
  return new ClientError(
    `Nothing came from ${formatAddress(address)}, and nothing went to it, for ${milliseconds} ms (idleTimeout)`,
    { code: 'ERR_IDLE_TIMEOUT', phase: 'serving' },
  )
}

/** Both in milliseconds. */
export function connectionAgeError(
  { address }: TimedConnection,
  { atMost, grace }: { atMost: number; grace: number },
): ClientError {
  return new ClientError(
    `The connection of ${formatAddress(address)} was to end after ${atMost} ms, and has not within another ${grace} ms (maxConnectionAge)`,
    { code: 'ERR_CONNECTION_AGE', phase: 'serving' },
  )
}
