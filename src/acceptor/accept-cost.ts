// Measures what a new client costs, from the moment at which Node hands it over until its handler
// has started.
import { monotonicNow } from '../common/timers.ts'

export class AcceptCost {
  #isMeasuring = false
  #startedAt = 0
  #clients = 0
  #spent = 0
  #lastOfAll = Number.NaN
  #value = Number.NaN

  /** Milliseconds for one client, the shorter time of the last two measured turns; NaN before. */
  get value(): number {
    return this.#value
  }

  /** A connection is about to be made of a client. */
  begin(): void {
    this.#isMeasuring = true
    this.#startedAt = monotonicNow()
  }

  /** The connection was made. Tells whether it was measured, and the first of its turn. */
  end(): boolean {
    if (!this.#isMeasuring) return false
    this.#isMeasuring = false
    this.#spent += monotonicNow() - this.#startedAt
    return this.#clients++ === 0
  }

  /** The loop has polled, and handlers are about to start. */
  polled(now: number): void {
    this.#startedAt = now
  }

  /** The handlers of the turn have started. */
  started(): void {
    const ofAll = (this.#spent + monotonicNow() - this.#startedAt) / this.#clients
    this.#value = Number.isNaN(this.#lastOfAll) ? ofAll : Math.min(ofAll, this.#lastOfAll)
    this.#lastOfAll = ofAll
    this.#clients = 0
    this.#spent = 0
  }
}
