import type { Libc } from '../os/libc.ts'
import { findReserve, usesOfReserve } from '../os/reserve.ts'

/** Remembers whether libuv has accepted and closed clients, until that is reported. */
export class Losses {
  readonly #libc: Libc | undefined
  /** How often it had by the last look; `undefined` where the machine does not tell. */
  #uses: number | undefined
  #hasLost = false

  constructor(libc: Libc | undefined) {
    this.#libc = libc
  }

  get isKnown(): boolean {
    return this.#uses !== undefined
  }

  /** Polling begins. Losses of others of this process meanwhile are none of this server. */
  begin(): void {
    findReserve(this.#libc)
    this.#uses = usesOfReserve(this.#libc)
  }

  /** Takes a look, before polling ends. */
  note(): void {
    const uses = usesOfReserve(this.#libc)
    if (uses !== undefined && uses > (this.#uses ?? uses)) this.#hasLost = true
    this.#uses = uses
  }

  /** Whether there were any since the last time. */
  take(): boolean {
    this.note()
    const hasLost = this.#hasLost
    this.#hasLost = false
    return hasLost
  }
}
