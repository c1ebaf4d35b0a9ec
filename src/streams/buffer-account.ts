// How much memory the readers and writers of a server hold.
import { nextTick } from '../common/timers.ts'

/**
 * A sum, which readers and writers change where they take a block of memory or give one up: so it
 * costs next to nothing.
 */
export class BufferAccount {
  readonly #max: number
  readonly #onExceeded: () => void
  #held = 0
  #isLookDue = false

  /** `onExceeded` is called soon after more than `max` bytes are held, outside of what did it. */
  constructor(max: number, onExceeded: () => void) {
    this.#max = max
    this.#onExceeded = onExceeded
  }

  /** In bytes. */
  get held(): number {
    return this.#held
  }

  get max(): number {
    return this.#max
  }

  get isExceeded(): boolean {
    return this.#held > this.#max
  }

  /** Fewer, if negative. */
  add(bytes: number): void {
    this.#held += bytes
    if (this.#held <= this.#max || bytes <= 0 || this.#isLookDue) return
    this.#isLookDue = true
    // Node calls it before the next socket has its turn, and whoever is cut can be in the middle of
    // something now.
    nextTick(this.#look)
  }

  readonly #look = (): void => {
    this.#isLookDue = false
    if (this.isExceeded) this.#onExceeded()
  }
}
