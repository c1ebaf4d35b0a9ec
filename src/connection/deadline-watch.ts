// The deadlines of the connections of a server, as far as it has any, while their handlers run.
import type { Socket } from 'node:net'
import type { Clock } from '../common/clock.ts'
import { Timeout, type Timeouts } from '../common/timeouts.ts'
import type { DeadlineSettings } from '../options/deadline-options.ts'
import { AgeSweep } from './age-sweep.ts'
import type { Serve } from './handler.ts'
import { IdleSweep } from './idle-sweep.ts'
import type { LiveConnection } from './live-connection.ts'
import { OwnIdleTime } from './own-idle-time.ts'
import { connectionAgeError, type TimedConnection } from './timed-connection.ts'

/** What a connection that is too old has to end. */
class Grace extends Timeout {
  readonly #expire: () => void

  constructor(expire: () => void) {
    super()
    this.#expire = expire
  }

  override expire(): void {
    this.#expire()
  }
}

export class DeadlineWatch {
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
    this.#ownIdle.set(connection, new OwnIdleTime(this.#timeouts, connection, milliseconds))
  }

  /** A connection is too old. */
  startGrace(connection: TimedConnection): void {
    const { atMost, grace } = this.#settings.maxConnectionAge ?? { atMost: 0, grace: 0 }
    const end = new Grace(() => connection.deadlineReached(connectionAgeError(connection, atMost, grace)))
    this.#graces.set(connection, end)
    this.#timeouts.start(end, grace)
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
