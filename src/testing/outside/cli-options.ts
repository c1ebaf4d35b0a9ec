// What can be said on the command line, in one table: its check, and its line of the help.
import { parseArgs } from 'node:util'
import { invalid, requireDuration, requireInteger, requireOneOf } from '../../common/validate.ts'
import type { ListenerModelEvent } from '../listener-events.ts'
import type { BareAddress, BareDriverSettings } from './bare-options.ts'
import { parsePath } from './path-text.ts'

/** Where the server is, what it is like, and what is tried on it. */
export interface CheckOptions {
  readonly server: Required<Pick<BareAddress, 'port' | 'host'>> & Pick<BareAddress, 'pid'>
  readonly settings: BareDriverSettings
  readonly overLimit: 'wait' | 'drop'
  readonly maxConnections: number
  readonly maxWaiting: number
  readonly paths: number
  readonly seed: number
  /** This path alone. */
  readonly path: readonly ListenerModelEvent[] | undefined
  readonly patience: number
}

interface Option {
  /** What its value is called in the help. */
  value: string
  help: string
}

const OPTIONS = {
  port: { value: 'N', help: 'where the server listens' },
  'max-connections': { value: 'N', help: 'how many clients it serves at a time' },
  'over-limit': { value: 'wait|drop', help: 'what becomes of more: not accepted, or closed at once' },
  host: { value: 'HOST', help: 'its address (127.0.0.1)' },
  hello: { value: 'TEXT', help: 'what each client sends first; \\r \\n \\t \\0 \\\\ \\xHH are known' },
  'is-served': { value: 'REGEXP', help: 'what a client that is served has received (any byte)' },
  goodbye: { value: 'TEXT', help: 'what makes it end a connection (the client ends its side)' },
  'wait-in': { value: 'queue|anywhere', help: "where clients wait: in the kernel's queue (queue)" },
  'max-waiting': { value: 'N', help: 'how many clients wait at most (1)' },
  paths: { value: 'N', help: 'how many sequences of events are tried (20)' },
  seed: { value: 'N', help: 'for those that are random (random)' },
  path: { value: 'EVENTS', help: 'this sequence alone, as a failure shows it' },
  pid: { value: 'N', help: 'its process, where it is not found' },
  quiet: { value: 'MS', help: 'a step is over after so many milliseconds (50, if no process is known)' },
  patience: { value: 'MS', help: 'how long something that is expected may take (3000)' },
  help: { value: '', help: 'shows this' },
} as const satisfies Record<string, Option>

type Name = keyof typeof OPTIONS
const TYPES = Object.fromEntries(
  Object.entries<Option>(OPTIONS).map(([name, { value }]) => [
    name,
    { type: value === '' ? ('boolean' as const) : ('string' as const) },
  ]),
)
type Given = { readonly [Key in Name]?: string | boolean }

export function helpText(command: string): string {
  const flags = Object.entries<Option>(OPTIONS).map(([name, { value, help }]) => ({
    flag: `--${name} ${value}`.trim(),
    help,
  }))
  const width = Math.max(...flags.map(({ flag }) => flag.length))
  return [
    `usage: ${command} --port N --max-connections N --over-limit wait|drop [options]`,
    '',
    'Tries a model of a TCP server with a limit of connections on one that runs: does it keep the',
    'limit, whatever clients do? Nothing else may connect to it meanwhile. The server has to send',
    'something to each client that it serves, and to end a connection whose client has ended it.',
    '',
    ...flags.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}`),
    '',
    'Exit code: 0 all passed, 1 something failed, 2 wrong options, or no such server.',
    '',
  ].join('\n')
}

/** `undefined` where help is asked for. Throws an error that names the option, and its value. */
export function parseOptions(args: readonly string[]): CheckOptions | undefined {
  const given: Given = parseArgs({ args: [...args], options: TYPES }).values
  if (given.help) return undefined
  const text = (name: Name) => {
    const value = given[name]
    return typeof value === 'string' ? value : undefined
  }
  const number = (name: Name, min: number, max: number) => {
    const value = text(name)
    return value === undefined ? undefined : requireInteger(`--${name}`, numberOf(value), min, max)
  }
  const required = <Value>(name: Name, value: Value | undefined): Value => {
    if (value === undefined) throw new TypeError(`--${name} is missing: ${OPTIONS[name].help}`)
    return value
  }

  const overLimit = requireOneOf('--over-limit', required('over-limit', text('over-limit')), ['wait', 'drop'])
  const maxConnections = required('max-connections', number('max-connections', 1, MAX_CLIENTS))
  const [pid, quiet] = [number('pid', 1, 2 ** 22), text('quiet')]
  const [hello, goodbye, isServed, path] = [text('hello'), text('goodbye'), text('is-served'), text('path')]
  return {
    server: {
      port: required('port', number('port', 1, 65_535)),
      host: text('host') ?? '127.0.0.1',
      ...(pid === undefined ? {} : { pid }),
    },
    settings: {
      overLimit,
      waitIn: requireOneOf('--wait-in', text('wait-in') ?? 'queue', ['queue', 'anywhere']),
      ...(quiet === undefined ? {} : { quiet: requireDuration('--quiet', numberOf(quiet)) }),
      ...(hello === undefined ? {} : { hello: bytesOf(hello) }),
      ...(goodbye === undefined ? {} : { returns: (socket) => socket.write(bytesOf(goodbye)) }),
      ...(isServed === undefined ? {} : { isServed: matcherOf(isServed) }),
    },
    overLimit,
    maxConnections,
    maxWaiting: number('max-waiting', 0, MAX_CLIENTS) ?? 1,
    paths: number('paths', 1, 100_000) ?? 20,
    seed: number('seed', 0, 2 ** 32 - 1) ?? Math.floor(Math.random() * 2 ** 32),
    path: path === undefined ? undefined : parsePath('--path', path),
    patience: requireDuration('--patience', numberOf(text('patience') ?? '3000')),
  }
}

/** The arguments but for those that say what is tried. */
export function withoutPaths(args: readonly string[]): string[] {
  const { tokens } = parseArgs({ args: [...args], options: TYPES, tokens: true })
  return tokens.flatMap((token) => {
    if (token.kind !== 'option' || ['path', 'paths', 'seed'].includes(token.name)) return []
    return [token.rawName, ...(token.value === undefined ? [] : [token.value])]
  })
}

/** With more, the model takes minutes to explore. */
const MAX_CLIENTS = 100

function numberOf(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text
}

const ESCAPE = /\\(r|n|t|0|\\|x[0-9a-f]{2})/gi
const CONTROLS: Record<string, string> = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' }

function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const unescaped = bytes.replaceAll(
    ESCAPE,
    (_, code: string) =>
      CONTROLS[code.toLowerCase()] ?? String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  )
  return Buffer.from(unescaped, 'latin1')
}

function matcherOf(source: string): (received: Buffer) => boolean {
  try {
    const pattern = new RegExp(source)
    return (received) => pattern.test(received.toString())
  } catch {
    return invalid('--is-served', 'a regular expression', source)
  }
}
