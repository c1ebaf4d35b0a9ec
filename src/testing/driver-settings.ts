// What a driver needs a server to be told.
import type { SimulatedClock } from 'xstate'

/** Options that a server must have while it is driven. Give them after your own. */
export interface DriverSettings {
  /** It stands still, and passes where the model says so. */
  readonly clock: SimulatedClock
  readonly flushTimeout: number
  readonly lingerTimeout: number
}

/** In milliseconds. */
export const LONGER_THAN_A_PATH = 100_000_000
