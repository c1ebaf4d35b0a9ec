// The writer of a socket.
import type { Socket } from 'node:net'
import type { Deadlines } from '../common/deadlines.ts'
import { type Deferred, deferred } from '../common/deferred.ts'
import { forEachOf } from '../common/each.ts'
import { InvalidOptionError, WriterClosedError } from '../common/errors.ts'
import type { Timeouts } from '../common/timeouts.ts'
import { setImmediate } from '../common/timers.ts'
import { invalid } from '../common/validate.ts'
import { Batch } from './batch.ts'
import type { BufferAccount } from './buffer-account.ts'
import { flushWithin } from './flush.ts'
import { type Limits, UNLIMITED, waitLimits } from './limits.ts'
import { nextTurn, rejectNextTurn } from './next-turn.ts'
import type { WaitLimit } from './reader.ts'
import type { Writer } from './writer.ts'

/** Hears of a writer. */
export interface WriterOwner {
  /** Of flushes that may not wait for ever. */
  readonly timeouts: Timeouts

  /** Something was written after the connection was gone; called once. */
  wroteInVain(): void
  /** The writes of some turn wait for longer than they may. */
  bufferTooOld(): void
  /**
   * The writes of a turn cannot be given to the socket, because of `error`; some of them may have
   * been.
   */
  writeFailed(error: unknown): void
}

/** The writers that have something to send at the end of this turn. */
let unsent: SocketWriter[] = []

function sendAll(): void {
  const writers = unsent
  unsent = []
  forEachOf(writers, (writer) => writer.send())
}

export class SocketWriter implements Writer {
  #socket: Socket
  readonly #bufferSize: number
  readonly #ages: Deadlines<Batch<WriterOwner>> | undefined
  readonly #owner: WriterOwner
  readonly #account: BufferAccount | undefined
  /** The writes of this turn. */
  #open: Batch<WriterOwner> | undefined
  /** Given to the socket, in that order. */
  readonly #sent: Batch<WriterOwner>[] = []
  #bytesToWrite = 0
  #isClosedByHandler = false
  #isEnded = false
  #isGone = false
  /** What is written waits for another socket. */
  #isHeld = false
  #hasWrittenInVain = false
  /** Nothing was written since `flushed()` was called and had nothing to wait for. */
  #hasFlushedInVain = false
  #closeFinished: Deferred<void> | undefined
  #consumerLeft: Deferred<void> | undefined
  /**
   * The socket calls this for each batch, in their order. Made with the first: many connections are
   * idle.
   */
  #onWritten: (() => void) | undefined

  /**
   * `ages` limits for how long a batch may wait. `account` hears of the memory of those that do.
   */
  constructor(
    socket: Socket,
    bufferSize: number,
    owner: WriterOwner,
    ages: Deadlines<Batch<WriterOwner>> | undefined,
    account?: BufferAccount,
  ) {
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#owner = owner
    this.#ages = ages
    this.#account = account
  }

  get isClosed(): boolean {
    return this.#isClosedByHandler
  }

  get bytesToWrite(): number {
    return this.#bytesToWrite
  }

  /** In bytes of memory, of the turns before this one. */
  get held(): number {
    return this.#sent.reduce((sum, { held }) => sum + held, 0)
  }

  write(data: string | Uint8Array): boolean {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      return invalid('data', 'a string or bytes', data)
    }
    if (this.#isClosedByHandler) throw new WriterClosedError()
    if (!this.#socket.writable) {
      this.#loseWrite()
      return false
    }
    // A batch of nothing would be settled before those that wait.
    if (data.length > 0) this.#bytesToWrite += (this.#open ?? this.#openBatch()).add(data)
    return this.#bytesToWrite <= this.#bufferSize
  }

  writeLine(text: string): boolean {
    return this.write(typeof text === 'string' ? `${text}\n` : invalid('text', 'a string', text))
  }

  flushed(limit?: WaitLimit): Promise<void> {
    if (limit === undefined) return this.#flushed(UNLIMITED)
    try {
      const limits = waitLimits('flushed', limit)
      return limits.signal?.aborted ? rejectNextTurn(limits.signal.reason) : this.#flushed(limits)
    } catch (error) {
      return rejectNextTurn(error)
    }
  }

