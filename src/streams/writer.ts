// What a handler writes to a peer.
import type { Socket } from 'node:net'
import type { Deadlines } from '../common/deadlines.ts'
import { type Deferred, deferred } from '../common/deferred.ts'
import { forEachOf } from '../common/each.ts'
import { InvalidOptionError, WriterClosedError } from '../common/errors.ts'
import { setImmediate } from '../common/timers.ts'
import { invalid } from '../common/validate.ts'
import { Batch } from './batch.ts'
import { nextTurn } from './next-turn.ts'

/**
 * What goes to a peer. Everything written in one turn of the event loop leaves in one system call at the end of it.
 *
 * Nothing here fails because the peer is gone: what is written to it then is dropped, and every promise still resolves. From Async's `Writer`.
 */
export interface Writer {
  /**
   * Writes text, as UTF-8, or bytes, which must not be changed until they are flushed; where they were transferred or have another length
   * by the end of the turn, the connection is destroyed and the handler has failed with a `TypeError`. `false` if more than `writerBufferSize` bytes wait:
   * then await `flushed()` before writing more, or they pile up until `bufferAgeLimit` cuts the connection.
   *
   * Is dropped where the connection is gone, which gives `false` as well, and settles `consumerLeft`. Throws a `TypeError` for anything else than text or bytes, and
   * a `WriterClosedError` after `close()`.
   */
  write(data: string | Uint8Array): boolean
  /** `write` of the text and a LF. */
  writeLine(text: string): boolean
  /**
   * Resolves once all that was written so far has been handed to the OS, or is lost because the connection is gone: a turn of the event loop
   * later then, and also where nothing was written since the last call. Never rejects.
   */
  flushed(): Promise<void>
  /** How many bytes were written and wait to be handed to the OS. What was written in one turn is counted until all of it has been. */
  readonly bytesToWrite: number
  /**
   * Flushes, then sends FIN. The peer can still send, and the handler goes on. Resolves as `closeFinished`; a second call does nothing and
   * returns the same promise. The server does this when the handler has settled.
   */
  close(): Promise<void>
  /** Resolves once FIN was sent or the connection is gone. Never rejects. */
  readonly closeFinished: Promise<void>
  /**
   * Resolves when nobody takes what is written any more: the peer has reset the connection and Node has noticed, something was written after
   * the connection was gone, or the connection is closed. A peer that only sent FIN has not left.
   *
   * Where the peer left, or something was written after the connection was gone, that ends the connection: its handler counts as having
   * succeeded, its place is freed, and the handler, if it lingers, is forgotten. After `connection.destroy()` the handler keeps its place until
   * it settles or writes. Never rejects. From Async's `consumer_left`.
   */
  readonly consumerLeft: Promise<void>
}

/** What a writer tells. */
export interface WriterOwner {
  /** Something was written after the connection was gone; told once. */
  wroteInVain(): void
  /** What was written in some turn waits for longer than it may. */
  bufferTooOld(): void
  /** What was written cannot be given to the socket, `error` says why; what came before may have been. */
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
  readonly #socket: Socket
  readonly #bufferSize: number
  readonly #ages: Deadlines<Batch<WriterOwner>> | undefined
  readonly #owner: WriterOwner
  /** What was written in this turn. */
  #open: Batch<WriterOwner> | undefined
  /** What was given to the socket, in that order. */
  readonly #sent: Batch<WriterOwner>[] = []
  #bytesToWrite = 0
  #isClosedByHandler = false
  #isEnded = false
  #isGone = false
  #hasWrittenInVain = false
  /** Nothing was written since `flushed()` was called and had nothing to wait for. */
  #hasFlushedInVain = false
  #closeFinished: Deferred<void> | undefined
  #consumerLeft: Deferred<void> | undefined
  /** The socket calls this for each batch, in their order. Made with the first: many connections are idle. */
  #onWritten: (() => void) | undefined

  /** `ages` limits how long a batch may wait. */
  constructor(
    socket: Socket,
    bufferSize: number,
    owner: WriterOwner,
    ages: Deadlines<Batch<WriterOwner>> | undefined,
  ) {
    this.#socket = socket
    this.#bufferSize = bufferSize
    this.#owner = owner
    this.#ages = ages
  }

  get bytesToWrite(): number {
    return this.#bytesToWrite
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
    this.#bytesToWrite += (this.#open ?? this.#openBatch()).add(data)
    return this.#bytesToWrite <= this.#bufferSize
  }

  writeLine(text: string): boolean {
    return this.write(typeof text === 'string' ? `${text}\n` : invalid('text', 'a string', text))
  }

  flushed(): Promise<void> {
    const last = this.#open ?? this.#sent.at(-1)
    if (last) return last.flushed
    // A handler that goes on in vain gives way at least: promises alone would never let the event loop go on.
    if (this.#hasFlushedInVain || !this.#socket.writable) return nextTurn(undefined)
    this.#hasFlushedInVain = true
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#isClosedByHandler = true
    this.end()
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

  /** Gives to the socket what was written in this turn. */
  send(): void {
    const batch = this.#open
    if (!batch) return
    this.#open = undefined
    try {
      this.#give(batch)
    } catch (error) {
      this.#owner.writeFailed(error)
    }
  }

  #give(batch: Batch<WriterOwner>): void {
    const socket = this.#socket
    const chunks = batch.chunks()
    if (batch.bytes === 0) return this.#settle(batch)
    this.#sent.push(batch)
    // What cannot be sent any more is settled when the socket is closed.
    if (!socket.writable) return
    if (!batch.isWhole) {
      throw new InvalidOptionError(
        'What was given to write() must not be transferred or resized before it is flushed, but it was',
      )
    }
    const last = chunks.length - 1
    if (last > 0) socket.cork()
    for (let index = 0; index < last; index++) socket.write(chunks[index] as Uint8Array)
    this.#onWritten ??= () => this.#written()
    socket.write(chunks[last] as Uint8Array, this.#onWritten)
    if (last > 0) socket.uncork()
    // Mostly the OS has taken all of it by now.
    if (socket.writableLength > 0) this.#ages?.add(batch)
  }

  /** Sends what there is, then FIN. */
  end(): void {
    if (this.#isEnded || this.#isGone) return
    this.#isEnded = true
    this.send()
    this.#socket.end(() => this.#closeFinished?.resolve())
  }

  /** The connection is gone, and with it what was not sent. */
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
    this.#ages?.delete(batch)
    batch.settle()
  }

  #loseWrite(): void {
    if (this.#hasWrittenInVain) return
    this.#hasWrittenInVain = true
    this.#consumerLeft?.resolve()
    this.#owner.wroteInVain()
  }
}
