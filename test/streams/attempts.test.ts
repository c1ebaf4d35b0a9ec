import { describe, expect, it } from 'vitest'
import * as attempts from '../../src/streams/attempts.ts'
import { ByteQueue } from '../../src/streams/byte-queue.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

/**
 * What an attempt comes to as these pieces arrive one by one, and then the end; and what is left.
 */
function tried<Result>(attempt: attempts.Attempt<Result>, pieces: readonly string[]) {
  const bytes = new ByteQueue(64)
  const tries: unknown[] = []
  const left = () => String(bytes.length > 0 ? bytes.take(bytes.length) : '')
  const text = (result: unknown) => (Buffer.isBuffer(result) ? String(result) : result)
  try {
    for (const piece of pieces) {
      if (piece !== '') bytes.append(Buffer.from(piece))
      tries.push(text(attempt(bytes, false)))
      if (tries.at(-1) !== undefined) return { tries, left: left() }
    }
    tries.push(text(attempt(bytes, true)))
  } catch (error) {
    tries.push((error as { code: string }).code)
  }
  return { tries, left: left() }
}

const TOO_LONG = 'ERR_MAX_LENGTH_EXCEEDED'
const IN_THE_MIDDLE = 'ERR_UNEXPECTED_END'

describe('an attempt to take', () => {
  it.each([
    ['a chunk', () => attempts.chunk, ['', 'ab'], [undefined, 'ab'], ''],
    ['a chunk, at the end', () => attempts.chunk, [''], [undefined, null], ''],
    ['3 bytes', () => attempts.exactly(3), ['a', 'b', 'cd'], [undefined, undefined, 'abc'], 'd'],
    ['no bytes', () => attempts.exactly(0), ['a'], [''], 'a'],
    ['3 bytes, of 2', () => attempts.exactly(3), ['ab'], [undefined, IN_THE_MIDDLE], ''],
    ['up to a delimiter', () => attempts.until('\r\n', 9), ['ab\r', '\nc'], [undefined, 'ab'], 'c'],
    ['up to a delimiter, none', () => attempts.until('--', 9), ['a-'], [undefined, IN_THE_MIDDLE], ''],
    ['up to a delimiter, too far', () => attempts.until('-', 2), ['abc-'], [TOO_LONG], 'abc-'],
    ['a line', () => attempts.line(9), ['ab\r', '\nc'], [undefined, 'ab'], 'c'],
    ['a line with a CR inside', () => attempts.line(9), ['a\rb\n'], ['a\rb'], ''],
    ['a last line', () => attempts.line(9), ['ab'], [undefined, 'ab'], ''],
    ['a last line that ends with CR', () => attempts.line(9), ['ab\r'], [undefined, 'ab\r'], ''],
    ['a line that is too long', () => attempts.line(2), ['ab', 'c'], [undefined, TOO_LONG], 'abc'],
    ['a line of the maximum length', () => attempts.line(2), ['ab\r\n'], ['ab'], ''],
  ] as const)('%s', (_what, make, pieces, tries, left) => {
    expect(tried<unknown>(make(), pieces)).toEqual({ tries, left })
  })
})

describe('the arguments of a read', () => {
  it.each(['', Buffer.alloc(0), null, 10, ['-'], {}])('may not have the delimiter %o', (delimiter) => {
    expectInvalid(() => attempts.until(delimiter as never, 9), 'delimiter', delimiter)
  })
  it('may not have a delimiter that cannot be looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(() => attempts.until(proxy as never, 9)).toThrow(/^delimiter must be a string or bytes/)
  })
  it.each([-1, 0.5, NaN, Infinity])('may not have the count %o', (count) => {
    expectOutOfRange(() => attempts.exactly(count), 'count', count)
  })
})
