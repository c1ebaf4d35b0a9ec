// The writes of one turn of the event loop.
import type { Deadline } from '../common/deadlines.ts'

/**
 * Maximum number of bytes of a piece that is copied together with others: a system call takes a
 * limited number of pieces.
 */
const MAX_COPIED = 1024
/** Bytes of memory of a batch that waits, beside what was written. Measured: some 400. */
const OVERHEAD = 512
const FIRST_BLOCK = 2 * MAX_COPIED
const MAX_BLOCK = 64 * 1024
/** Of UTF-8, for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3
const NONE: readonly never[] = []

/** Hears that a batch is settled. */
export interface BatchListener {
  settle(): void
}

export class Batch<Owner> {
  readonly owner: Owner
  deadline: Deadline<Batch<Owner>> | undefined
  bytes = 0
  /** What it was counted for, since it waits. */
  held = 0
  /** The pieces before the last: mostly there are none, and an array would cost as much again. */
  #earlier: Uint8Array[] | undefined
  #last: Uint8Array | undefined
  /**
   * Where small pieces are put together; those from #sealed to #used are not among the chunks yet.
   */
  #block: Buffer | undefined
  #blockSize = FIRST_BLOCK
  #sealed = 0
  #used = 0
  #flushed: Promise<void> | undefined
  #settle: (() => void) | undefined
  #waiting: Set<BatchListener> | undefined

  constructor(owner: Owner) {
    this.owner = owner
  }

  /** Resolves when all of it has been handed to the OS, or is lost. */
  get flushed(): Promise<void> {
    this.#flushed ??= new Promise((resolve) => {
      this.#settle = resolve
    })
    return this.#flushed
  }

  /** They are told as well. */
  get waiting(): Set<BatchListener> {
    this.#waiting ??= new Set()
    return this.#waiting
  }

  settle(): void {
    this.#settle?.()
    if (this.#waiting === undefined) return
    for (const one of this.#waiting) one.settle()
  }

  /** Adds text, as UTF-8, or bytes; returns the number of bytes. */
  add(data: string | Uint8Array): number {
    const max = typeof data === 'string' ? data.length * MAX_BYTES_PER_UNIT : data.length
    // The first is not copied: mostly it is the only one.
    const bytes = this.bytes > 0 && max <= MAX_COPIED ? this.#copy(data, max) : this.#append(data)
    this.bytes += bytes
    return bytes
  }

  /** Bytes of memory that it takes while it waits. */
  get memory(): number {
    return this.bytes + (this.#block ? this.#block.length - this.#used : 0) + OVERHEAD
  }

  /** Everything that was added, in as few pieces as it takes: those before the last. */
  get earlier(): readonly Uint8Array[] {
    this.#seal()
    return this.#earlier ?? NONE
  }

  /** The last piece; `undefined` if there is none. */
  get last(): Uint8Array | undefined {
    this.#seal()
    return this.#last
  }

  /**
   * Whether there is as much as was added: memory can be resized, or transferred to another thread.
   */
  get isWhole(): boolean {
    let bytes = this.last?.length ?? 0
    for (const chunk of this.earlier) bytes += chunk.length
    return bytes === this.bytes
  }

  #append(data: string | Uint8Array): number {
    this.#seal()
    const chunk = typeof data === 'string' ? Buffer.from(data) : data
    if (chunk.length > 0) this.#push(chunk)
    return chunk.length
  }

  #copy(data: string | Uint8Array, max: number): number {
    let block = this.#block
    if (block === undefined || block.length - this.#used < max) block = this.#openBlock()
    const start = this.#used
    if (typeof data === 'string') this.#used += block.write(data, start)
    else {
      block.set(data, start)
      this.#used += data.length
    }
    return this.#used - start
  }

  #openBlock(): Buffer {
    this.#seal()
    this.#block = Buffer.allocUnsafeSlow(this.#blockSize)
    this.#blockSize = Math.min(2 * this.#blockSize, MAX_BLOCK)
    this.#sealed = 0
    this.#used = 0
    return this.#block
  }

  #seal(): void {
    if (this.#block && this.#used > this.#sealed) {
      this.#push(this.#block.subarray(this.#sealed, this.#used))
    }
    this.#sealed = this.#used
  }

  #push(chunk: Uint8Array): void {
    if (this.#last) {
      this.#earlier ??= []
      this.#earlier.push(this.#last)
    }
    this.#last = chunk
  }
}
