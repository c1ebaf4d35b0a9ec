// Checks of what users pass in. Each names the option and the value, and gives the value back.
import { describeValue, InvalidOptionError, OptionRangeError } from './errors.ts'

export function invalid(name: string, expected: string, value: unknown): never {
  throw new InvalidOptionError(`${name} must be ${expected}, but it is ${describeValue(value)}`)
}

export function requireInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') return invalid(name, 'an integer', value)
  if (!Number.isInteger(value) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    throw new OptionRangeError(`${name} must be an integer ${range}, but it is ${describeValue(value)}`)
  }
  return value
}

/** Milliseconds. Above the range of Node's timers, one would fire at once. */
export function requireDuration(name: string, value: unknown, min = 0): number {
  const max = 2 ** 31 - 1
  if (typeof value !== 'number') return invalid(name, 'a number of milliseconds', value)
  if (!(value >= min && value <= max)) {
    throw new OptionRangeError(
      `${name} must be from ${min} to ${max} milliseconds, but it is ${describeValue(value)}`,
    )
  }
  return value
}

export function requireBoolean(name: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : invalid(name, 'true or false', value)
}

export function requireString(name: string, value: unknown): string {
  if (typeof value !== 'string') return invalid(name, 'a string', value)
  return value === '' ? invalid(name, 'a string that is not empty', value) : value
}

export function requireFunction<T>(name: string, value: T): T {
  return typeof value === 'function' ? value : invalid(name, 'a function', value)
}

export function requireSignal(name: string, value: unknown): AbortSignal {
  const fail = () => invalid(name, 'an AbortSignal', value)
  const signal = value as Partial<AbortSignal> | null | undefined
  const isSignal = lookAt(
    () =>
      typeof signal?.aborted === 'boolean' &&
      typeof signal.addEventListener === 'function' &&
      typeof signal.removeEventListener === 'function',
    fail,
  )
  return isSignal ? (value as AbortSignal) : fail()
}

export function requireOneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  return allowed.includes(value as T)
    ? (value as T)
    : invalid(name, allowed.map((one) => `'${one}'`).join(' or '), value)
}

export function requireObject(name: string, value: unknown, expected: string, shown = value): object {
  const fail = () => invalid(name, expected, shown)
  return lookAt(() => isRecord(value), fail) ? (value as object) : fail()
}

/** A Proxy may throw. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Gives back the options of a method; throws where there is any but `names`, all of which may be
 * missing.
 */
export function requireOptions<Options extends object>(
  method: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): Options {
  // Reads call this: what only a failure needs is not made before.
  const fail = () =>
    invalid(`The argument of ${method}()`, `{ ${names.map((name) => `${name}?`).join(', ')} }`, options)
  // A signal by itself has no fields of its own, and would pass for options that are all missing.
  if (!lookAt(() => isRecord(options) && !(options instanceof AbortSignal), fail)) return fail()
  rejectUnknownKeys(method, options, names)
  return options
}

/** The result of `look`; `fail` if looking at the value throws, as with a revoked Proxy. */
export function lookAt<T>(look: () => T, fail: () => never): T {
  let found: T
  try {
    found = look()
  } catch {
    return fail()
  }
  return found
}

/**
 * A misspelt option that is silently ignored is worse than an error. `show` says what of its value
 * may be shown.
 */
export function rejectUnknownKeys(
  name: string,
  given: object,
  known: readonly string[],
  show = (value: unknown) => value,
): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const value = show((given as Record<string, unknown>)[key])
    throw new InvalidOptionError(
      `${name}.${key} is not known (its value is ${describeValue(value)}); ${hintFor(key, known)}: ${known.join(', ')}`,
    )
  }
}

/** Typing errors mostly leave the beginning as it is. */
const MIN_COMMON = 3

function hintFor(key: string, known: readonly string[]): string {
  const letters = (name: string) => [...name.toLowerCase()]
  const begin = (name: string) => numInCommon(letters(name), letters(key))
  const end = (name: string) => numInCommon(letters(name).reverse(), letters(key).reverse())
  const [nearest = ''] = known.toSorted((one, other) => begin(other) - begin(one) || end(other) - end(one))
  return begin(nearest) >= MIN_COMMON ? `did you mean ${nearest}? Known` : 'known'
}

function numInCommon(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((letter, index) => letter !== other[index])
  return at < 0 ? one.length : at
}
