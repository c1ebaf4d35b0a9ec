// The option `maxAcceptRate`: a bucket of tokens, one for each client that gets a place.
import { type Clock, nowOf } from '../common/clock.ts'
import { describeValue, OptionRangeError } from '../common/errors.ts'
import { invalid, rejectUnknownKeys, requireInteger, requireObject } from '../common/validate.ts'

/** How many clients get in, and how soon after each other; see `ServerOptions.maxAcceptRate`. */
export interface AcceptRateLimit {
  /** Clients that get in each second in the long run, from 0.001 to 1,000,000. */
  perSecond: number
  /**
   * Clients that may get in at once, after a time in which fewer came: an integer of at least 1.
   * @default as many as in a second, at least 1
   */
  burst?: number
}

const MIN_RATE = 0.001
const MAX_RATE = 1_000_000
const SECOND = 1_000
/** The longest that a timer can wait. */
const MAX_DELAY = 2 ** 31 - 1

export function requireAcceptRate(name: string, value: unknown): Required<AcceptRateLimit> {
  const isShort = typeof value === 'number'
  const given = isShort
    ? { perSecond: value }
    : requireObject(name, value, 'a number per second, or { perSecond, burst? }')
  rejectUnknownKeys(name, given, ['perSecond', 'burst'])
  const { perSecond, burst } = given as Partial<Record<keyof AcceptRateLimit, unknown>>
  const rate = requireRate(isShort ? name : `${name}.perSecond`, perSecond)
  return {
    perSecond: rate,
    burst:
      burst === undefined
        ? Math.max(1, Math.floor(rate))
        : requireInteger(`${name}.burst`, burst, 1, Number.MAX_SAFE_INTEGER),
  }
}

function requireRate(name: string, value: unknown): number {
  if (typeof value !== 'number') return invalid(name, 'a number of clients per second', value)
  if (value >= MIN_RATE && value <= MAX_RATE) return value
  throw new OptionRangeError(
    `${name} must be from ${MIN_RATE} to ${MAX_RATE} clients per second, but it is ${describeValue(value)}`,
  )
}

/** Measures how many more clients may get in. It fills by itself as time passes. */
export class AcceptRate {
  readonly #clock: Clock
  readonly #perMillisecond: number
  readonly #burst: number
  #tokens: number
  #filledAt: number

  constructor({ perSecond, burst }: Required<AcceptRateLimit>, clock: Clock) {
    this.#clock = clock
    this.#perMillisecond = perSecond / SECOND
    this.#burst = burst
    this.#tokens = burst
    this.#filledAt = nowOf(clock)
  }

  /** How many may get in now. */
  get available(): number {
    this.#fill()
    return Math.max(0, Math.floor(this.#tokens))
  }

  /** One has got in; true if no other one may for now. */
  take(): boolean {
    this.#fill()
    // Below none where one had been accepted already.
    this.#tokens--
    return this.#tokens < 1
  }

  /** Milliseconds until one may get in, or as many as there may ever be at once. */
  timeUntil(wanted: 'one' | 'all'): number {
    this.#fill()
    const missing = (wanted === 'one' ? 1 : this.#burst) - this.#tokens
    return Math.min(MAX_DELAY, Math.max(0, Math.ceil(missing / this.#perMillisecond)))
  }

  /**
   * A part of a token is kept beyond the burst: a timer that is late would lose it each time, and
   * nobody gets in by it alone.
   */
  #fill(): void {
    const now = nowOf(this.#clock)
    const filled = this.#tokens + (now - this.#filledAt) * this.#perMillisecond
    this.#filledAt = now
    this.#tokens = filled >= this.#burst + 1 ? this.#burst + (filled % 1) : filled
  }
}
