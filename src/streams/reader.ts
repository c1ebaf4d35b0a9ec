// What a peer sends, for whoever asks for it.
import { constants } from 'node:buffer'
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'
import { type Deferred, deferred } from '../common/deferred.ts'
import { MaxLengthExceededError, ReadPendingError, UnexpectedEndError } from '../common/errors.ts'
import { invalid, rejectUnknownKeys, requireInteger, requireObject } from '../common/validate.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import { ByteQueue } from './byte-queue.ts'
import { Iteration } from './iteration.ts'
import { nextTurn, rejectNextTurn } from './next-turn.ts'

/** How far a reader looks for a line end or another delimiter. */
export interface ReadLimit {
  /**
   * The most bytes before the delimiter or line end, an integer of at least 0. With more, the read rejects with a `MaxLengthExceededError`
   * and leaves them unread.
   * @default 1 MiB
   */
  maxLength?: number
}

/**
 * How a stream has ended. `'fin'`: the peer has sent FIN, and all that it sent has arrived. `'reset'`: the connection broke (the peer has reset
 * it, or was given up by the OS), so that there may have been more. `'closed'`: this side closed it, by `reader.close()` or
 * `connection.destroy()`, or the server did.
 */
export type EndReason = 'fin' | 'reset' | 'closed'

/**
 * What a peer sends. Reads wait for as much as they need, however the network has cut it up: inside of a character, between CR and LF, inside
 * of a delimiter.
 *
 * Each resolves with `null` at the end: the peer has sent FIN or reset the connection, or the reader or the connection was closed;
 * `endReason` tells which. What had arrived before the end is read first, except after the reader's own `close()`: a reset, a
 * `connection.destroy()` and a handler that was forgotten take nothing away from it. Of what the OS still held when a write found the
 * connection reset, that is 4 MiB at most; what was still under way is lost, as TCP has it.
 *
 * Only one read can be pending; another one meanwhile rejects with a `ReadPendingError`. A wrong argument rejects with a `TypeError` or
 * `RangeError`. A read that rejects leaves the stream where it was, except for an `UnexpectedEndError`.
 *
 * A read that takes nothing (at the end, of no bytes, or because it is refused) after another one that took nothing settles a turn of the
 * event loop later, so that a loop of such reads does not keep the process from everything else.
 *
 * While nobody asks, no more is read from the socket than `readerBufferSize` and the one or two chunks in flight; then the peer has to wait.
 * From Async's `Reader`.
 */
export interface Reader extends AsyncIterable<Buffer> {
  /** Whatever there is, at least one byte. The bytes are yours. */
  read(): Promise<Buffer | null>
  /**
   * So many bytes, an integer of at least 0; none at once. If the end comes in the middle of them, rejects with an `UnexpectedEndError` whose
   * `partial` is what had arrived.
   */
  readExactly(count: number): Promise<Buffer | null>
  /**
   * The bytes before the next `delimiter`, which is one or more bytes (a string means its UTF-8), is skipped, and is not part of the result. If
   * the end comes first, rejects with an `UnexpectedEndError` whose `partial` is what had arrived.
   */
  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null>
  /**
   * A line of UTF-8 without its end, LF or CRLF. A last one without an end is a line, too. Bytes that are no UTF-8 become U+FFFD.
   */
  readLine(limit?: ReadLimit): Promise<string | null>
  /** The lines that `readLine` reads, one by one. Ending the loop early leaves the rest to be read. */
  lines(limit?: ReadLimit): AsyncIterableIterator<string>
  /** The chunks that `read` reads, one by one. Ending the loop early leaves the rest to be read. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer>
  /**
   * How the stream has ended, as soon as that is known, which may be before the last bytes are read; `undefined` until then. Of several
   * reasons the first stays. While this side holds back the peer, because nobody reads, an end behind what waits is not known.
   */
  readonly endReason: EndReason | undefined
  /**
   * Discards what has arrived and whatever else arrives; a pending read resolves with `null`. Closes no descriptor and waits for none: the
   * returned promise, which is `closeFinished`, resolves at once. A second call does nothing. The server closes the reader when the handler
   * has settled and the writer is flushed.
   */
  close(): Promise<void>
  /**
   * Resolves once nothing arrives any more: the reader was closed by `close()`, or the connection is gone; what had arrived can still be
   * read then. Never rejects.
   */
  readonly closeFinished: Promise<void>
}

