// The reader of a socket.
import type { Socket } from 'node:net'
import { type Deferred, deferred } from '../common/deferred.ts'
import { codeOf } from '../common/errors.ts'
import * as attempts from './attempts.ts'
import type { BufferAccount } from './buffer-account.ts'
import { ByteQueue } from './byte-queue.ts'
import { connectInput, disconnectInput, hasInput, isResetPending, readBuffered, readRest } from './input.ts'
import { Iteration } from './iteration.ts'
import { searchLimits, UNLIMITED, waitLimits } from './limits.ts'
import type { EndReason, Reader, ReadLimit, WaitLimit } from './reader.ts'
import { asItIs, type ReaderOwner, Reads } from './reads.ts'

/** What a socket may have read when it is paused, and keeps until it is resumed. In bytes. */
const IN_FLIGHT = 64 * 1024

export class SocketReader extends Reads implements Reader {
  #socket: Socket
  readonly #bufferSize: number
  readonly #account: BufferAccount | undefined
  #isPaused = false
  #endReason: EndReason | undefined
  /** A reset may look like a FIN. Asking the OS costs, so that waits until the reason is read. */
  #isEndInDoubt = false
  /** Nothing arrives any more. */
  #isClosed = false
  #closesWhenFull = false
  #closeFinished: Deferred<void> | undefined

  /**
   * The socket's own `highWaterMark` is to be small: what the socket holds back comes on top of
   * `bufferSize`. `account` hears of the memory that is held.
   */
  constructor(socket: Socket, bufferSize: number, owner: ReaderOwner, account?: BufferAccount) {
    super(new ByteQueue(bufferSize, account), owner)
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#account = account
    connectInput(socket, this)
  }

  protected override get hasEnded(): boolean {
    return this.#endReason !== undefined
  }

  /** In bytes of memory, with what its socket may have read for it. */
  get held(): number {
    return this.bytes.capacity + (this.#isPaused ? IN_FLIGHT : 0)
  }

  read(limit?: WaitLimit): Promise<Buffer | null> {
    if (limit === undefined) return this.ask(attempts.chunk, asItIs, UNLIMITED)
    return this.prepare('read', waitLimits, limit, () => attempts.chunk)
  }

  get endReason(): EndReason | undefined {
    if (this.#isEndInDoubt) {
      this.#isEndInDoubt = false
      if (isResetPending(this.#socket)) this.#endReason = 'reset'
    }
    return this.#endReason
  }

  readExactly(count: number, limit?: WaitLimit): Promise<Buffer | null> {
    return this.prepare('readExactly', waitLimits, limit, () => attempts.exactly(count))
  }

  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null> {
    return this.prepare('readUntil', searchLimits, limit, ({ maxLength }) =>
      attempts.until(delimiter, maxLength),
    )
  }

  readLine(limit?: ReadLimit): Promise<string | null> {
    const line = limit === undefined ? this.takeLineOfWindow(UNLIMITED) : undefined
    if (line !== undefined) return Promise.resolve(line)
    return this.prepare('readLine', searchLimits, limit, ({ maxLength }) => attempts.line(maxLength))
  }

  lines(limit?: ReadLimit): AsyncIterableIterator<string> {
    const limits = searchLimits('lines', limit)
    return new Iteration(
      () => this.takeLineOfWindow(limits),
      (shape) => this.ask(attempts.line(limits.maxLength), shape, limits),
    )
  }

  chunks(limit?: WaitLimit): AsyncIterableIterator<Buffer> {
    const limits = waitLimits('chunks', limit)
    return new Iteration<Buffer>(
      () => undefined,
      (shape) => this.ask(attempts.chunk, shape, limits),
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
    this.bytes.clear()
    this.retryPending()
    this.forgetWait()
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
    this.#resume()
    disconnectInput(this.#socket)
    this.#socket.pause()
  }

  /** What comes from `socket` is read from now on. */
  moveTo(socket: Socket): void {
    this.#socket = socket
    connectInput(socket, this)
  }

  received(chunk: Buffer): void {
    if (this.#isClosed) return
    this.bytes.append(chunk)
    this.retryPending()
    this.holdBackIfFull()
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
      if (isNews && hasInput(this.#socket, this)) this.#takeRest(reason)
      this.#stop(reason)
    }
    this.retryPending()
    this.forgetWait()
  }

  #stop(reason: EndReason): void {
    this.#endReason ??= reason
    if (this.#isClosed) return
    this.#isClosed = true
    this.#resume()
    this.#closeFinished?.resolve()
  }

  #takeRest(reason: EndReason): void {
    const take = (chunk: Buffer) => this.bytes.append(chunk)
    readBuffered(this.#socket, take)
    if (reason === 'reset') readRest(this.#socket, take)
  }

  protected override holdBackIfFull(): void {
    if (this.unread < this.#bufferSize || this.isReadPending) return
    if (this.#closesWhenFull) this.discard()
    else this.#pause()
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#account?.add(IN_FLIGHT)
    this.#socket.pause()
  }

  protected override wantMore(): void {
    this.#resume()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#account?.add(-IN_FLIGHT)
    this.#socket.resume()
  }

  protected override hasTaken(): void {
    if (this.#isPaused && this.unread <= this.#bufferSize / 2) this.#resume()
  }
}
