// Reads that wait for what they want, one at a time.
import { ReadPendingError, ReadTimeoutError } from '../common/errors.ts'
import type { Timeouts } from '../common/timeouts.ts'
import type { Attempt } from './attempts.ts'
import type { ByteQueue } from './byte-queue.ts'
import type { Limits } from './limits.ts'
import { nextTurn, rejectNextTurn } from './next-turn.ts'
import { Wait, type Waiter } from './wait.ts'

/** Makes the result of a read from what its attempt has found. */
type Shape<Result, Shaped> = (result: Result | null) => Shaped

/** What a reader needs of its connection. */
export interface ReaderOwner {
  /** Of reads that may not wait for ever. */
  readonly timeouts: Timeouts
  /** Whether it calls `aborted` when this signal is. */
  tellsOf(signal: AbortSignal): boolean
}

/** Why a pending read is given up. */
interface Refusal {
  readonly error: unknown
}

export const asItIs = <Result>(result: Result | null) => result

/** Those of a reader. What it reads from is another's business. */
export abstract class Reads implements Waiter {
  protected readonly bytes: ByteQueue
  readonly #owner: ReaderOwner
  /** Tries the pending read again, or gives it up, and returns whether it has settled. */
  #pending: ((refusal?: Refusal) => boolean) | undefined
  /** Of pending reads that may not wait for ever; made for the first of them. */
  #wait: Wait | undefined
  /** The last read took nothing. */
  #hasTakenNothing = false

  constructor(bytes: ByteQueue, owner: ReaderOwner) {
    this.bytes = bytes
    this.#owner = owner
  }

  /** No more is to come. */
  protected abstract get hasEnded(): boolean

  /** Some of the bytes were taken, or none. */
  protected abstract hasTaken(): void

  /** A read wants more than there is. */
  protected abstract wantMore(): void

  /** There may be more bytes than are to be kept where no read is pending. */
  protected abstract holdBackIfFull(): void

  /** Number of bytes that have arrived and were not read yet. */
  get unread(): number {
    return this.bytes.length
  }

  get isReadPending(): boolean {
    return this.#pending !== undefined
  }

  timedOut(milliseconds: number): void {
    this.#giveUp(new ReadTimeoutError(milliseconds))
  }

  interrupted(reason: unknown): void {
    this.#giveUp(reason)
  }

  /** The owner's signal is aborted. */
  aborted(signal: AbortSignal): void {
    this.#wait?.aborted(signal)
  }

  /** Rejects with what they throw; a read that is pending comes first. */
  protected prepare<Result, Limit>(
    method: string,
    check: (method: string, limit: Limit | undefined) => Limits,
    limit: Limit | undefined,
    prepare: (limits: Limits) => Attempt<Result>,
  ): Promise<Result | null> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    let limits: Limits
    let attempt: Attempt<Result>
    try {
      limits = check(method, limit)
      attempt = prepare(limits)
    } catch (error) {
      return this.#refuse(error)
    }
    return this.ask(attempt, asItIs<Result>, limits)
  }

  protected ask<Result, Shaped>(
    attempt: Attempt<Result>,
    shape: Shape<Result, Shaped>,
    limits: Limits,
  ): Promise<Shaped> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    if (limits.signal?.aborted) return this.#refuse(limits.signal.reason)
    const { unread } = this
    let result: Result | null | undefined
    try {
      result = attempt(this.bytes, this.hasEnded)
    } catch (error) {
      return this.#refuse(error, unread)
    }
    this.hasTaken()
    if (result !== undefined) {
      const shaped = shape(result)
      return this.#isAgainInVain(unread) ? nextTurn(shaped) : Promise.resolve(shaped)
    }
    this.wantMore()
    if (limits.timeout === 0) return this.#refuse(new ReadTimeoutError(0), unread)
    this.bytes.shrink()
    if (limits.timeout !== undefined || limits.signal !== undefined) this.#beginWait(limits)
    return new Promise((resolve, reject) => {
      this.#pending = (refusal) => {
        try {
          if (refusal !== undefined) throw refusal.error
          const found = attempt(this.bytes, this.hasEnded)
          if (found === undefined) return false
          resolve(shape(found))
        } catch (error) {
          reject(error)
        }
        return true
      }
    })
  }

  #refuse(error: unknown, unreadBefore = this.unread): Promise<never> {
    return this.#isAgainInVain(unreadBefore) ? rejectNextTurn(error) : Promise.reject(error)
  }

  /**
   * Whether this read and the one before it took nothing. Promises alone never let the event loop
   * go on.
   */
  #isAgainInVain(unreadBefore: number): boolean {
    const hadTakenNothing = this.#hasTakenNothing
    this.#hasTakenNothing = this.unread === unreadBefore
    return hadTakenNothing && this.#hasTakenNothing
  }

  protected retryPending(): void {
    const { unread } = this
    if (!this.#pending?.()) return
    this.#pending = undefined
    this.#wait?.end(this.#owner.timeouts)
    this.#hasTakenNothing = this.unread === unread
  }

  /** The pending read takes nothing. */
  #giveUp(error: unknown): void {
    this.#wait?.end(this.#owner.timeouts)
    this.#pending?.({ error })
    this.#pending = undefined
    this.#hasTakenNothing = true
    this.holdBackIfFull()
  }

  #beginWait(limits: Limits): void {
    this.#wait ??= new Wait(this)
    const { timeouts } = this.#owner
    const isTold = limits.signal !== undefined && this.#owner.tellsOf(limits.signal)
    this.#wait.begin(timeouts, limits, isTold)
  }

  /** No read waits from now on. */
  protected forgetWait(): void {
    this.#wait?.forget(this.#owner.timeouts)
    this.#wait = undefined
  }

  protected takeLineOfWindow({ maxLength, signal }: Limits): string | undefined {
    if (this.#pending || signal?.aborted) return undefined
    const line = this.bytes.takeLineOfWindow(maxLength)
    if (line !== undefined) {
      this.#hasTakenNothing = false
      this.hasTaken()
    }
    return line
  }
}
