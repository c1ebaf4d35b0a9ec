import { type Clock, nowOf, unrefTimer } from './clock.ts'

/**
 * Calls back for each item that is still there when its time is over. All items get the same time, so they are due in the order in
 * which they came, and one timer does for all of them.
 */
export class Deadlines<Item> {
  readonly #clock: Clock
  readonly #milliseconds: number
  readonly #expire: (item: Item) => void
  readonly #due = new Map<Item, number>()
  #timer: unknown

  constructor(clock: Clock, milliseconds: number, expire: (item: Item) => void) {
    this.#clock = clock
    this.#milliseconds = milliseconds
    this.#expire = expire
  }

  /** An item that was added before starts anew. */
  add(item: Item): void {
    // To the end: a Map leaves in its place what it has already.
    this.#due.delete(item)
    this.#due.set(item, nowOf(this.#clock) + this.#milliseconds)
    if (this.#timer === undefined) this.#arm(this.#milliseconds)
  }

  /** The timer is left: a busy server would set and clear one for each connection. */
  delete(item: Item): void {
    this.#due.delete(item)
  }

  /** Forgets all items and the timer. */
  clear(): void {
    this.#due.clear()
    this.#disarm()
  }

  #arm(milliseconds: number): void {
    // An item that expired may have added another and armed the timer.
    this.#disarm()
    this.#timer = this.#clock.setTimeout(this.#onTimer, milliseconds)
    unrefTimer(this.#timer)
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    const now = nowOf(this.#clock)
    for (const [item, due] of this.#due) {
      if (due > now) {
        this.#arm(due - now)
        return
      }
      this.#due.delete(item)
      this.#expire(item)
    }
  }
}
