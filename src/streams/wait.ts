// Waiting with an end: after some time, or by a signal.
import { type AbortWatch, unwatchAbort, watchAbort } from '../common/abort-watch.ts'
import { Timeout, type Timeouts } from '../common/timeouts.ts'
import type { Limits } from './limits.ts'

/** Hears that its wait has ended before it got what it waits for. */
export interface Waiter {
  timedOut(milliseconds: number): void
  interrupted(reason: unknown): void
}

/**
 * Can be begun again and again, each time after it was ended. It has no private methods: with
 * those, each would be larger by a field.
 */
export class Wait extends Timeout {
  readonly #waiter: Waiter
  #milliseconds = 0
  #signal: AbortSignal | undefined
  #watch: AbortWatch | undefined

  constructor(waiter: Waiter) {
    super()
    this.#waiter = waiter
  }

  /** The signal is not aborted yet. With `isTold`, somebody else tells when it is. */
  begin(timeouts: Timeouts, { timeout, signal }: Limits, isTold = false): void {
    if (timeout !== undefined) {
      this.#milliseconds = timeout
      timeouts.start(this, timeout)
    }
    if (signal === undefined) return
    this.#signal = signal
    if (!isTold) this.#watch = watchAbort(signal, this)
  }

  end(timeouts: Timeouts): void {
    timeouts.stop(this)
    this.#signal = undefined
    if (this.#watch !== undefined) unwatchAbort(this.#watch)
    this.#watch = undefined
  }

  /** It is not begun again. */
  forget(timeouts: Timeouts): void {
    this.end(timeouts)
    timeouts.delete(this)
  }

  override expire(): void {
    this.#waiter.timedOut(this.#milliseconds)
  }

  aborted(signal: AbortSignal): void {
    if (signal === this.#signal) this.#waiter.interrupted(signal.reason)
  }
}
