// Tells from the connections of each turn of the event loop whether more handles would be of use.

/** A call of accept(2) that finds nothing costs about a third of opening a handle again. */
const MAX_IN_VAIN = 32
/*
 * In milliseconds. Both are measures of load and nothing that a user waits for, so they are not
 * taken from the injected clock.
 */
/** Before a second handle is tried again: many turns of an idle loop, one or two of a busy one. */
export const TIME_ALONE = 10
/**
 * A turn in which other work takes so long that one or two new clients in each are too few. In
 * shorter ones, more handles only cost.
 */
export const LONG_TURN = 0.5

export class Load {
  /** Wakings in vain, in a row of turns in which most handles found nothing to accept. */
  #vainly = 0
  /** End of the last turn in which something was accepted. */
  #turnEndedAt = Number.NEGATIVE_INFINITY
  /** When the last handle but one was found to be of no use. */
  #aloneSince = Number.NEGATIVE_INFINITY
  #wasFullyUsed = false

  /** Whether all handles were in use in some turn since the last call. */
  takeFullUse(): boolean {
    const wasFullyUsed = this.#wasFullyUsed
    this.#wasFullyUsed = false
    return wasFullyUsed
  }

  /**
   * A turn has ended at `now` in which `size` handles have accepted `accepted` connections. More
   * are of use if each has accepted one, and the turn was a long one; fewer, once most of them have
   * often enough found nothing to accept: each new client wakes all of them.
   */
  turnEnded(accepted: number, size: number, now: number): 'more' | 'fewer' | undefined {
    const length = now - this.#turnEndedAt
    this.#turnEndedAt = now
    if (size === 0) return undefined
    const isFullyUsed = accepted >= size
    if (isFullyUsed) this.#wasFullyUsed = true
    if (2 * accepted > size) this.#vainly = 0
    else this.#vainly += size - accepted
    // A single handle is always fully used; only a second one tells whether more clients wait.
    const isWorthIt = size === 1 ? now - this.#aloneSince >= TIME_ALONE : length >= LONG_TURN
    if (isFullyUsed && isWorthIt) return 'more'
    if (this.#vainly < MAX_IN_VAIN) return undefined
    this.#vainly = 0
    return 'fewer'
  }

  /** More were tried, or there were more, and one is left. */
  isAlone(now: number): void {
    this.#aloneSince = now
  }
}
