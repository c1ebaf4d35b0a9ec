import { type Clock, unrefTimer } from './clock.ts'

/** One timer, set again and again. It does not keep the process alive where `isUnref` is true. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  readonly #isUnref: boolean
  #timer: unknown

  constructor(clock: Clock, ring: () => void, { isUnref = false } = {}) {
    this.#clock = clock
    this.#ring = ring
    this.#isUnref = isUnref
  }

  get isSet(): boolean {
    return this.#timer !== undefined
  }

  /** In place of the time that it was set to, if it was. */
  set(milliseconds: number): void {
    this.cancel()
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined
      this.#ring()
    }, milliseconds)
    if (this.#isUnref) unrefTimer(this.#timer)
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