  #flushed(limits: Limits): Promise<void> {
    const last = this.#open ?? this.#sent.at(-1)
    if (last) return limits === UNLIMITED ? last.flushed : flushWithin(last, this, limits)
    // A handler that goes on in vain gives way at least: promises alone would never let the event
    // loop go on.
    if (this.#hasFlushedInVain || !this.#socket.writable) return nextTurn(undefined)
    this.#hasFlushedInVain = true
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#isClosedByHandler = true
    this.end(() => this.ended())
    return this.closeFinished
  }

  get closeFinished(): Promise<void> {
    if (!this.#closeFinished) {
      this.#closeFinished = deferred()
      if (this.#isGone || this.#socket.writableFinished) this.#closeFinished.resolve()
    }
    return this.#closeFinished.promise
  }

  get consumerLeft(): Promise<void> {
    if (!this.#consumerLeft) {
      this.#consumerLeft = deferred()
      if (this.#isGone || this.#hasWrittenInVain) this.#consumerLeft.resolve()
    }
    return this.#consumerLeft.promise
  }

  /** Gives the writes of this turn to the socket. */
  send(): void {
    const batch = this.#open
    if (!batch || this.#isHeld) return
    this.#open = undefined
    try {
      this.#give(batch)
    } catch (error) {
      this.#owner.writeFailed(error)
    }
  }

  #give(batch: Batch<WriterOwner>): void {
    const socket = this.#socket
    const { last, earlier } = batch
    if (!last) return this.#settle(batch)
    this.#sent.push(batch)
    // Writes that cannot be sent any more are settled when the socket is closed.
    if (!socket.writable) return
    if (!batch.isWhole) {
      throw new InvalidOptionError(
        'What was given to write() must not be transferred or resized before it is flushed, but it was',
      )
    }
    this.#onWritten ??= () => this.#written()
    if (earlier.length > 0) socket.cork()
    for (const chunk of earlier) socket.write(chunk)
    socket.write(last, this.#onWritten)
    if (earlier.length > 0) socket.uncork()
    // Mostly the OS has taken all of it by now.
    if (socket.writableLength > 0) this.#keep(batch)
  }

  #keep(batch: Batch<WriterOwner>): void {
    batch.deadline = this.#ages?.add(batch)
    if (!this.#account) return
    batch.held = batch.memory
    this.#account.add(batch.held)
  }

  /** Sends everything that was written, then FIN. Whoever calls this says when it is `ended`. */
  end(onEnded?: () => void): void {
    if (this.#isEnded || this.#isGone) return
    // `moveTo` does it where the handler has closed it.
    if (this.#isHeld) return
    this.#isEnded = true
    this.send()
    this.#socket.end(onEnded)
  }

  /**
   * What is written from now on is for another socket. Calls back when the OS has what was written
   * before, or that is lost: at once where nothing waits.
   */
  hold(onFlushed: () => void): void {
    this.send()
    this.#isHeld = true
    const last = this.#sent.at(-1)
    if (last) void last.flushed.then(onFlushed)
    else onFlushed()
  }

  /** What was written meanwhile is given to `socket`, and what is written from now on. */
  moveTo(socket: Socket): void {
    this.#isHeld = false
    this.#socket = socket
    this.send()
    if (this.#isClosedByHandler) this.end(() => this.ended())
  }

  /** FIN is sent. */
  ended(): void {
    this.#closeFinished?.resolve()
  }

  /** The connection is gone, and with it everything that was not sent. */
  gone(): void {
    if (this.#isGone) return
    this.#isGone = true
    const lost = this.#open ? [...this.#sent, this.#open] : this.#sent
    for (const batch of lost) this.#settle(batch)
    this.#open = undefined
    this.#sent.length = 0
    this.#closeFinished?.resolve()
    this.#consumerLeft?.resolve()
  }

  #openBatch(): Batch<WriterOwner> {
    this.#open = new Batch(this.#owner)
    this.#hasFlushedInVain = false
    if (unsent.push(this) === 1) setImmediate(sendAll)
    return this.#open
  }

  #written(): void {
    const batch = this.#sent.shift()
    if (batch) this.#settle(batch)
  }

  #settle(batch: Batch<WriterOwner>): void {
    this.#bytesToWrite -= batch.bytes
    if (batch.deadline) this.#ages?.delete(batch.deadline)
    if (batch.held > 0) this.#account?.add(-batch.held)
    batch.held = 0
    batch.settle()
  }

  #loseWrite(): void {
    if (this.#hasWrittenInVain) return
    this.#hasWrittenInVain = true
    this.#consumerLeft?.resolve()
    this.#owner.wroteInVain()
  }
}
