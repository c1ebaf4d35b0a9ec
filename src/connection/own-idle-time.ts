// The idle time of one connection, where it is not that of its server.
import { Timeout, type Timeouts } from '../common/timeouts.ts'
import { idleLooks, looksIn, untilNextLook } from './idle-sweep.ts'
import { idleTimeoutError, type TimedConnection } from './timed-connection.ts'

/** Looks at its connection as often, in its time, as the sweep does at all the others. */
export class OwnIdleTime extends Timeout {
  readonly #timeouts: Timeouts
  readonly #connection: TimedConnection
  readonly #milliseconds: number
  #traffic: number
  #idle = 0
  #looks = 0

  /** In whole milliseconds, from now on; `Infinity` for no limit. */
  constructor(timeouts: Timeouts, connection: TimedConnection, milliseconds: number) {
    super()
    this.#timeouts = timeouts
    this.#connection = connection
    this.#milliseconds = milliseconds
    this.#traffic = connection.traffic
    if (milliseconds < Infinity) this.#lookLater()
  }

  override expire(): void {
    const { traffic } = this.#connection
    this.#idle = idleLooks(this.#connection, this.#idle, traffic === this.#traffic, 1)
    this.#traffic = traffic
    this.#looks++
    if (this.#idle < looksIn(this.#milliseconds)) this.#lookLater()
    else this.#connection.deadlineReached(idleTimeoutError(this.#connection, this.#milliseconds))
  }

  #lookLater(): void {
    this.#timeouts.start(this, untilNextLook(this.#milliseconds, this.#looks))
  }
}
