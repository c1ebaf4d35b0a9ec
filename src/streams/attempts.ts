// The attempts of reads to find what they were asked for. An attempt is made again whenever more
// has arrived, until it finds something.
import { constants } from 'node:buffer'
import { MaxLengthExceededError, UnexpectedEndError } from '../common/errors.ts'
import { invalid, lookAt, requireInteger } from '../common/validate.ts'
import type { ByteQueue } from './byte-queue.ts'

const LF = 10
const CR = 13

/**
 * Looks for what was asked for and takes it: `null` at the end, `undefined` if more has to come.
 * Throws the error of the read.
 */
export type Attempt<Result> = (bytes: ByteQueue, hasEnded: boolean) => Result | null | undefined

export const chunk: Attempt<Buffer> = (bytes, hasEnded) =>
  bytes.length > 0 ? bytes.take(bytes.length) : endOr(bytes, hasEnded)

export function exactly(count: number): Attempt<Buffer> {
  requireInteger('count', count, 0, constants.MAX_LENGTH)
  return (bytes, hasEnded) =>
    bytes.length >= count ? bytes.take(count) : endOr(bytes, hasEnded, `${count} bytes`)
}

export function until(delimiter: string | Uint8Array, maxLength: number): Attempt<Buffer> {
  const wanted = requireDelimiter(delimiter)
  let searched = 0
  return (bytes, hasEnded) => {
    const index = bytes.indexOf(wanted, searched)
    // The first bytes of a delimiter may be there.
    searched = Math.max(0, bytes.length - wanted.length + 1)
    if ((index < 0 ? searched : index) > maxLength) throw new MaxLengthExceededError('delimiter', maxLength)
    if (index < 0) return endOr(bytes, hasEnded, 'a delimiter')
    const found = bytes.take(index)
    bytes.drop(wanted.length)
    return found
  }
}

export function line(maxLength: number): Attempt<string> {
  let searched = 0
  return (bytes, hasEnded) => {
    const ready = searched === 0 ? bytes.takeLineOfWindow(maxLength) : undefined
    if (ready !== undefined) return ready
    const lf = bytes.indexOf(LF, searched)
    searched = bytes.length
    const end = lf < 0 ? searched : lf
    // A CR at the end of what there is may be the first half of a line end.
    const mayBeCrLf = lf >= 0 || !hasEnded
    const length = mayBeCrLf && end > 0 && bytes.at(end - 1) === CR ? end - 1 : end
    if (length > maxLength) throw new MaxLengthExceededError('line end', maxLength)
    if (lf >= 0) return bytes.takeLine(length, lf + 1 - length)
    if (!hasEnded) return undefined
    return length > 0 ? bytes.takeLine(length, 0) : null
  }
}

/** The outcome of an attempt that has not found what it looks for. */
function endOr(bytes: ByteQueue, hasEnded: boolean, expected?: string): null | undefined {
  if (!hasEnded) return undefined
  if (bytes.length === 0 || expected === undefined) return null
  throw new UnexpectedEndError(expected, bytes.take(bytes.length))
}

function requireDelimiter(delimiter: string | Uint8Array): Uint8Array {
  const fail = () => invalid('delimiter', 'a string or bytes, not empty', delimiter)
  const bytes = typeof delimiter === 'string' ? Buffer.from(delimiter) : delimiter
  return lookAt(() => bytes instanceof Uint8Array && bytes.length > 0, fail) ? bytes : fail()
}
