// Finds the connections on which nothing happens: by a look at all of them now and then, since a
// timer for each would cost more than most of them do.
import { Alarm } from '../common/alarm.ts'
import { type Clock, nowOf, realClock } from '../common/clock.ts'
import { monotonicNow, setImmediate, throwLater } from '../common/timers.ts'
import { idleTimeoutError, type TimedConnection } from './timed-connection.ts'

/** Looks in the time of `idleTimeout`; a connection is cut off up to one of them later. */
const LOOKS = 8
/**
 * In milliseconds. A timer that is later than this has waited for an event loop that did not turn.
 */
const LATE = 20
/** Of a slot that is not looked at. */
const OFF = 127
/** Something may still happen before the next look: from that on, nothing has. */
const ACTIVE = -1

/**
 * For how many looks a connection has been idle, after `looks` more. One on which something
 * happened since the last look, or might happen until the next, begins anew.
 */
export function idleLooks(
  connection: TimedConnection,
  before: number,
  isSame: boolean,
  looks: number,
): number {
  if (!connection.isPeersTurn) return ACTIVE
  return isSame ? before + looks : 0
}

/**
 * How long to wait for the look after so many looks, so that `LOOKS` of them take the whole time,
 * in timers of whole milliseconds.
 */
export function untilNextLook(milliseconds: number, looks: number): number {
  const time = (count: number) => Math.floor((milliseconds * count) / LOOKS)
  return Math.max(1, time(looks + 1) - time(looks))
}

/** How many looks make up that time. */
export function looksIn(milliseconds: number): number {
  return Math.min(LOOKS, milliseconds)
}

/**
 * The idle time of the connections of one server, each by its slot: five bytes for one, and nothing
 * to be done while bytes come and go.
 *
 * Looks are counted, and not the time between them: where the event loop was blocked, nothing could
 * be read, and no client is to blame.
 */
export class IdleSweep {
  readonly #clock: Clock
  readonly #milliseconds: number
  readonly #live: readonly TimedConnection[]
  readonly #alarm: Alarm
  /** What had come and gone when it was looked at last. */
  #traffic = new Int32Array(0)
  /** For how many looks nothing has happened. */
  #idle = new Int8Array(0)
  #looks = 0
  #lookedAt = 0
  #wait = 0
  /** When the next look is due, in real time. */
  #due = 0
  #isRunning = false
  #isCleared = false

  /**
   * In whole milliseconds. `live` has each of the server's connections at its slot, whenever it is
   * looked at.
   */
  constructor(clock: Clock, milliseconds: number, live: readonly TimedConnection[]) {
    this.#clock = clock
    this.#milliseconds = milliseconds
    this.#live = live
    this.#alarm = new Alarm(clock, this.#onTimer, { isUnref: true })
  }

  add({ slot, traffic }: TimedConnection): void {
    if (slot >= this.#idle.length) this.#grow(slot)
    this.#traffic[slot] = traffic
    this.#idle[slot] = this.#isRunning ? ACTIVE : 0
    if (this.#isRunning) return
    this.#lookedAt = nowOf(this.#clock)
    this.#lookLater()
  }

  /** It is not looked at any more. */
  delete({ slot }: TimedConnection): void {
    this.#idle[slot] = OFF
  }

  /** The connection at the slot `from` is at `to` now, and nothing is at `from`. */
  move(from: number, to: number): void {
    this.#traffic[to] = this.#traffic[from] ?? 0
    this.#idle[to] = this.#idle[from] ?? OFF
    this.#idle[from] = OFF
  }

  clear(): void {
    this.#isCleared = true
    this.#alarm.cancel()
  }

  #grow(slot: number): void {
    const traffic = new Int32Array(2 * slot + 64)
    traffic.set(this.#traffic)
    this.#traffic = traffic
    const idle = new Int8Array(traffic.length).fill(OFF)
    idle.set(this.#idle)
    this.#idle = idle
  }

  #lookLater(): void {
    this.#isRunning = true
    this.#wait = untilNextLook(this.#milliseconds, this.#looks)
    const wait = Math.max(1, this.#wait - (nowOf(this.#clock) - this.#lookedAt))
    this.#due = monotonicNow() + wait
    this.#alarm.set(wait)
  }

  /** After an event loop that was blocked, what has come meanwhile is read first. */
  readonly #onTimer = (): void => {
    const isLate = this.#clock === realClock && monotonicNow() - this.#due > LATE
    if (isLate) setImmediate(this.#look)
    else this.#look()
  }

  readonly #look = (): void => {
    if (this.#isCleared) return
    const looks = this.#takeLooks()
    this.#looks += looks
    this.#isRunning = false
    if (this.#live.length > 0) this.#lookLater()
    // From the end: one that goes meanwhile leaves its slot to the last.
    for (let slot = this.#live.length - 1; slot >= 0; slot--) {
      const connection = this.#live[slot]
      if (!connection || (this.#idle[slot] ?? OFF) === OFF) continue
      try {
        this.#lookAt(connection, slot, looks)
      } catch (error) {
        throwLater(error)
      }
    }
  }

  /**
   * How many looks are due: simulated time may go on by more than one at once. What is left of it
   * counts for the next.
   */
  #takeLooks(): number {
    const now = nowOf(this.#clock)
    const elapsed = now - this.#lookedAt
    const looks = Math.floor((elapsed * LOOKS) / this.#milliseconds)
    if (this.#clock === realClock || elapsed <= this.#wait || looks === 0) {
      this.#lookedAt = now
      return 1
    }
    this.#lookedAt += (looks * this.#milliseconds) / LOOKS
    return looks
  }

  #lookAt(connection: TimedConnection, slot: number, looks: number): void {
    const traffic = connection.traffic | 0
    const idle = idleLooks(connection, this.#idle[slot] ?? 0, traffic === this.#traffic[slot], looks)
    this.#traffic[slot] = traffic
    if (idle < looksIn(this.#milliseconds)) {
      this.#idle[slot] = idle
      return
    }
    this.#idle[slot] = OFF
    connection.deadlineReached(idleTimeoutError(connection, this.#milliseconds))
  }
}
