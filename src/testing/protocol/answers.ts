// What a client is to get, and whether it has got that.
import { isUtf8 } from 'node:buffer'
import { invalid } from '../../common/validate.ts'

/**
 * What a client is to get: text (as UTF-8), bytes, or a pattern that has to match all of it. For a
 * pattern each byte is a character; with the flag `u` or `v` it is given UTF-8.
 */
export type Answer = string | Uint8Array | RegExp

/** Where nobody can say. */
export const ANYTHING: Answer = /.*/s

export function requireAnswer(name: string, value: unknown): Answer {
  if (typeof value === 'string' || value instanceof RegExp) return value
  return value instanceof Uint8Array ? Buffer.from(value) : invalid(name, 'text, bytes or a RegExp', value)
}

/** Whether these bytes are these answers, one after the other, and nothing more. */
export function areAnswers(received: Buffer, answers: readonly Answer[]): boolean {
  const [answer, ...rest] = answers
  if (answer === undefined) return received.length === 0
  if (answer instanceof RegExp) {
    if (rest.length === 0) return isWhole(received, answer)
    for (let end = 0; end <= received.length; end++) {
      if (isWhole(received.subarray(0, end), answer) && areAnswers(received.subarray(end), rest)) return true
    }
    return false
  }
  const bytes = Buffer.from(answer as Uint8Array)
  return received.subarray(0, bytes.length).equals(bytes) && areAnswers(received.subarray(bytes.length), rest)
}

/** Patterns of users, so that they match all or nothing; also with the flag `m`. */
const whole = new WeakMap<RegExp, RegExp>()

function isWhole(bytes: Buffer, pattern: RegExp): boolean {
  let compiled = whole.get(pattern)
  if (!compiled) {
    const flags = pattern.flags.replaceAll(/[gy]/g, '')
    compiled = new RegExp(`(?<![\\s\\S])(?:${pattern.source})(?![\\s\\S])`, flags)
    whole.set(pattern, compiled)
  }
  return compiled.test(bytes.toString(/[uv]/.test(pattern.flags) ? 'utf8' : 'latin1'))
}

/** Answers as they are shown: one is itself. */
export function shownAnswers(answers: readonly Answer[]): unknown {
  const filled = answers.filter((answer) => answer !== '')
  return filled.length > 1 ? filled : (filled[0] ?? '')
}

/** What was got instead: text where it can be. */
export function shownBytes(received: Buffer, answers: readonly Answer[]): string | Buffer {
  const isText = isUtf8(received) && !answers.some((answer) => answer instanceof Uint8Array)
  return isText ? received.toString() : received
}
