// Bytes that were received and wait to be read, in one piece.
import { isAscii } from 'node:buffer'
import type { BufferAccount } from './buffer-account.ts'

const EMPTY = Buffer.alloc(0)
const CR = 13
/**
 * Number of bytes that are decoded at once. That costs a fraction of decoding line by line, and
 * keeps as much in memory for as long as one of its lines is kept.
 */
const WINDOW = 4096
/** A window on fewer bytes is not worth its cost. */
const MIN_WINDOW = 256
/** Number of bytes of a block that is kept, however little of it waits. */
const MAX_IDLE = 8 * 1024
/** A larger one is given up for a smaller one where no more than this part of it waits. */
const SMALL_PART = 1 / 8
const MAX_SPARE = 256 * 1024

/**
 * A block that some queue has given up, and nobody else has a part of: for the next queue that
 * needs such a one. So at full speed one serves all connections, and an idle one keeps none.
 */
let spare: Buffer = EMPTY

function newBlock(needed: number, capacity: number): Buffer {
  if (needed > spare.length || capacity < spare.length / 4) return Buffer.allocUnsafeSlow(capacity)
  const block = spare
  spare = EMPTY
  return block
}

function offer(block: Buffer): void {
  if (block.length > spare.length && block.length <= MAX_SPARE) spare = block
}

export class ByteQueue {
  /** Maximum size of a block that is made, unless more bytes than that wait. */
  readonly #limit: number
  readonly #account: BufferAccount | undefined
  #block: Buffer = EMPTY
  #start = 0
  #end = 0
  /** A view of the block was given out, so bytes that were read must not be written over. */
  #isShared = false
  /** The block was made here. A chunk may have been seen by others. */
  #isOwn = false
  // The block's bytes from #windowStart to #windowEnd as text, if they are ASCII, where one
  // character is one byte; else ''.
  #window = ''
  #windowStart = 0
  #windowEnd = 0

  /** `account` hears of the memory that it holds. */
  constructor(limit: number, account?: BufferAccount) {
    this.#limit = limit
    this.#account = account
  }

  get length(): number {
    return this.#end - this.#start
  }

  /** Bytes of memory that it holds, however few of them wait. */
  get capacity(): number {
    return this.#block.length
  }

  /** The chunk becomes the queue's. */
  append(chunk: Buffer): void {
    if (this.#start === this.#end) {
      this.#replaceBlock(chunk, chunk.length)
      return
    }
    const needed = this.length + chunk.length
    if (this.#end + chunk.length > this.#block.length) this.#makeRoom(needed)
    this.#end += chunk.copy(this.#block, this.#end)
  }

  #makeRoom(needed: number): void {
    if (!this.#isShared && needed <= this.#block.length) {
      this.#block.copyWithin(0, this.#start, this.#end)
      this.#end = this.length
      this.#start = 0
      this.#forgetWindow()
      return
    }
    this.#moveTo(newBlock(needed, this.#capacityFor(needed)))
  }

  /** Twice what is needed, but where a large chunk has come to a small rest: that may be all. */
  #capacityFor(needed: number): number {
    const capacity = 2 * this.length <= needed ? needed + Math.ceil(needed / 16) : 2 * needed
    return needed <= this.#limit ? Math.min(capacity, this.#limit) : capacity
  }

  /**
   * To be called when more has to come, which may take for ever: a small rest gets a block of its
   * own size, so that it keeps no large one in memory.
   */
  shrink(): void {
    const { length } = this.#block
    if (length <= MAX_IDLE || this.length > SMALL_PART * length) return
    this.#moveTo(Buffer.allocUnsafeSlow(this.length))
  }

  #moveTo(block: Buffer): void {
    this.#replaceBlock(block, this.#block.copy(block, 0, this.#start, this.#end))
    this.#isOwn = true
  }

  #replaceBlock(block: Buffer, end: number): void {
    if (this.#isOwn && !this.#isShared) offer(this.#block)
    this.#account?.add(block.length - this.#block.length)
    this.#block = block
    this.#start = 0
    this.#end = end
    this.#isShared = false
    this.#isOwn = false
    this.#forgetWindow()
  }

  #forgetWindow(): void {
    this.#window = ''
    this.#windowStart = 0
    this.#windowEnd = 0
  }

  clear(): void {
    this.#replaceBlock(EMPTY, 0)
  }

  /** Removes the first `count` bytes, and gives them out without copying. At most `length`. */
  take(count: number): Buffer {
    const isAll = count === this.#block.length
    const taken = isAll ? this.#block : this.#block.subarray(this.#start, this.#start + count)
    this.#isShared = true
    this.drop(count)
    return taken
  }

  drop(count: number): void {
    this.#start += count
    // An idle connection keeps no block.
    if (this.#start === this.#end) this.clear()
  }

  /**
   * Index of `bytes`, at least `from`, counted from the first byte that waits; -1 if there is none.
   */
  indexOf(bytes: Uint8Array | number, from: number): number {
    const index = this.#block.subarray(this.#start + from, this.#end).indexOf(bytes)
    return index < 0 ? -1 : index + from
  }

  at(index: number): number | undefined {
    return this.#block[this.#start + index]
  }

  /**
   * Removes the next line and its end, LF or CRLF, and returns it, if it ends in the window. This
   * is the fast way: nearly all lines of a stream do. A line of more than `maxLength` bytes stays.
   */
  takeLineOfWindow(maxLength: number): string | undefined {
    const begin = this.#start - this.#windowStart
    const lf = this.#window.indexOf('\n', begin)
    if (lf < 0) return undefined
    const end = lf > begin && this.#window.charCodeAt(lf - 1) === CR ? lf - 1 : lf
    if (end - begin > maxLength) return undefined
    const line = this.#window.slice(begin, end)
    this.drop(lf + 1 - begin)
    return line
  }

  /**
   * Removes `count` bytes of text and the `lineEnd` bytes behind them, and opens the window on the
   * rest.
   */
  takeLine(count: number, lineEnd: number): string {
    const line = this.#block.toString('utf8', this.#start, this.#start + count)
    this.drop(count + lineEnd)
    if (this.#start >= this.#windowEnd && this.length >= MIN_WINDOW) this.#openWindow()
    return line
  }

  #openWindow(): void {
    this.#windowStart = this.#start
    this.#windowEnd = Math.min(this.#end, this.#start + WINDOW)
    const bytes = this.#block.subarray(this.#windowStart, this.#windowEnd)
    this.#window = isAscii(bytes) ? bytes.toString('latin1') : ''
  }
}
