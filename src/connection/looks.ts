// How often to look whether something happens on a connection, where a time without it is limited.
import { type Clock, nowOf, realClock } from '../common/clock.ts'
import type { TimedConnection } from './timed-connection.ts'

/** Looks in the whole time; a connection is cut off up to one of them later. */
const LOOKS = 8
/** Something may still happen before the next look: from that on, nothing has. */
export const ACTIVE = -1

/**
 * For how many looks a connection has been idle, after `looks` more. One on which something
 * happened since the last look, or might happen until the next, begins anew. Where a simulated
 * clock has jumped over several looks, that was before the jump, and all but the first count.
 */
export function idleLooks(
  connection: TimedConnection,
  before: number,
  isSame: boolean,
  looks: number,
): number {
  if (!connection.isPeersTurn) return ACTIVE
  return isSame ? before + looks : looks - 1
}

/**
 * When to look, and how many looks have passed then. In real time it is one, whenever it comes:
 * where the event loop was blocked, nothing could be read, and no client is to blame.
 */
export class Looks {
  /** How many make up the whole time. */
  readonly all: number
  readonly #clock: Clock
  readonly #milliseconds: number
  #count = 0
  /** When the last one was due. */
  #at = 0
  #wait = 0

  /** In whole milliseconds. */
  constructor(clock: Clock, milliseconds: number) {
    this.all = Math.min(LOOKS, milliseconds)
    this.#clock = clock
    this.#milliseconds = milliseconds
  }

  /** Time begins now. */
  begin(): void {
    this.#at = nowOf(this.#clock)
  }

  /** How long to wait for the next, in whole milliseconds: all take no less than the whole time. */
  get wait(): number {
    const time = (count: number) => Math.floor((this.#milliseconds * count) / LOOKS)
    this.#wait = Math.max(1, time(this.#count + 1) - time(this.#count))
    return Math.max(1, Math.ceil(this.#wait - (nowOf(this.#clock) - this.#at)))
  }

  /**
   * How many are due: simulated time may go on by more than one at once. What is left of it counts
   * for the next.
   */
  take(): number {
    const now = nowOf(this.#clock)
    const elapsed = now - this.#at
    const due = Math.floor((elapsed * this.all) / this.#milliseconds)
    const isJump = this.#clock !== realClock && elapsed > this.#wait && due > 0
    const looks = isJump ? due : 1
    this.#at = isJump ? this.#at + (looks * this.#milliseconds) / this.all : now
    this.#count += looks
    return looks
  }
}
