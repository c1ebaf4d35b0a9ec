// The idle time of one connection, where it is not that of its server.
import type { Clock } from '../common/clock.ts'
import { Timeout, type Timeouts } from '../common/timeouts.ts'
import { idleLooks, Looks } from './looks.ts'
import { idleTimeoutError, type TimedConnection } from './timed-connection.ts'

/** Looks at its connection as often, in its time, as the sweep does at all the others. */
export class OwnIdleTime extends Timeout {
  readonly #timeouts: Timeouts
  readonly #connection: TimedConnection
  readonly #milliseconds: number
  readonly #looks: Looks
  #traffic: number
  #idle = 0

  /** In whole milliseconds, from now on; `Infinity` for no limit. */
  constructor(clock: Clock, timeouts: Timeouts, connection: TimedConnection, milliseconds: number) {
    super()
    this.#timeouts = timeouts
    this.#connection = connection
    this.#milliseconds = milliseconds
    this.#traffic = connection.traffic
    this.#looks = new Looks(clock, milliseconds)
    this.#looks.begin()
    if (milliseconds < Infinity) this.#lookLater()
  }

  override expire(): void {
    const { traffic } = this.#connection
    const isSame = traffic === this.#traffic
    this.#traffic = traffic
    this.#idle = idleLooks(this.#connection, this.#idle, isSame, this.#looks.take())
    if (this.#idle < this.#looks.all) this.#lookLater()
    else this.#connection.deadlineReached(idleTimeoutError(this.#connection, this.#milliseconds))
  }

  #lookLater(): void {
    this.#timeouts.start(this, this.#looks.wait)
  }
}
