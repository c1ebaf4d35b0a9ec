// The commands that users may send to actors, and what each carries. An actor's other events report
// what has happened; a made-up one would set the counts wrong.
import type { ConnectionEvent, ListenerCommand } from '../../machines/index.ts'
import { invalid, lookAt, rejectUnknownKeys, requireBoolean, requireDuration } from '../common/validate.ts'
import { requireMaxConnections, requirePauseStrategy } from './checks.ts'

/** Throws an error that names the field and the value. */
export type Check = (name: string, value: unknown) => unknown

export type Fields = Readonly<Record<string, Check>>

type Commands<Command extends { type: string }> = {
  readonly [Type in Command['type']]: {
    readonly [Field in Exclude<keyof Extract<Command, { type: Type }>, 'type'>]-?: Check
  }
}

/** A field that may be missing. */
export function maybe(check: Check): Check {
  return (name, value) => (value === undefined ? undefined : check(name, value))
}

export const listenerCommands = {
  pause: { strategy: maybe(requirePauseStrategy) },
  resume: {},
  'drop.start': {},
  'drop.stop': {},
  'limit.changed': { maxConnections: requireMaxConnections },
  close: { closeExistingConnections: maybe(requireBoolean) },
  drain: { timeout: maybe(requireDuration) },
} satisfies Commands<ListenerCommand>

/** The event that users may send to a connection. */
export type ConnectionCommand = Extract<ConnectionEvent, { type: 'destroy' }>

export const connectionCommands = {
  destroy: { error: maybe(requireError) },
} satisfies Commands<ConnectionCommand>

/** Checks those fields of an object; others are left alone. */
export function checkFields(fields: Fields, given: object): void {
  for (const [name, check] of Object.entries(fields)) check(name, (given as Record<string, unknown>)[name])
}

/**
 * The command that `event` is, if it is one of these, its fields are right and there are no others;
 * else throws a `TypeError` or `RangeError`. `sentTo` is the actor, as users know it.
 *
 * It is a copy, of fields that were looked at once: a getter cannot say one thing to the check and
 * another to the chart.
 */
export function requireCommandOf<Command extends { type: string }>(
  sentTo: string,
  commands: Readonly<Record<Command['type'], Fields>>,
  event: unknown,
): Command {
  const known = Object.keys(commands)
  const fail = () => invalid(`What is sent to ${sentTo}`, `a command: { type: ${listed(known)} }`, event)
  const type = lookAt(() => (event as Partial<Command> | null | undefined)?.type, fail)
  if (type === undefined || !known.includes(type)) return fail()
  const fields: Fields = commands[type]
  const names = ['type', ...Object.keys(fields)]
  lookAt(() => Object.keys(event as object), fail)
  rejectUnknownKeys(type, event as object, names)
  const command: Record<string, unknown> = { type }
  for (const [name, check] of Object.entries(fields)) {
    const value = lookAt(() => (event as Record<string, unknown>)[name], fail)
    check(name, value)
    if (value !== undefined) command[name] = value
  }
  return command as Command
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`)
  return quoted.length === 1 ? String(quoted) : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

function requireError(name: string, value: unknown): Error {
  const fail = () => invalid(name, 'an Error', value)
  return lookAt(() => value instanceof Error, fail) ? (value as Error) : fail()
}
