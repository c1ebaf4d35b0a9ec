import { clearTimeout, monotonicNow, setTimeout, type Timer } from './timers.ts'

/** What the library reads time from: an XState clock (`SimulatedClock` is one), with `now()` if it has one. */
export interface Clock {
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
  /** Milliseconds since any fixed moment. */
  now?(): number
}

/** The milliseconds that a clock shows; one without `now()` is taken to run with real time. */
export function nowOf(clock: Clock): number {
  return clock.now?.() ?? monotonicNow()
}

/** Real time, also where a test mocks timers: those who want time simulated inject a clock. */
export const realClock: Clock = {
  now: monotonicNow,
  setTimeout,
  clearTimeout: (timer) => clearTimeout(timer as Timer),
}

/** Where the clock gives Node's own timers: such a timer alone does not keep the process alive. */
export function unrefTimer(timer: unknown): void {
  ;(timer as Partial<Timer> | undefined)?.unref?.()
}
