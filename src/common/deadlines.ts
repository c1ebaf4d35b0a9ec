import { type Clock, nowOf, realClock, unrefTimer } from './clock.ts'
import { attempt } from './each.ts'
import { monotonicNow } from './timers.ts'

/** One that waits, between those that are due before and after it. */
export interface Deadline<Item = unknown> {
  readonly item: Item
  due: number
  before: Deadline<Item> | undefined
  after: Deadline<Item> | undefined
  /** It was given its time anew, which happens once. */
  isExtended: boolean
}

/**
 * In milliseconds. A timer that is later than this has waited for an event loop that did not turn.
 */
const LATE = 20

/**
 * Calls back for each item that is still there when its time is over. All items get the same time,
 * so they are due in the order in which they came, and one timer does for all of them.
 *
 * The line is a linked list: a Map would hash each item, and under churn keep dead ones alive.
 */
export class Deadlines<Item> {
  readonly #clock: Clock
  readonly #milliseconds: number
  readonly #expire: (item: Item) => void
  #first: Deadline<Item> | undefined
  #last: Deadline<Item> | undefined
  #timer: unknown
  /** When the timer is to call, in real time. */
  #timerDue = 0
  readonly #isForgiving: boolean

  /**
   * With `isForgiving`, items that wait while the event loop is blocked until after the timer's
   * time get their time anew, once: nothing could happen to them meanwhile, so their peers are not
   * to blame. A clock other than the real one is never late.
   */
  constructor(
    clock: Clock,
    milliseconds: number,
    expire: (item: Item) => void,
    { isForgiving = false } = {},
  ) {
    this.#clock = clock
    this.#milliseconds = milliseconds
    this.#expire = expire
    this.#isForgiving = isForgiving && clock === realClock
  }

  /** Whoever adds an item keeps its deadline, and deletes it when there is no more need for it. */
  add(item: Item): Deadline<Item> {
    const due = nowOf(this.#clock) + this.#milliseconds
    const deadline: Deadline<Item> = { item, due, before: this.#last, after: undefined, isExtended: false }
    if (this.#last) this.#last.after = deadline
    else this.#first = deadline
    this.#last = deadline
    if (this.#timer === undefined) this.#arm(this.#milliseconds)
    return deadline
  }

  /**
   * One that is over is let be. The timer is left: a busy server would set and clear one for each
   * connection.
   */
  delete(deadline: Deadline<Item>): void {
    const { before, after } = deadline
    if (!before && this.#first !== deadline) return
    if (before) before.after = after
    else this.#first = after
    if (after) after.before = before
    else this.#last = before
    // A dead one that points to its neighbours would keep them alive until the next full
    // collection.
    deadline.before = undefined
    deadline.after = undefined
  }

  /**
   * The items added at least `milliseconds` ago, the oldest first, `max` of them at most.
   */
  addedBefore(milliseconds: number, max: number): Item[] {
    const latest = nowOf(this.#clock) - milliseconds + this.#milliseconds
    const items: Item[] = []
    for (let at = this.#first; at && at.due <= latest && items.length < max; at = at.after) {
      items.push(at.item)
    }
    return items
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  /** Forgets all items and the timer. */
  clear(): void {
    while (this.#first) this.delete(this.#first)
    this.#disarm()
  }

  #arm(milliseconds: number): void {
    // An item that expired may have added another and armed the timer.
    this.#disarm()
    this.#timerDue = monotonicNow() + milliseconds
    this.#timer = this.#clock.setTimeout(this.#onTimer, milliseconds)
    unrefTimer(this.#timer)
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Items that were extended before are first in the line, and stay there. */
  #extend(now: number): void {
    for (let at = this.#first; at; at = at.after) {
      if (at.isExtended) continue
      at.isExtended = true
      at.due = now + this.#milliseconds
    }
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    const now = nowOf(this.#clock)
    if (this.#isForgiving && monotonicNow() - this.#timerDue > LATE) this.#extend(now)
    while (this.#first) {
      const { item, due } = this.#first
      if (due > now) {
        this.#arm(due - now)
        return
      }
      this.delete(this.#first)
      attempt(() => this.#expire(item))
    }
  }
}
