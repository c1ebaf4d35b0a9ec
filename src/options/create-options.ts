// The options of `Server.create`, whose handlers get readers and writers.
import { requireInteger } from '../common/validate.ts'
import { memoryLimit } from '../os/memory-limit.ts'
import { admissionTable } from './admission-options.ts'
import { type BufferAgeLimit, MAX_INT, requireBufferAgeLimit, requireMaxBufferedBytes } from './checks.ts'
import { deadlineTable } from './deadline-options.ts'
import { type OptionsOf, option, readOptions, requireOptionsOf, type SettingsOf } from './option.ts'
import { type Settings, serverTable } from './server-options.ts'
import { socketTable } from './socket-options.ts'

/** Of the memory that the process may have. */
const SHARE_OF_MEMORY = 1 / 8

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
   * Maximum number of bytes of memory that the readers and writers of all connections together
   * hold: what has arrived and is not read, and what was written and the OS has not taken. An
   * integer of at least 1, or `'unlimited'`. Above it, the connection that holds the most is cut,
   * then the next, until they hold less. Each fails with a `BufferLimitError`, which goes to
   * `onHandlerError`, unless its handler had settled. Its place is freed; a handler that lingers is
   * forgotten, and what it has not read is lost.
   * @default an eighth of the memory of the machine, or of the container
   */
  maxBufferedBytes: option<number | 'unlimited', number>({
    doc: "maximum number of bytes that all readers and writers together hold, or `'unlimited'`: [Memory](../streams/README.md#memory)",
    get default() {
      return Math.floor(memoryLimit() * SHARE_OF_MEMORY)
    },
    defaultText: 'an eighth of the memory of the machine, or of the container',
    check: requireMaxBufferedBytes,
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
    OptionsOf<typeof admissionTable>,
    OptionsOf<typeof socketTable>,
    OptionsOf<typeof streamTable> {}

/** The options of `Server.create` with their defaults filled in. */
export type CreateSettings = Settings & SettingsOf<typeof streamTable>

/** `parseOptions` for `Server.create`. */
export function parseCreateOptions(options: CreateOptions = {}): CreateSettings {
  requireOptionsOf(
    { ...serverTable, ...admissionTable, ...deadlineTable, ...socketTable, ...streamTable },
    options,
  )
  return {
    ...readOptions(serverTable, options),
    ...readOptions(admissionTable, options),
    ...readOptions(deadlineTable, options),
    ...readOptions(streamTable, options),
    // The socket holds back as little as it can: the reader is the buffer.
    socket: { ...readOptions(socketTable, options), highWaterMark: 1 },
  }
}
