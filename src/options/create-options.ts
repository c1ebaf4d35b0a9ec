// The options of `Server.create`, whose handlers get readers and writers.
import { requireInteger } from '../common/validate.ts'
import { type BufferAgeLimit, MAX_INT, requireBufferAgeLimit } from './checks.ts'
import { deadlineTable } from './deadline-options.ts'
import { type OptionsOf, option, readOptions, requireOptionsOf, type SettingsOf } from './option.ts'
import { type Settings, serverTable } from './server-options.ts'
import { socketTable } from './socket-options.ts'

/** Options of `create` only. */
export const streamTable = {
  /**
   * Maximum age of written bytes that are not handed to the OS yet: `{ atMost }` in milliseconds
   * (at least 1), or `'unlimited'`. When the oldest byte is older, the connection is cut off and
   * fails with a `BufferAgeLimitError`, which goes to `onHandlerError`. Its place is freed; a
   * handler that lingers is forgotten.
   *
   * From Async's `buffer_age_limit`.
   * @default { atMost: 120_000 }
   */
  bufferAgeLimit: option<BufferAgeLimit, number>({
    doc: "maximum age, in milliseconds, of written bytes that the peer does not take, or `'unlimited'`: [Writing](../streams/README.md#writing)",
    default: { atMost: 120_000 },
    check: requireBufferAgeLimit,
  }),
  /**
   * Bytes that a reader buffers, while nothing asks for them, before it makes the peer wait. At
   * least 1.
   * @default 65_536
   */
  readerBufferSize: option<number>({
    doc: 'bytes that a reader buffers before it makes the peer wait',
    default: 65_536,
    check: (name, value) => requireInteger(name, value, 1, MAX_INT),
  }),
  /**
   * Bytes that may wait in a writer before `write` returns false.
   * @default 65_536
   */
  writerBufferSize: option<number>({
    doc: 'bytes that may wait in a writer before `write` returns `false`',
    default: 65_536,
    check: (name, value) => requireInteger(name, value, 0, MAX_INT),
  }),
}

/**
 * Options of `Server.create`: those of `createSock`, except for `highWaterMark`, in whose place are
 * the two buffer sizes.
 *
 * @example
 * const options: CreateOptions = { maxConnections: 100, bufferAgeLimit: { atMost: 10_000 } }
 */
export interface CreateOptions
  extends OptionsOf<typeof serverTable>,
    OptionsOf<typeof deadlineTable>,
    OptionsOf<typeof socketTable>,
    OptionsOf<typeof streamTable> {}

/** The options of `Server.create` with their defaults filled in. */
export type CreateSettings = Settings & SettingsOf<typeof streamTable>

/** `parseOptions` for `Server.create`. */
export function parseCreateOptions(options: CreateOptions = {}): CreateSettings {
  requireOptionsOf({ ...serverTable, ...deadlineTable, ...socketTable, ...streamTable }, options)
  return {
    ...readOptions(serverTable, options),
    ...readOptions(deadlineTable, options),
    ...readOptions(streamTable, options),
    // The socket holds back as little as it can: the reader is the buffer.
    socket: { ...readOptions(socketTable, options), highWaterMark: 1 },
  }
}
