// How far and for how long a read looks for what it wants, checked.
import { OptionRangeError } from '../common/errors.ts'
import { invalid, requireInteger, requireOptions, requireSignal } from '../common/validate.ts'
import type { ReadLimit, WaitLimit } from './reader.ts'

export interface Limits {
  /** In bytes. */
  readonly maxLength: number
  /**
   * In milliseconds; `undefined` for ever. With `Infinity` among them, each would be an object of
   * its own.
   */
  readonly timeout: number | undefined
  readonly signal: AbortSignal | undefined
}

export const UNLIMITED: Limits = Object.freeze({
  maxLength: 1024 * 1024,
  timeout: undefined,
  signal: undefined,
})

const WAITING = ['timeout', 'signal'] as const
const SEARCHING = ['maxLength', ...WAITING] as const

/** `method` is the reader's, for errors: it is the name that users know. */
export function searchLimits(method: string, limit: ReadLimit | undefined): Limits {
  if (limit === undefined) return UNLIMITED
  const { maxLength = UNLIMITED.maxLength, timeout, signal } = requireOptions(method, limit, SEARCHING)
  requireInteger('maxLength', maxLength, 0, Number.MAX_SAFE_INTEGER)
  return checked(maxLength, timeout, signal)
}

/** Of what does not search. */
export function waitLimits(method: string, limit: WaitLimit | undefined): Limits {
  if (limit === undefined) return UNLIMITED
  const { timeout, signal } = requireOptions(method, limit, WAITING)
  return checked(UNLIMITED.maxLength, timeout, signal)
}

function checked(maxLength: number, timeout: number | undefined, signal: AbortSignal | undefined): Limits {
  if (signal !== undefined) requireSignal('signal', signal)
  return { maxLength, timeout: requireTimeout(timeout), signal }
}

function requireTimeout(timeout: number | undefined): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined
  if (typeof timeout !== 'number') return invalid('timeout', 'a number of milliseconds', timeout)
  if (!(timeout >= 0))
    throw new OptionRangeError(`timeout must be 0 milliseconds or more, but it is ${timeout}`)
  return timeout
}
