// The deadlines of connections whose handlers run.
import { describeValue, OptionRangeError } from '../common/errors.ts'
import { invalid, rejectUnknownKeys, requireDuration, requireObject } from '../common/validate.ts'
import { option, optional, type SettingsOf } from './option.ts'

/** See `ServerOptions.maxConnectionAge`. */
export interface MaxConnectionAge {
  /** Milliseconds, at least 1. */
  atMost: number
  /**
   * A share from 0 to 1 of `atMost`, by which a connection lives longer or shorter, at random: so
   * that those which came together do not leave together.
   * @default 0.1
   */
  jitter?: number
  /**
   * Milliseconds that a handler has, once it was told, to settle.
   * @default 30_000
   */
  grace?: number
}

/** Options of both factories. */
export const deadlineTable = {
  /**
   * Milliseconds without a byte either way, until a connection whose handler runs is cut off: at
   * that time, or up to an eighth of it later. Its handler has then failed with a `ClientError`
   * (`ERR_IDLE_TIMEOUT`), which goes to `onHandlerError`; its place is freed, and a handler that
   * lingers is forgotten. At least 1; `0` and `Infinity` are no limit.
   *
   * It does not run while the server's side holds back the reading (the socket is paused, a buffer
   * is full, nobody has asked for what has come), nor while something waits to be written; nor
   * before the handler has started, while `startTls` is pending and after the handler has settled,
   * which have their own limits. One connection can have its own: `connection.setIdleTimeout`.
   * @default none
   */
  idleTimeout: option<number>({
    doc: 'milliseconds without a byte either way, until a connection is cut off: [Deadlines](../connection/README.md#deadlines)',
    default: Infinity,
    defaultText: 'none',
    check: requireIdleTimeout,
  }),
  /**
   * How old a connection may become: `{ atMost, jitter = 0.1, grace = 30_000 }`, in milliseconds,
   * from the start of its handler. Then `connection.closing` is aborted: time to say goodbye. HTTP
   * behind `handTo` ends after the request. If the handler has not settled within `grace`, the
   * connection is cut off. The handler has failed with a `ClientError` (`ERR_CONNECTION_AGE`),
   * which goes to `onHandlerError`; its place is freed, and a handler that lingers is forgotten.
   *
   * So clients that stay connected for days connect anew, and a server that was added gets its
   * share of them.
   * @default none
   */
  maxConnectionAge: optional<MaxConnectionAge, Required<MaxConnectionAge>>({
    doc: 'how old a connection may become, as `{ atMost, jitter, grace }`: [Deadlines](../connection/README.md#deadlines)',
    defaultText: 'none',
    check: requireMaxConnectionAge,
  }),
}

export type DeadlineSettings = SettingsOf<typeof deadlineTable>

/** Whether a server has any of them. */
export function hasDeadlines({ idleTimeout, maxConnectionAge }: DeadlineSettings): boolean {
  return idleTimeout < Infinity || maxConnectionAge !== undefined
}

/** In whole milliseconds; `Infinity` for no limit. */
export function requireIdleTimeout(name: string, value: unknown): number {
  return value === 0 || value === Infinity ? Infinity : Math.ceil(requireDuration(name, value, 1))
}

function requireMaxConnectionAge(name: string, value: unknown): Required<MaxConnectionAge> {
  const given = requireObject(name, value, '{ atMost, jitter?, grace? }')
  rejectUnknownKeys(name, given, ['atMost', 'jitter', 'grace'])
  const { atMost, jitter = 0.1, grace = 30_000 } = given as Partial<Record<keyof MaxConnectionAge, unknown>>
  return {
    atMost: requireDuration(`${name}.atMost`, atMost, 1),
    jitter: requireShare(`${name}.jitter`, jitter),
    grace: requireDuration(`${name}.grace`, grace),
  }
}

function requireShare(name: string, value: unknown): number {
  if (typeof value !== 'number') return invalid(name, 'a number from 0 to 1', value)
  if (!(value >= 0 && value <= 1)) {
    throw new OptionRangeError(`${name} must be from 0 to 1, but it is ${describeValue(value)}`)
  }
  return value
}
