// The deadlines of the connections of a server, as far as it has any, while their handlers run.
import type { Socket } from 'node:net'
import type { Clock } from '../common/clock.ts'
import { Timeout, type Timeouts } from '../common/timeouts.ts'
import type { DeadlineSettings, MaxConnectionAge } from '../options/deadline-options.ts'
import { AgeSweep } from './age-sweep.ts'
import type { Serve } from './handler.ts'
import { IdleSweep } from './idle-sweep.ts'
import type { LiveConnection } from './live-connection.ts'
import { OwnIdleTime } from './own-idle-time.ts'
import { connectionAgeError, type TimedConnection } from './timed-connection.ts'

/** In milliseconds: how soon one that is busy with something else is asked again. */
const AGAIN = 1_000

/** The time that a connection which is too old has to end. */
class Grace extends Timeout {
  readonly #timeouts: Timeouts
  readonly #connection: TimedConnection
  readonly #age: Required<MaxConnectionAge>

  constructor(timeouts: Timeouts, connection: TimedConnection, age: Required<MaxConnectionAge>) {
    super()
    this.#timeouts = timeouts
    this.#connection = connection
    this.#age = age
    timeouts.start(this, age.grace)
  }

  override expire(): void {
    const connection = this.#connection
    if (connection.isTimed) connection.deadlineReached(connectionAgeError(connection, this.#age))
    else if (connection.isRunning) this.#timeouts.start(this, AGAIN)
  }
}

export class DeadlineWatch {
  readonly #clock: Clock
  readonly #settings: DeadlineSettings
  readonly #idle: IdleSweep | undefined
  readonly #ages: AgeSweep | undefined
  /** For what only some connections have. */
  readonly #timeouts: Timeouts
  readonly #ownIdle = new Map<TimedConnection, OwnIdleTime>()
  readonly #graces = new Map<TimedConnection, Grace>()

  /** `live` has each of the server's connections at its slot, whenever it is looked at. */
  constructor(
    clock: Clock,
    settings: DeadlineSettings,
    timeouts: Timeouts,
    live: readonly TimedConnection[],
  ) {
    const { idleTimeout, maxConnectionAge } = settings
    this.#clock = clock
    this.#settings = settings
    this.#timeouts = timeouts
    if (idleTimeout < Infinity) this.#idle = new IdleSweep(clock, idleTimeout, live)
    if (maxConnectionAge) this.#ages = new AgeSweep(clock, maxConnectionAge, live)
  }

  /** `serve`, for connections that are watched from then on. */
  watching(serve: Serve): Serve {
    return (connection: LiveConnection, socket: Socket) => {
      if (!this.#ownIdle.has(connection)) this.#idle?.add(connection)
      this.#ages?.add(connection)
      return serve(connection, socket)
    }
  }

  /** From now on, and in place of what it had; `Infinity` for no limit. */
  setIdleTimeout(connection: TimedConnection, milliseconds: number): void {
    this.#idle?.delete(connection)
    this.#deleteOf(this.#ownIdle, connection)
    const own = new OwnIdleTime(this.#clock, this.#timeouts, connection, milliseconds)
    this.#ownIdle.set(connection, own)
  }

  /** A connection is too old. */
  startGrace(connection: TimedConnection): void {
    const { maxConnectionAge } = this.#settings
    if (maxConnectionAge)
      this.#graces.set(connection, new Grace(this.#timeouts, connection, maxConnectionAge))
  }

  /** It has settled, and the connection at the slot `last` is to have its place. */
  leave(connection: TimedConnection, last: number): void {
    this.#idle?.move(last, connection.slot)
    this.#ages?.move(last, connection.slot)
    if (this.#ownIdle.size > 0) this.#deleteOf(this.#ownIdle, connection)
    if (this.#graces.size > 0) this.#deleteOf(this.#graces, connection)
  }

  clear(): void {
    this.#idle?.clear()
    this.#ages?.clear()
  }

  #deleteOf(timeouts: Map<TimedConnection, Timeout>, connection: TimedConnection): void {
    const timeout = timeouts.get(connection)
    if (!timeout) return
    timeouts.delete(connection)
    this.#timeouts.delete(timeout)
  }
}
