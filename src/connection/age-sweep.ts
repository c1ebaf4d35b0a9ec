// Finds the connections that are too old.
import { Alarm } from '../common/alarm.ts'
import { type Clock, nowOf } from '../common/clock.ts'
import { attempt } from '../common/each.ts'
import type { TimedConnection } from './timed-connection.ts'

/** One that is due is found up to such a part of the whole time later. */
const PRECISION = 1 / 64
/** Of Node's timers, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1

/**
 * The ages of the connections of one server, each by its slot: eight bytes for one. A heap would be
 * exact, which nobody needs of a time that is drawn by lot, and take eight times as much.
 */
export class AgeSweep {
  readonly #clock: Clock
  readonly #atMost: number
  readonly #jitter: number
  readonly #live: readonly TimedConnection[]
  readonly #random: () => number
  readonly #alarm: Alarm
  /** By the clock; `Infinity` for one that is not looked at. */
  #due = new Float64Array(0)
  /** When all are looked at next. */
  #next = Infinity

  /**
   * `live` has each of the server's connections at its slot, whenever it is looked at. `jitter` is
   * a share of `atMost`, which is in milliseconds.
   */
  constructor(
    clock: Clock,
    { atMost, jitter }: { atMost: number; jitter: number },
    live: readonly TimedConnection[],
    random: () => number = Math.random,
  ) {
    this.#clock = clock
    this.#atMost = atMost
    this.#jitter = jitter
    this.#live = live
    this.#random = random
    this.#alarm = new Alarm(clock, () => this.#look(), { isUnref: true })
  }

  add({ slot }: TimedConnection): void {
    if (slot >= this.#due.length) this.#grow(slot)
    const now = nowOf(this.#clock)
    const due = now + this.#atMost * (1 + this.#jitter * (2 * this.#random() - 1))
    this.#due[slot] = due
    if (due < this.#next - this.#atMost * PRECISION) this.#lookAt(due, now)
  }

  /** The connection at the slot `from` is at `to` now, and nothing is at `from`. */
  move(from: number, to: number): void {
    this.#due[to] = this.#due[from] ?? Infinity
    this.#due[from] = Infinity
  }

  clear(): void {
    this.#alarm.cancel()
  }

  #grow(slot: number): void {
    const due = new Float64Array(2 * slot + 64).fill(Infinity)
    due.set(this.#due)
    this.#due = due
  }

  #lookAt(time: number, now: number): void {
    this.#next = time
    if (time === Infinity) return this.#alarm.cancel()
    this.#alarm.set(Math.min(Math.max(1, Math.ceil(time - now)), MAX_TIMER))
  }

  #look(): void {
    const now = nowOf(this.#clock)
    let first = Infinity
    // From the end: one that goes meanwhile leaves its slot to the last.
    for (let slot = this.#live.length - 1; slot >= 0; slot--) {
      const due = this.#due[slot] ?? Infinity
      if (due > now) {
        if (due < first) first = due
        continue
      }
      attempt(() => {
        if (this.#live[slot]?.ageReached()) this.#due[slot] = Infinity
        // One that is busy with something else is asked again.
        else first = now
      })
    }
    this.#lookAt(Math.max(first, now + this.#atMost * PRECISION), now)
  }
}
