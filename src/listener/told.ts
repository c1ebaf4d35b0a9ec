import type { Reminder } from '../../machines/index.ts'
import { type Clock, nowOf } from '../common/clock.ts'

/** When things were told, and when they were seen: what the chart's reminders are measured by. */
export class Told {
  readonly #clock: Clock
  readonly #told = new Map<string, number>()
  readonly #seen = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether `what`, which is seen now, is to be told; it counts as told then. */
  isDue(what: string, { minTimeBetween = 0, minQuietTime = 0 }: Reminder): boolean {
    const now = nowOf(this.#clock)
    const sinceTold = now - (this.#told.get(what) ?? -Infinity)
    const sinceSeen = now - (this.#seen.get(what) ?? -Infinity)
    this.#seen.set(what, now)
    if (sinceTold < minTimeBetween || sinceSeen < minQuietTime) return false
    this.#told.set(what, now)
    return true
  }
}
