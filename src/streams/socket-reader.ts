// The reader of a socket.
import type { Socket } from 'node:net'
import { type Deferred, deferred } from '../common/deferred.ts'
import { codeOf, ReadPendingError } from '../common/errors.ts'
import * as attempts from './attempts.ts'
import { ByteQueue } from './byte-queue.ts'
import { connectInput, isResetPending, readBuffered, readRest } from './input.ts'
import { Iteration } from './iteration.ts'
import { nextTurn, rejectNextTurn } from './next-turn.ts'
import type { EndReason, Reader, ReadLimit } from './reader.ts'

/** Makes the result of a read from what its attempt has found. */
type Shape<Result, Shaped> = (result: Result | null) => Shaped

const asItIs = <Result>(result: Result | null) => result

export class SocketReader implements Reader {
  readonly #socket: Socket
  readonly #bufferSize: number
  readonly #bytes: ByteQueue
  /** Tries the pending read again, and returns whether it has settled. */
  #pending: (() => boolean) | undefined
  #isPaused = false
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
   * `bufferSize`.
   */
  constructor(socket: Socket, bufferSize: number) {
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#bytes = new ByteQueue(bufferSize)
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

  read(): Promise<Buffer | null> {
    return this.#ask(attempts.chunk, asItIs)
  }

  get endReason(): EndReason | undefined {
    if (this.#isEndInDoubt) {
      this.#isEndInDoubt = false
      if (isResetPending(this.#socket)) this.#endReason = 'reset'
    }
    return this.#endReason
  }

  readExactly(count: number): Promise<Buffer | null> {
    return this.#prepare(() => attempts.exactly(count))
  }

  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null> {
    return this.#prepare(() => attempts.until(delimiter, limit))
  }

  readLine(limit?: ReadLimit): Promise<string | null> {
    const line = limit === undefined ? this.#takeLineOfWindow(attempts.DEFAULT_MAX_LENGTH) : undefined
    if (line !== undefined) return Promise.resolve(line)
    return this.#prepare(() => attempts.line(attempts.maxLengthOf('readLine', limit)))
  }

  lines(limit?: ReadLimit): AsyncIterableIterator<string> {
    const maxLength = attempts.maxLengthOf('lines', limit)
    return new Iteration(
      () => this.#takeLineOfWindow(maxLength),
      (shape) => this.#ask(attempts.line(maxLength), shape),
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return new Iteration<Buffer>(
      () => undefined,
      (shape) => this.#ask(attempts.chunk, shape),
    )
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

  received(chunk: Buffer): void {
    if (this.#isClosed) return
    this.#bytes.append(chunk)
    this.#retryPending()
    if (this.unread < this.#bufferSize || this.#pending) return
    if (this.#closesWhenFull) this.discard()
    else this.#pause()
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
      if (isNews) this.#takeRest(reason)
      this.#stop(reason)
    }
    this.#retryPending()
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

  /** Rejects with what `prepare` throws; one that is pending comes first. */
  #prepare<Result>(prepare: () => attempts.Attempt<Result>): Promise<Result | null> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    let attempt: attempts.Attempt<Result>
    try {
      attempt = prepare()
    } catch (error) {
      return this.#refuse(error)
    }
    return this.#ask(attempt, asItIs<Result>)
  }

  #ask<Result, Shaped>(attempt: attempts.Attempt<Result>, shape: Shape<Result, Shaped>): Promise<Shaped> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
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
    this.#bytes.shrink()
    return new Promise((resolve, reject) => {
      this.#pending = () => {
        try {
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
    this.#hasTakenNothing = this.unread === unread
  }

  #takeLineOfWindow(maxLength: number): string | undefined {
    if (this.#pending) return undefined
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
    this.#socket.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#socket.resume()
  }

  #resumeIfRead(): void {
    if (this.#isPaused && this.unread <= this.#bufferSize / 2) this.#resume()
  }
}
