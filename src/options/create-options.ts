// What a server of readers and writers can be told, besides.

import { rejectUnknownKeys, requireDuration, requireInteger, requireObject } from '../common/validate.ts'
import {
  LARGEST_INT,
  OPTION_NAMES,
  parseOptions,
  type ServerOptions,
  type Settings,
} from './server-options.ts'

/** How long what was written may wait to be handed to the OS; see `CreateOptions.bufferAgeLimit`. */
export type BufferAgeLimit = { atMost: number } | 'unlimited'

/** Options of `Server.create`: those of `createSock`, except for `highWaterMark`, whose place the two buffer sizes take. */
export interface CreateOptions extends Omit<ServerOptions, 'highWaterMark'> {
  /**
   * When the oldest byte that was written and not yet handed to the OS is older than `atMost` milliseconds (at least 1), the connection is
   * cut off and fails with a `BufferAgeLimitError`, which goes to `onHandlerError`. Its place is freed; a handler that lingers is forgotten.
   * From Async's `buffer_age_limit`.
   * @default { atMost: 120_000 }
   */
  bufferAgeLimit?: BufferAgeLimit
  /** Bytes that a reader buffers, while nobody asks for them, before it makes the peer wait. At least 1. @default 65_536 */
  readerBufferSize?: number
  /** Bytes that may wait in a writer before `write` returns false. @default 65_536 */
  writerBufferSize?: number
}

/** The options of `Server.create` with their defaults filled in. */
export interface CreateSettings extends Settings {
  readerBufferSize: number
  writerBufferSize: number
}

const CREATE_NAMES = [
  ...OPTION_NAMES.filter((name) => name !== 'highWaterMark'),
  'bufferAgeLimit',
  'readerBufferSize',
  'writerBufferSize',
] as const satisfies readonly (keyof CreateOptions)[]

const DEFAULT_BUFFER_AGE_LIMIT = { atMost: 120_000 }
const DEFAULT_BUFFER_SIZE = 64 * 1024

/** `parseOptions` for `Server.create`. */
export function parseCreateOptions(options: CreateOptions = {}): CreateSettings {
  requireObject('options', options, 'an object')
  rejectUnknownKeys('options', options, CREATE_NAMES)
  const {
    bufferAgeLimit = DEFAULT_BUFFER_AGE_LIMIT,
    readerBufferSize = DEFAULT_BUFFER_SIZE,
    writerBufferSize = DEFAULT_BUFFER_SIZE,
    ...others
  } = options
  return {
    // The socket holds back as little as it can: the reader is the buffer.
    ...parseOptions({ ...others, highWaterMark: 1 }),
    bufferAgeLimit: requireBufferAgeLimit(bufferAgeLimit),
    readerBufferSize: requireInteger('readerBufferSize', readerBufferSize, 1, LARGEST_INT),
    writerBufferSize: requireInteger('writerBufferSize', writerBufferSize, 0, LARGEST_INT),
  }
}

function requireBufferAgeLimit(limit: BufferAgeLimit): number {
  if (limit === 'unlimited') return Infinity
  const expected = "{ atMost: milliseconds } or 'unlimited'"
  rejectUnknownKeys('bufferAgeLimit', requireObject('bufferAgeLimit', limit, expected), ['atMost'])
  return requireDuration('bufferAgeLimit.atMost', limit.atMost, 1)
}
