import { clearTimeout, monotonicNow, setTimeout, type Timer } from './timers.ts'

/**
 * The library's source of time: an XState clock, such as `SimulatedClock`. Durations are measured
 * with its `now()` where it has one, else in real time.
 */
export interface Clock {
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
  /** Milliseconds since a fixed moment of the clock's own choice. */
  now?(): number
}

/** The milliseconds that a clock shows; one without `now()` is taken to run with real time. */
export function nowOf(clock: Clock): number {
  return clock.now?.() ?? monotonicNow()
}

/** Real time, also where a test mocks timers: a test that simulates time injects a clock. */
export const realClock: Clock = {
  now: monotonicNow,
  setTimeout,
  clearTimeout: (timer) => clearTimeout(timer as Timer),
}

/** Where the clock gives Node's own timers: such a timer alone does not keep the process alive. */
export function unrefTimer(timer: unknown): void {
  ;(timer as Partial<Timer> | undefined)?.unref?.()
}
