// What a handler reads a peer with.

/** For how long a read, or a `flushed()`, waits. */
export interface WaitLimit {
  /**
   * Maximum time in milliseconds that the whole of it may take, from the call on, however bytes
   * trickle in: a number of at least 0, for which it does not wait at all. `Infinity` is no limit.
   * It is over at that time or a millisecond later. Of an event loop that was blocked until after
   * that, what has come meanwhile is read first.
   *
   * When it is over, a read rejects with a `ReadTimeoutError`, and `flushed()` with a
   * `WriteTimeoutError`.
   * @default Infinity
   */
  timeout?: number | undefined
  /**
   * When this is aborted, rejects with its `reason`. If it is aborted already, rejects though there
   * may be data. One signal may be given to any number of reads, of any number of connections:
   * `connection.closing`, for instance, to stop when the server closes.
   */
  signal?: AbortSignal | undefined
}

/** How far, and for how long, a reader looks for a line end or another delimiter. */
export interface ReadLimit extends WaitLimit {
  /**
   * Maximum number of bytes before the delimiter or line end, an integer of at least 0. With more,
   * the read rejects with a `MaxLengthExceededError` and consumes nothing.
   * @default 1 MiB
   */
  maxLength?: number
}

/**
 * How a stream has ended.
 *
 * - `'fin'`: the peer has sent FIN, and everything that it sent has arrived.
 * - `'reset'`: the connection broke (the peer has reset it, or the OS gave it up), so that there
 *   may have been more.
 * - `'closed'`: this side closed it, by `reader.close()`, by `connection.destroy()`, or as the
 *   server.
 */
export type EndReason = 'fin' | 'reset' | 'closed'

/**
 * Reads the bytes of a peer. A read waits for as much as it needs, however the network has cut it
 * up: inside of a character, between CR and LF, inside of a delimiter.
 *
 * At the end, reads resolve with `null`: the peer has sent FIN or reset the connection, or the
 * reader or the connection was closed; `endReason` tells which. Bytes that had arrived before the
 * end are read first, except after the reader's own `close()`, and where `maxBufferedBytes` takes
 * them: a reset, a `connection.destroy()` and a handler that was forgotten take nothing away from
 * them. If a write found the connection
 * reset, up to 4 MiB are saved of what the OS still held; bytes that were still under way are lost,
 * as TCP has it.
 *
 * Only one read can be pending; another one meanwhile rejects with a `ReadPendingError`. A wrong
 * argument rejects with a `TypeError` or `RangeError`. A read that rejects consumes nothing, except
 * for one that rejects with an `UnexpectedEndError`.
 *
 * Each read takes `{ timeout, signal }`. One that cannot be had at once and is not there in time
 * rejects with a `ReadTimeoutError`, one whose signal is aborted with the signal's reason. Both
 * have taken nothing: the next read gets every byte. Where bytes come in the very turn of an abort
 * or of the last millisecond, the read either has them or has failed, never both.
 *
 * A read that consumes nothing (at the end, of no bytes, or because it is refused) after another
 * one that consumed nothing settles a turn of the event loop later, so that a loop of such reads
 * does not stop the process.
 *
 * While nothing is asked for, at most `readerBufferSize` bytes and the one or two chunks in flight
 * are read from the socket; then the peer has to wait.
 *
 * From Async's `Reader`.
 *
 * @example
 * for await (const line of reader.lines({ maxLength: 1000 })) {
 *   if (!writer.writeLine(line)) await writer.flushed()
 * }
 */
export interface Reader extends AsyncIterable<Buffer> {
  /**
   * Reads the bytes that have arrived, at least one. They are the caller's to keep and to change.
   */
  read(limit?: WaitLimit): Promise<Buffer | null>
  /**
   * Reads exactly `count` bytes, an integer of at least 0; 0 resolves at once. If the end comes in
   * the middle of them, rejects with an `UnexpectedEndError` whose `partial` has the bytes that
   * arrived.
   * @example
   * const head = await reader.readExactly(2)
   * const body = head && (await reader.readExactly(head.readUInt16BE()))
   */
  readExactly(count: number, limit?: WaitLimit): Promise<Buffer | null>
  /**
   * Reads the bytes before the next `delimiter`, which is skipped and not part of the result. It is
   * one or more bytes; a string means its UTF-8. If the end comes first, rejects with an
   * `UnexpectedEndError` whose `partial` has the bytes that arrived.
   * @example
   * const record = await reader.readUntil('\0', { maxLength: 1000 })
   */
  readUntil(delimiter: string | Uint8Array, limit?: ReadLimit): Promise<Buffer | null>
  /**
   * Reads a line of UTF-8 without its end, LF or CRLF. A last line without an end is a line, too.
   * Bytes that are not UTF-8 become U+FFFD.
   * @example
   * const name = await reader.readLine({ maxLength: 100, timeout: 10_000 })
   */
  readLine(limit?: ReadLimit): Promise<string | null>
  /**
   * Iterates over the lines that `readLine` reads. Ending the loop early leaves the rest to be
   * read, and does not close the socket. The limits are those of each line: `timeout` is the time
   * that the loop may wait for one. After an error, another loop goes on where this one has ended.
   */
  lines(limit?: ReadLimit): AsyncIterableIterator<string>
  /**
   * Iterates over the chunks that `read` reads. Ending the loop early leaves the rest to be read.
   * The limits are those of each chunk; otherwise as `lines`.
   */
  chunks(limit?: WaitLimit): AsyncIterableIterator<Buffer>
  /** As `chunks()`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer>
  /**
   * How the stream has ended, as soon as that is known, which may be before the last bytes are
   * read; `undefined` until then. Of several reasons the first one stays, except that `'closed'`
   * follows where `maxBufferedBytes` has taken bytes that were not read. While this side holds
   * back the peer, because nothing reads, an end behind the waiting bytes is not known.
   */
  readonly endReason: EndReason | undefined
  /**
   * Discards the bytes that have arrived and that still arrive; a pending read resolves with
   * `null`. Closes no descriptor and waits for none: the returned promise, which is
   * `closeFinished`, resolves at once. A second call does nothing. The server closes the reader
   * when the handler has settled and the writer is flushed.
   */
  close(): Promise<void>
  /**
   * Resolves once nothing arrives any more: the reader was closed by `close()`, or the connection
   * is gone. Bytes that had arrived can still be read then. Never rejects.
   */
  readonly closeFinished: Promise<void>
}
