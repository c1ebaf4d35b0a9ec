// The reader of a socket.
import type { Socket } from 'node:net'
import { type Deferred, deferred } from '../common/deferred.ts'
import { codeOf, ReadPendingError, ReadTimeoutError } from '../common/errors.ts'
import type { Timeouts } from '../common/timeouts.ts'
import * as attempts from './attempts.ts'
import type { BufferAccount } from './buffer-account.ts'
import { ByteQueue } from './byte-queue.ts'
import { connectInput, disconnectInput, isResetPending, readBuffered, readRest } from './input.ts'
import { Iteration } from './iteration.ts'
import { type Limits, searchLimits, UNLIMITED, waitLimits } from './limits.ts'
import { nextTurn, rejectNextTurn } from './next-turn.ts'
import type { EndReason, Reader, ReadLimit, WaitLimit } from './reader.ts'
import { Wait, type Waiter } from './wait.ts'

/** Makes the result of a read from what its attempt has found. */
type Shape<Result, Shaped> = (result: Result | null) => Shaped

/** What a socket may have read when it is paused, and keeps until it is resumed. In bytes. */
const IN_FLIGHT = 64 * 1024

const asItIs = <Result>(result: Result | null) => result

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

export class SocketReader implements Reader, Waiter {
  #socket: Socket
  readonly #bufferSize: number
  readonly #bytes: ByteQueue
  readonly #owner: ReaderOwner
  readonly #account: BufferAccount | undefined
  /** Tries the pending read again, or gives it up, and returns whether it has settled. */
  #pending: ((refusal?: Refusal) => boolean) | undefined
  /** Of pending reads that may not wait for ever; made for the first of them. */
  #wait: Wait | undefined
  #isPaused = false
  /** What comes from the socket is for somebody else. */
  #isHeld = false
  #endReason: EndReason | undefined
  /** A reset may look like a FIN. Asking the OS costs, so that waits until the reason is read. */
  #isEndInDoubt = false
  /** Nothing arrives any more. */
  #isClosed = false
  /** The last read took nothing. */
  #hasTakenNothing = false
  #closesWhenFull = false
  #closeFinished: Deferred<void> | undefined

  /**
   * The socket's own `highWaterMark` is to be small: what the socket holds back comes on top of
   * `bufferSize`. `account` hears of the memory that is held.
   */
  constructor(socket: Socket, bufferSize: number, owner: ReaderOwner, account?: BufferAccount) {
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#owner = owner
    this.#account = account
    this.#bytes = new ByteQueue(bufferSize, account)
    connectInput(socket, this)
  }

