// Finds the connections on which nothing happens: by a look at all of them now and then, since a
// timer for each would cost more than most of them do.
import { Alarm } from '../common/alarm.ts'
import { type Clock, realClock } from '../common/clock.ts'
import { monotonicNow, setImmediate, throwLater } from '../common/timers.ts'
import { ACTIVE, idleLooks, Looks } from './looks.ts'
import { idleTimeoutError, type TimedConnection } from './timed-connection.ts'

/**
 * In milliseconds. A timer that is later than this has waited for an event loop that did not turn.
 */
const LATE = 20
/** Of a slot that is not looked at. */
const OFF = 127

/**
 * The idle time of the connections of one server, each by its slot: five bytes for one, and nothing
 * to be done while bytes come and go.
 */
export class IdleSweep {
  readonly #clock: Clock
  readonly #milliseconds: number
  readonly #live: readonly TimedConnection[]
  readonly #alarm: Alarm
  readonly #looks: Looks
  /** What had come and gone when it was looked at last. */
  #traffic = new Int32Array(0)
  /** For how many looks nothing has happened. */
  #idle = new Int8Array(0)
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
    this.#looks = new Looks(clock, milliseconds)
    this.#alarm = new Alarm(clock, this.#onTimer, { isUnref: true })
  }

  add({ slot, traffic }: TimedConnection): void {
    if (slot >= this.#idle.length) this.#grow(slot)
    this.#traffic[slot] = traffic
    this.#idle[slot] = this.#isRunning ? ACTIVE : 0
    if (this.#isRunning) return
    this.#looks.begin()
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
    const { wait } = this.#looks
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
    const looks = this.#looks.take()
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

  #lookAt(connection: TimedConnection, slot: number, looks: number): void {
    const traffic = connection.traffic | 0
    const idle = idleLooks(connection, this.#idle[slot] ?? 0, traffic === this.#traffic[slot], looks)
    this.#traffic[slot] = traffic
    if (idle < this.#looks.all) {
      this.#idle[slot] = idle
      return
    }
    this.#idle[slot] = OFF
    connection.deadlineReached(idleTimeoutError(connection, this.#milliseconds))
  }
}
