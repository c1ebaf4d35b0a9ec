// What a handler writes to a peer with.
import type { WaitLimit } from './reader.ts'

/**
 * Writes to a peer. Writes made in one turn of the event loop are sent in one system call at the
 * end of it.
 *
 * Nothing here fails because the peer is gone: writes to it are dropped then, and every promise
 * still settles.
 *
 * From Async's `Writer`.
 *
 * @example
 * for (const row of rows) {
 *   if (!writer.writeLine(row)) await writer.flushed()
 * }
 */
export interface Writer {
  /**
   * Writes text, as UTF-8, or bytes. Bytes must not be changed until they are flushed. If they are
   * transferred, or have another length by the end of the turn, the connection is destroyed and the
   * handler has failed with a `TypeError`.
   *
   * Returns `false` if more than `writerBufferSize` bytes wait. Then await `flushed()` before you
   * write more, or they pile up until `bufferAgeLimit` cuts the connection.
   *
   * If the connection is gone, the write is dropped, returns `false`, and settles `consumerLeft`.
   * Throws a `TypeError` for anything but text or bytes, and a `WriterClosedError` after `close()`.
   */
  write(data: string | Uint8Array): boolean
  /** Writes the text and a LF; otherwise as `write`. */
  writeLine(text: string): boolean
  /**
   * Resolves once everything written so far has been handed to the OS, or is lost because the
   * connection is gone. In that case, and if nothing was written since the last call, it resolves a
   * turn of the event loop later.
   *
   * Rejects with a `WriteTimeoutError` if that takes longer than `timeout`, or with the reason of
   * `signal` when that is aborted. What was written still waits then, and is sent when the peer
   * takes it. Without them it never rejects. A wrong argument rejects with a `TypeError` or
   * `RangeError`.
   */
  flushed(limit?: WaitLimit): Promise<void>
  /**
   * Number of written bytes that wait to be handed to the OS. The bytes of one turn count until all
   * of them have been.
   */
  readonly bytesToWrite: number
  /**
   * Flushes, then sends FIN. The peer can still send, and the handler goes on. Resolves as
   * `closeFinished`; a second call does nothing and returns the same promise. The server does this
   * when the handler has settled.
   */
  close(): Promise<void>
  /** Resolves once FIN was sent or the connection is gone. Never rejects. */
  readonly closeFinished: Promise<void>
  /**
   * Resolves when the peer no longer takes what is written: it has reset the connection and Node
   * has noticed, or something was written after the connection was gone, or the connection is
   * closed. A peer that only sent FIN has not left.
   *
   * In the first two cases that ends the connection: its handler counts as having succeeded, its
   * place is freed, and the handler, if it still runs, is forgotten. After `connection.destroy()`
   * the handler keeps its place until it settles or writes. Never rejects. From Async's
   * `consumer_left`.
   */
  readonly consumerLeft: Promise<void>
}