  get #hasEnded(): boolean {
    return this.#endReason !== undefined
  }

  /** Number of bytes that have arrived and were not read yet. */
  get unread(): number {
    return this.#bytes.length
  }

  /** Bytes have arrived that nobody waits for. */
  get isLeftUnread(): boolean {
    return this.unread > 0 && !this.#pending
  }

  get isReadPending(): boolean {
    return this.#pending !== undefined
  }

  /** In bytes of memory, with what its socket may have read for it. */
  get held(): number {
    return this.#bytes.capacity + (this.#isPaused ? IN_FLIGHT : 0)
  }

  read(limit?: WaitLimit): Promise<Buffer | null> {
    if (limit === undefined) return this.#ask(attempts.chunk, asItIs, UNLIMITED)
    return this.#prepare('read', waitLimits, limit, () => attempts.chunk)
  }

  get endReason(): EndReason | undefined {
    if (this.#isEndInDoubt) {
      this.#isEndInDoubt = false
      if (isResetPending(this.#socket)) this.#endReason = 'reset'
    }
    return this.#endReason
  }

  readExactly(count: number, limit?: WaitLimit): Promise<Buffer | null> {
    return this.#prepare('readExactly', waitLimits, limit, () => attempts.exactly(count))
  }

  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null> {
    return this.#prepare('readUntil', searchLimits, limit, ({ maxLength }) =>
      attempts.until(delimiter, maxLength),
    )
  }

  readLine(limit?: ReadLimit): Promise<string | null> {
    const line = limit === undefined ? this.#takeLineOfWindow(UNLIMITED) : undefined
    if (line !== undefined) return Promise.resolve(line)
    return this.#prepare('readLine', searchLimits, limit, ({ maxLength }) => attempts.line(maxLength))
  }

  lines(limit?: ReadLimit): AsyncIterableIterator<string> {
    const limits = searchLimits('lines', limit)
    return new Iteration(
      () => this.#takeLineOfWindow(limits),
      (shape) => this.#ask(attempts.line(limits.maxLength), shape, limits),
    )
  }

  chunks(limit?: WaitLimit): AsyncIterableIterator<Buffer> {
    const limits = waitLimits('chunks', limit)
    return new Iteration<Buffer>(
      () => undefined,
      (shape) => this.#ask(attempts.chunk, shape, limits),
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return this.chunks()
  }

  close(): Promise<void> {
    this.discard()
    return this.closeFinished
  }

  /** As `close`, without a promise that nobody waits for. */
  discard(): void {
    this.#stop('closed')
    this.#bytes.clear()
    this.#retryPending()
    this.#forgetWait()
  }

  /**
   * As `discard`, to free memory. The stream has not ended by itself, as far as it can be read.
   */
  cutOff(): void {
    if (this.unread > 0) {
      this.#endReason = 'closed'
      this.#isEndInDoubt = false
    }
    this.discard()
  }

  get closeFinished(): Promise<void> {
    if (!this.#closeFinished) {
      this.#closeFinished = deferred()
      if (this.#isClosed) this.#closeFinished.resolve()
    }
    return this.#closeFinished.promise
  }

  /**
   * The handler has settled. A peer that sends more than the buffer takes must not be kept from
   * taking what is still written to it.
   */
  closeWhenFull(): void {
    this.#closesWhenFull = true
    if (this.#isPaused) this.discard()
  }

  /** Takes nothing from its socket, until it is moved to another. */
  hold(): void {
    this.#isHeld = true
    this.#resume()
    disconnectInput(this.#socket)
    this.#socket.pause()
  }

  /** What comes from `socket` is read from now on. */
  moveTo(socket: Socket): void {
    this.#isHeld = false
    this.#socket = socket
    connectInput(socket, this)
  }

  received(chunk: Buffer): void {
    if (this.#isClosed) return
    this.#bytes.append(chunk)
    this.#retryPending()
    this.#holdBackIfFull()
  }

  /**
   * No more is taken: the peer has ended, or the connection is gone, or its handler was forgotten.
   * All bytes that had arrived stay. For that, a reset is best told before the descriptor is
   * closed, since the OS may hold some of them.
   */
  ended(reason: EndReason): void {
    if (reason === 'fin') {
      this.#isEndInDoubt = this.#endReason === undefined
      this.#endReason ??= reason
    } else {
      // After a FIN, the OS says EPIPE to a write that finds a reset.
      if (this.#isEndInDoubt && codeOf(this.#socket.errored) === 'ECONNRESET') this.#endReason = 'reset'
      this.#isEndInDoubt = false
      const isNews = this.#endReason === undefined
      if (isNews && !this.#isHeld) this.#takeRest(reason)
      this.#stop(reason)
    }
    this.#retryPending()
    this.#forgetWait()
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

  #stop(reason: EndReason): void {
    this.#endReason ??= reason
    if (this.#isClosed) return
    this.#isClosed = true
    this.#resume()
    this.#closeFinished?.resolve()
  }

  #takeRest(reason: EndReason): void {
    const take = (chunk: Buffer) => this.#bytes.append(chunk)
    readBuffered(this.#socket, take)
    if (reason === 'reset') readRest(this.#socket, take)
  }

  /** Rejects with what they throw; a read that is pending comes first. */
  #prepare<Result, Limit>(
    method: string,
    check: (method: string, limit: Limit | undefined) => Limits,
    limit: Limit | undefined,
    prepare: (limits: Limits) => attempts.Attempt<Result>,
  ): Promise<Result | null> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    let limits: Limits
    let attempt: attempts.Attempt<Result>
    try {
      limits = check(method, limit)
      attempt = prepare(limits)
    } catch (error) {
      return this.#refuse(error)
    }
    return this.#ask(attempt, asItIs<Result>, limits)
  }

  #ask<Result, Shaped>(
    attempt: attempts.Attempt<Result>,
    shape: Shape<Result, Shaped>,
    limits: Limits,
  ): Promise<Shaped> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    if (limits.signal?.aborted) return this.#refuse(limits.signal.reason)
    const { unread } = this
    let result: Result | null | undefined
    try {
      result = attempt(this.#bytes, this.#hasEnded)
    } catch (error) {
      return this.#refuse(error, unread)
    }
    this.#resumeIfRead()
    if (result !== undefined) {
      const shaped = shape(result)
      return this.#isAgainInVain(unread) ? nextTurn(shaped) : Promise.resolve(shaped)
    }
    this.#resume()
    if (limits.timeout === 0) return this.#refuse(new ReadTimeoutError(0), unread)
    this.#bytes.shrink()
    if (limits.timeout !== undefined || limits.signal !== undefined) this.#beginWait(limits)
    return new Promise((resolve, reject) => {
      this.#pending = (refusal) => {
        try {
          if (refusal !== undefined) throw refusal.error
          const found = attempt(this.#bytes, this.#hasEnded)
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

  #retryPending(): void {
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
    this.#holdBackIfFull()
  }

  #beginWait(limits: Limits): void {
    this.#wait ??= new Wait(this)
    const { timeouts } = this.#owner
    const isTold = limits.signal !== undefined && this.#owner.tellsOf(limits.signal)
    this.#wait.begin(timeouts, limits, isTold)
  }

  /** No read waits from now on. */
  #forgetWait(): void {
    this.#wait?.forget(this.#owner.timeouts)
    this.#wait = undefined
  }

  #holdBackIfFull(): void {
    if (this.unread < this.#bufferSize || this.#pending) return
    if (this.#closesWhenFull) this.discard()
    else this.#pause()
  }

  #takeLineOfWindow({ maxLength, signal }: Limits): string | undefined {
    if (this.#pending || signal?.aborted) return undefined
    const line = this.#bytes.takeLineOfWindow(maxLength)
    if (line !== undefined) {
      this.#hasTakenNothing = false
      this.#resumeIfRead()
    }
    return line
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#account?.add(IN_FLIGHT)
    this.#socket.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#account?.add(-IN_FLIGHT)
    this.#socket.resume()
  }

  #resumeIfRead(): void {
    if (this.#isPaused && this.unread <= this.#bufferSize / 2) this.#resume()
  }
}
