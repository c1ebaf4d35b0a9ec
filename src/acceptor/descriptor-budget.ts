// How close the process is to its limit on open files. At the limit, libuv accepts the whole queue of waiting clients and closes them,
// without a word; so a server has to stop before.
import { closeSync, openSync, readdirSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * Descriptors that are left to everybody else. A handler that opens files does so after its connection was accepted, when some more may
 * have been; where there are few, half of what Node itself leaves (it takes some twenty) is not too many.
 */
const reserveOf = (limit: number) => Math.min(24, Math.max(2, Math.floor((limit - 20) / 2)))
/** Looks between two counts of all open descriptors, which cost a look into a directory each. */
const LOOKS_PER_COUNT = 1000

/**
 * Descriptors are numbered lowest first. So a process can come near its limit only by opening one with a high number, and as long as
 * none was seen, looking costs nothing. From then on each look opens as many as are wanted, and closes them again, until a count says
 * that the process is far from the limit.
 */
export class DescriptorBudget {
  readonly #high: number
  readonly #reserve: number
  #isTight = false
  #looks = 0

  constructor(limit: number) {
    this.#high = limit - Math.max(32, Math.floor(limit / 8))
    this.#reserve = reserveOf(limit)
  }

  /** Tells the number of a descriptor that was just opened. */
  saw(fd: number): void {
    if (fd >= this.#high) this.#isTight = true
  }

  /** Whether so many descriptors can be opened, and a few more. */
  hasRoomFor(wanted: number): boolean {
    if (!this.#isTight) return true
    if (this.#looks++ % LOOKS_PER_COUNT === LOOKS_PER_COUNT - 1 && countOpen() < this.#high) {
      this.#isTight = false
      return true
    }
    return canOpen(wanted + this.#reserve)
  }
}

function canOpen(count: number): boolean {
  const opened: number[] = []
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

function countOpen(): number {
  try {
    return readdirSync(process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd').length
  } catch {
    return Infinity
  }
}