const DEFAULT_MAX_LENGTH = 1024 * 1024
/**
 * In bytes. The OS keeps some 64 kB for a peer that nobody reads from and less than 1 MB for one that is read slowly; a handler that was
 * forgotten holds no place, so there must be some limit to what it is left with.
 */
const MOST_FROM_SYSTEM = 4 * 1024 * 1024
const PIECE_FROM_SYSTEM = 64 * 1024
const LF = 10
const CR = 13

/** Looks for what was asked for and takes it: `null` at the end, `undefined` if more has to come. Throws what the read rejects with. */
type Attempt<Result> = (reader: SocketReader) => Result | null | undefined

/** What a read resolves with, given what its attempt has found. */
type Shape<Result, Shaped> = (result: Result | null) => Shaped

interface Pending {
  attempt: Attempt<unknown>
  shape: Shape<never, unknown>
  resolve: (result: never) => void
  reject: (error: unknown) => void
}

const asItIs = <Result>(result: Result | null) => result

const readerOf = Symbol('xstate-tcp.reader')
type ReadSocket = Socket & { [readerOf]?: SocketReader | undefined }

function onData(this: ReadSocket, chunk: Buffer): void {
  this[readerOf]?.received(chunk)
}

function onEnd(this: ReadSocket): void {
  this[readerOf]?.ended('fin')
}

export class SocketReader implements Reader {
  readonly #socket: Socket
  readonly #bufferSize: number
  readonly #bytes: ByteQueue
  #pending: Pending | undefined
  #isPaused = false
  #endReason: EndReason | undefined
  /** A reset that comes together with the last bytes looks like a FIN: libuv asks the OS no more. Asking costs, so it waits until somebody cares. */
  #isEndInDoubt = false
  /** Nothing arrives any more. */
  #isClosed = false
  /** The last read took nothing. */
  #hasTakenNothing = false
  #closesWhenFull = false
  #closeFinished: Deferred<void> | undefined

  /** The socket's own `highWaterMark` is to be small: what the socket holds back comes on top of `bufferSize`. */
  constructor(socket: Socket, bufferSize: number) {
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#bytes = new ByteQueue(bufferSize)
    ;(socket as ReadSocket)[readerOf] = this
    socket.on('data', onData).on('end', onEnd)
  }

  /** How many bytes nobody has asked for yet. */
  get unread(): number {
    return this.#bytes.length
  }

  static readonly #chunk: Attempt<Buffer> = (reader) =>
    reader.unread > 0 ? reader.#bytes.take(reader.unread) : reader.#endOr()

  read(): Promise<Buffer | null> {
    return this.#ask(SocketReader.#chunk, asItIs)
  }

