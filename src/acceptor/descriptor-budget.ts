// How close the process is to its limit on open files. At the limit, libuv accepts the whole queue
// of waiting clients and closes them, without a word; so a server has to stop before.
import { openSync, readdirSync, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { closeDescriptor } from '../os/close-descriptor.ts'

/**
 * Descriptors that are left to the rest of the process. A handler that opens files does so after
 * its connection was accepted, when some more may have been; where there are few, half of what Node
 * itself leaves (it takes some twenty) is not too many.
 */
const reserveOf = (limit: number) => Math.min(24, Math.max(2, Math.floor((limit - 20) / 2)))
/** Looks between two counts of all open descriptors where each means to list them. */
const LOOKS_PER_LISTING = 1000

/**
 * Descriptors are numbered lowest first. So a server comes near the limit of its process by getting
 * one with a high number, unless others open many, or the limit is lowered; `look` finds out. As
 * long as neither was seen, `hasRoomFor` costs nothing. From then on it counts, and where the count
 * leaves doubts it opens as many as are wanted and closes them again.
 */
export class DescriptorBudget {
  readonly #readLimit: () => number
  #limit = Infinity
  #high = Infinity
  #isTight = false
  #wasSpent = false
  #looks = 0

  constructor(readLimit: () => number) {
    this.#readLimit = readLimit
    this.#updateLimit()
  }

  /** Tells the number of a descriptor that was just opened. */
  saw(fd: number): void {
    if (fd >= this.#high) this.#isTight = true
  }

  /**
   * Looks how high the limit is now, and how much is open: two system calls where the machine
   * counts.
   */
  look(): void {
    this.#updateLimit()
    if (this.#limit === Infinity) {
      this.#isTight = false
      return
    }
    const open = countOpen()
    if (open !== undefined) this.#isTight = open >= this.#high
    else if (!this.#isTight) this.#isTight = nextFree() >= this.#high
    else if (++this.#looks % LOOKS_PER_LISTING === 0) this.#isTight = listOpen() >= this.#high
  }

  /**
   * Opens one as well: the machine has a limit of its own, and the count does not tell where the
   * free numbers are.
   */
  lookClosely(): void {
    this.look()
    this.#wasSpent = this.isSpent
    if (this.#wasSpent) this.#isTight = true
  }

  /** Whether `wanted` descriptors, plus the reserve, can still be opened. */
  hasRoomFor(wanted: number): boolean {
    if (!this.#isTight) return true
    this.#updateLimit()
    const total = wanted + reserveOf(this.#limit)
    // Descriptors above a limit that was lowered are in the count, but not in the way.
    const open = this.#wasSpent ? undefined : countOpen()
    return (open !== undefined && open + total <= this.#limit) || canOpen(total)
  }

  /** Whether not one can be opened: libuv may have closed clients already. */
  get isSpent(): boolean {
    return !canOpen(1)
  }

  #updateLimit(): void {
    const limit = this.#readLimit()
    if (limit === this.#limit) return
    this.#limit = limit
    this.#high = limit - Math.max(32, Math.floor(limit / 8))
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
    for (const fd of opened) closeDescriptor(fd)
  }
}

function nextFree(): number {
  try {
    const fd = openSync(devNull, 'r')
    closeDescriptor(fd)
    return fd
  } catch {
    return Infinity
  }
}

/** Linux has it as the folder's size, since 6.2. */
function countOpen(): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return statSync('/proc/self/fd').size || undefined
  } catch {
    return undefined
  }
}

function listOpen(): number {
  try {
    return readdirSync(process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd').length
  } catch {
    return Infinity
  }
}
