import { type Clock, nowOf, realClock, unrefTimer } from './clock.ts'
import { attempt } from './each.ts'
import { monotonicNow, setImmediate } from './timers.ts'

/** Of one that waits for nothing, and is in no heap: small integers need no memory of their own. */
const NONE = -1

/**
 * In milliseconds. A timer that is later than this has waited for an event loop that did not turn.
 */
const LATE = 20

/** Of Node's timers, in milliseconds, and of V8's small integers. */
const MAX_SMALL = 2 ** 31 - 1

/** `Math.ceil` makes an object of each number, which is larger than a field. */
function small(integer: number): number {
  return integer <= MAX_SMALL ? integer | 0 : integer
}

/** Somebody who waits for a limited time, again and again. */
export abstract class Timeout {
  // The rest belongs to `Timeouts`.
  /** When its time is over. */
  due = NONE
  /** When it is looked at: its time may be over later, or not at all. */
  at = NONE
  /** In the heap. */
  index = NONE

  /** Its time is over: called once for each `start`, unless it was stopped. */
  abstract expire(): void
}

/**
 * Limited times of any length, with one timer for all of them. Neither to start one nor to stop it
 * touches more than a number, as a rule: it stays where it is in the heap, and is looked at when
 * that time has come. So whoever is done with one for good has to delete it.
 *
 * One is over at its time or up to a millisecond later. Where the event loop was blocked until
 * after that, it polls once before: what has come meanwhile may stop it.
 */
export class Timeouts {
  readonly #clock: Clock
  /** All times are counted from here, in whole milliseconds. */
  readonly #epoch: number
  /** By `at`. */
  readonly #heap: Timeout[] = []
  #timer: unknown
  /** When the timer is to call; before all others while those that are due are told. */
  #armed = Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#epoch = nowOf(clock)
  }

  /** How many are in the heap, for which some time was or is still to be looked at. */
  get size(): number {
    return this.#heap.length
  }

  /** In so many milliseconds from now, and not at the time that it had before. */
  start(timeout: Timeout, milliseconds: number): void {
    const due = small(Math.ceil(this.#now + milliseconds))
    timeout.due = due
    if (timeout.index === NONE) {
      timeout.at = due
      timeout.index = this.#heap.push(timeout) - 1
      this.#rise(timeout)
    } else if (due < timeout.at) {
      timeout.at = due
      this.#rise(timeout)
    }
    if (timeout.at < this.#armed) this.#arm()
  }

  /** It may be started again. */
  stop(timeout: Timeout): void {
    timeout.due = NONE
  }

  /** It is not held any more. One that was not started is let be. */
  delete(timeout: Timeout): void {
    timeout.due = NONE
    const { index } = timeout
    if (index === NONE) return
    timeout.index = NONE
    const last = this.#heap.pop()
    if (last === undefined || last === timeout) return
    this.#put(last, index)
    this.#rise(last)
    this.#sink(last)
  }

  /** Forgets all, and the timer. */
  clear(): void {
    for (const timeout of this.#heap.splice(0)) {
      timeout.due = NONE
      timeout.index = NONE
    }
    this.#disarm()
  }

  get #now(): number {
    return nowOf(this.#clock) - this.#epoch
  }

  /** For the first of the heap, if there is one. */
  #arm(): void {
    this.#disarm()
    const [first] = this.#heap
    if (first === undefined) return
    this.#armed = first.at
    const wait = Math.min(Math.max(Math.ceil(first.at - this.#now), 0), MAX_SMALL)
    this.#timer = this.#clock.setTimeout(this.#onTimer, wait)
    unrefTimer(this.#timer)
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#armed = Infinity
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    const isLate = this.#clock === realClock && monotonicNow() - this.#epoch - this.#armed > LATE
    if (isLate) setImmediate(this.#look)
    else this.#look()
  }

  readonly #look = (): void => {
    this.#armed = -Infinity
    const now = this.#now
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.#lookAt(first, now)
    }
    this.#arm()
  }

  #lookAt(timeout: Timeout, now: number): void {
    if (timeout.due > now) {
      timeout.at = timeout.due
      this.#sink(timeout)
      return
    }
    const isOver = timeout.due !== NONE
    this.delete(timeout)
    if (isOver) attempt(() => timeout.expire())
  }

  #put(timeout: Timeout, index: number): void {
    this.#heap[index] = timeout
    timeout.index = index
  }

  #rise(timeout: Timeout): void {
    for (let { index } = timeout; index > 0; ) {
      const parentIndex = (index - 1) >> 1
      const parent = this.#heap[parentIndex]
      if (parent === undefined || parent.at <= timeout.at) return
      this.#put(parent, index)
      this.#put(timeout, parentIndex)
      index = parentIndex
    }
  }

  #sink(timeout: Timeout): void {
    for (;;) {
      const { index } = timeout
      const left = this.#heap[2 * index + 1]
      const right = this.#heap[2 * index + 2]
      const child = left && right && right.at < left.at ? right : left
      if (child === undefined || child.at >= timeout.at) return
      const childIndex = child.index
      this.#put(child, index)
      this.#put(timeout, childIndex)
    }
  }
}