  get endReason(): EndReason | undefined {
    if (this.#isEndInDoubt) {
      this.#isEndInDoubt = false
      if (isResetPending(this.#socket)) this.#endReason = 'reset'
    }
    return this.#endReason
  }

  readExactly(count: number): Promise<Buffer | null> {
    return this.#prepare(() => {
      requireInteger('count', count, 0, constants.MAX_LENGTH)
      return () => (this.unread >= count ? this.#bytes.take(count) : this.#endOr(`${count} bytes`))
    })
  }

  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null> {
    return this.#prepare(() => {
      const bytes = requireDelimiter(delimiter)
      const maxLength = requireLimit(limit)
      let searched = 0
      return () => {
        const index = this.#bytes.indexOf(bytes, searched)
        // The first bytes of a delimiter may be there.
        searched = Math.max(0, this.unread - bytes.length + 1)
        if ((index < 0 ? searched : index) > maxLength)
          throw new MaxLengthExceededError('delimiter', maxLength)
        if (index < 0) return this.#endOr('a delimiter')
        const found = this.#bytes.take(index)
        this.#bytes.drop(bytes.length)
        return found
      }
    })
  }

  readLine(limit?: ReadLimit): Promise<string | null> {
    const line = limit === undefined ? this.#takeLineOfWindow(DEFAULT_MAX_LENGTH) : undefined
    return line === undefined
      ? this.#prepare(() => this.#lineAttempt(requireLimit(limit)))
      : Promise.resolve(line)
  }

  lines(limit?: ReadLimit): AsyncIterableIterator<string> {
    const maxLength = requireLimit(limit)
    return new Iteration(
      () => this.#takeLineOfWindow(maxLength),
      (shape) => this.#ask(this.#lineAttempt(maxLength), shape),
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return new Iteration<Buffer>(
      () => undefined,
      (shape) => this.#ask(SocketReader.#chunk, shape),
    )
  }

  close(): Promise<void> {
    this.#stop('closed')
    this.#bytes.clear()
    this.#retryPending()
    return this.closeFinished
  }

  get closeFinished(): Promise<void> {
    if (!this.#closeFinished) {
      this.#closeFinished = deferred()
      if (this.#isClosed) this.#closeFinished.resolve()
    }
    return this.#closeFinished.promise
  }

  /** The handler has settled. A peer that sends more than the buffer takes must not be kept from taking what is still written to it. */
  closeWhenFull(): void {
    this.#closesWhenFull = true
    if (this.#isPaused) void this.close()
  }

  // What the socket tells.

  received(chunk: Buffer): void {
    if (this.#isClosed) return
    this.#bytes.append(chunk)
    this.#retryPending()
    if (this.unread < this.#bufferSize || this.#pending) return
    if (this.#closesWhenFull) void this.close()
    else this.#pause()
  }

  /**
   * No more is taken: the peer has ended, or the connection is gone, or its handler was forgotten. All that had arrived stays. For that, a
   * reset is best told before the descriptor is closed, since the OS may hold some of it.
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
      if (isNews) this.#takeFromSocket()
      if (isNews && reason === 'reset') this.#takeFromSystem()
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

  /** A socket that was paused may hold some chunks. Once it is destroyed it emits none of them, and still gives them out. */
  #takeFromSocket(): void {
    const socket = this.#socket as ReadSocket
    // While it is open it emits each as well.
    socket[readerOf] = undefined
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) this.#bytes.append(chunk as Buffer)
    socket[readerOf] = this
  }

  /** A write finds out that the peer has reset before what came ahead of that is read. */
  #takeFromSystem(): void {
    const fd = plainDescriptorOf(this.#socket)
    if (fd < 0) return
    try {
      for (let left = MOST_FROM_SYSTEM; left > 0; ) {
        const chunk = Buffer.allocUnsafeSlow(PIECE_FROM_SYSTEM)
        const count = readSync(fd, chunk)
        if (count === 0) return
        this.#bytes.append(chunk.subarray(0, count))
        left -= count
      }
    } catch {
      // Nothing is left (`EAGAIN`), or the error that ended the connection.
    }
  }

  /** Rejects with what `prepare` throws; one that is pending comes first. */
  #prepare<Result>(prepare: () => Attempt<Result>): Promise<Result | null> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    let attempt: Attempt<Result>
    try {
      attempt = prepare()
    } catch (error) {
      return this.#refuse(error)
    }
    return this.#ask(attempt, asItIs<Result>)
  }

  #ask<Result, Shaped>(attempt: Attempt<Result>, shape: Shape<Result, Shaped>): Promise<Shaped> {
    if (this.#pending) return this.#refuse(new ReadPendingError())
    const { unread } = this
    let result: Result | null | undefined
    try {
      result = attempt(this)
    } catch (error) {
      return this.#refuse(error, unread)
    }
    this.#resumeIfRead()
    if (result !== undefined) {
      const shaped = shape(result)
      return this.#isAgainInVain(unread) ? nextTurn(shaped) : Promise.resolve(shaped)
    }
    this.#resume()
    return new Promise((resolve, reject) => {
      this.#pending = { attempt, shape: shape as Shape<never, unknown>, resolve, reject }
    })
  }

  #refuse(error: unknown, unreadBefore = this.unread): Promise<never> {
    return this.#isAgainInVain(unreadBefore) ? rejectNextTurn(error) : Promise.reject(error)
  }

  /** Whether this read and the one before it took nothing. Promises alone never let the event loop go on. */
  #isAgainInVain(unreadBefore: number): boolean {
    const hadTakenNothing = this.#hasTakenNothing
    this.#hasTakenNothing = this.unread === unreadBefore
    return hadTakenNothing && this.#hasTakenNothing
  }

  #retryPending(): void {
    if (!this.#pending) return
    const { attempt, shape, resolve, reject } = this.#pending
    const { unread } = this
    try {
      const result = attempt(this)
      if (result === undefined) return
      resolve(shape(result as never) as never)
    } catch (error) {
      reject(error)
    }
    this.#pending = undefined
    this.#hasTakenNothing = this.unread === unread
  }

  /** What an attempt that has not found what it was to find comes to. */
  #endOr(expected?: string): null | undefined {
    if (this.#endReason === undefined) return undefined
    if (this.unread === 0 || expected === undefined) return null
    throw new UnexpectedEndError(expected, this.#bytes.take(this.unread))
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

  #lineAttempt(maxLength: number): Attempt<string> {
    let searched = 0
    return () => {
      const lf = this.#bytes.indexOf(LF, searched)
      searched = this.unread
      const end = lf < 0 ? searched : lf
      // A CR at the end of what there is may be the first half of a line end.
      const mayBeCrLf = lf >= 0 || this.#endReason === undefined
      const length = mayBeCrLf && end > 0 && this.#bytes.at(end - 1) === CR ? end - 1 : end
      if (length > maxLength) throw new MaxLengthExceededError('line end', maxLength)
      if (lf >= 0) return this.#bytes.takeLine(length, lf + 1 - length)
      if (this.#endReason === undefined) return undefined
      return length > 0 ? this.#bytes.takeLine(length, 0) : null
    }
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

/** -1 where there is none, or where what can be read from it is not what the peer sent. */
function plainDescriptorOf(socket: Socket): number {
  return 'encrypted' in socket ? -1 : descriptorOf(socket)
}

/** Whether what looked like the peer's FIN was a reset. */
function isResetPending(socket: Socket): boolean {
  const fd = plainDescriptorOf(socket)
  if (fd < 0) return false
  try {
    readSync(fd, Buffer.allocUnsafe(1))
    return false
  } catch (error) {
    return codeOf(error) === 'ECONNRESET'
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | null | undefined)?.code
}

function requireDelimiter(delimiter: string | Uint8Array): Uint8Array {
  const bytes = typeof delimiter === 'string' ? Buffer.from(delimiter) : delimiter
  return bytes instanceof Uint8Array && bytes.length > 0
    ? bytes
    : invalid('delimiter', 'a string or bytes, not empty', delimiter)
}

function requireLimit(limit: ReadLimit = {}): number {
  rejectUnknownKeys('limit', requireObject('limit', limit, '{ maxLength? }'), ['maxLength'])
  const { maxLength = DEFAULT_MAX_LENGTH } = limit
  return requireInteger('maxLength', maxLength, 0, Number.MAX_SAFE_INTEGER)
}
