// Checks of single options. Each names the option and the value, and gives back the setting.
import type { InspectionEvent, Observer } from 'xstate'
import type { PauseStrategy } from '../../machines/index.ts'
import type { Address } from '../common/address.ts'
import type { Clock } from '../common/clock.ts'
import {
  invalid,
  lookAt,
  rejectUnknownKeys,
  requireDuration,
  requireFunction,
  requireInteger,
  requireObject,
  requireOneOf,
} from '../common/validate.ts'

/** What happens when a handler throws or rejects; see `ServerOptions.onHandlerError`. */
export type ErrorPolicy = 'raise' | 'ignore' | ((address: Address, error: unknown) => void | Promise<void>)

/** How long written bytes may wait to be handed to the OS; see `CreateOptions.bufferAgeLimit`. */
export type BufferAgeLimit = { atMost: number } | 'unlimited'

/** An XState inspector. */
export type Inspect = Observer<InspectionEvent> | ((event: InspectionEvent) => void)

/** The range of the OS's integers. */
export const MAX_INT = 2 ** 31 - 1

/** `maxConnections`, wherever it is given. */
export function requireMaxConnections(name: string, value: unknown): number {
  return requireInteger(name, value, 1, Number.MAX_SAFE_INTEGER)
}

export function requirePauseStrategy(name: string, value: unknown): PauseStrategy {
  return requireOneOf(name, value, ['hold', 'rebind'])
}

export function requireErrorPolicy(name: string, value: unknown): ErrorPolicy {
  return typeof value === 'function' || value === 'raise' || value === 'ignore'
    ? (value as ErrorPolicy)
    : invalid(name, "'raise', 'ignore' or a function", value)
}

export function requireInspector(name: string, value: unknown): Inspect {
  const fail = () => invalid(name, 'a function or an observer with next(), as inspector.inspect is', value)
  const next = lookAt(() => (value as Partial<Observer<InspectionEvent>> | null | undefined)?.next, fail)
  return typeof value === 'function' || typeof next === 'function' ? (value as Inspect) : fail()
}

export function requireClock(name: string, value: unknown): Clock {
  const expected = 'an XState clock'
  const clock = requireObject(name, value, expected) as Clock
  const { setTimeout, clearTimeout } = lookAt(
    () => ({ setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout }),
    () => invalid(name, expected, value),
  )
  requireFunction(`${name}.setTimeout`, setTimeout)
  requireFunction(`${name}.clearTimeout`, clearTimeout)
  return clock
}

/** In milliseconds; `Infinity` for no limit. */
/** `Infinity` for `'unlimited'`. */
export function requireMaxBufferedBytes(name: string, value: unknown): number {
  return value === 'unlimited' ? Infinity : requireInteger(name, value, 1, Number.MAX_SAFE_INTEGER)
}

export function requireBufferAgeLimit(name: string, value: unknown): number {
  if (value === 'unlimited') return Infinity
  const expected = "{ atMost: milliseconds } or 'unlimited'"
  const limit = requireObject(name, value, expected) as { atMost?: unknown }
  rejectUnknownKeys(name, limit, ['atMost'])
  return requireDuration(`${name}.atMost`, limit.atMost, 1)
}
