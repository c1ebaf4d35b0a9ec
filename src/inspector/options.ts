// What an inspector can be told, with defaults; checked before anything is opened.
import {
  invalid,
  rejectUnknownKeys,
  requireBoolean,
  requireInteger,
  requireObject,
  requireString,
} from '../common/validate.ts'

/** Options of `createInspector`. A wrong one is a `TypeError` or `RangeError` that names it, before anything is opened. */
export interface InspectorOptions {
  /**
   * The address that the page is served on. Whoever reaches another than a loopback address, and has the URL, sees what the page shows; there
   * is no encryption.
   * @default '127.0.0.1'
   */
  host?: string
  /** The port that the page is served on; 0 for the OS's choice. @default 0 */
  port?: number
  /** Whether whoever has the URL may pause, resume, drop, limit, drain and close the servers, and destroy connections. @default false */
  control?: boolean
  /**
   * Whether text and bytes that came with events are shown: the messages of errors, for instance, which may quote what a client has sent.
   * Names and codes of errors, numbers and addresses are shown in any case.
   * @default false
   */
  showPayloads?: boolean
  /** How many events are kept for pages that are opened later or are slow, an integer from 1 to 100,000. @default 1_000 */
  maxEvents?: number
  /** Names, besides `localhost` and IP addresses, by which the page may be asked for: those of a proxy, for instance. @default [] */
  allowedHosts?: readonly string[]
  /** Other web origins whose pages may attach to the WebSocket, as `https://viewer.example`. @default [] */
  allowedOrigins?: readonly string[]
}

/** The options with their defaults filled in. */
export type InspectorSettings = Required<InspectorOptions>

const NAMES = [
  'host',
  'port',
  'control',
  'showPayloads',
  'maxEvents',
  'allowedHosts',
  'allowedOrigins',
] as const satisfies readonly (keyof InspectorOptions)[]

const MOST_EVENTS = 100_000

/** Checks the options and fills in the defaults. Opens nothing. */
export function parseInspectorOptions(options: InspectorOptions = {}): InspectorSettings {
  requireObject('options', options, 'an object')
  rejectUnknownKeys('options', options, NAMES)
  const {
    host = '127.0.0.1',
    port = 0,
    control = false,
    showPayloads = false,
    maxEvents = 1_000,
    allowedHosts = [],
    allowedOrigins = [],
  } = options
  return {
    host: requireString('host', host),
    port: requireInteger('port', port, 0, 65_535),
    control: requireBoolean('control', control),
    showPayloads: requireBoolean('showPayloads', showPayloads),
    maxEvents: requireInteger('maxEvents', maxEvents, 1, MOST_EVENTS),
    allowedHosts: requireList('allowedHosts', allowedHosts, (name) =>
      /^[\w.-]+$/.test(name) ? name.toLowerCase() : undefined,
    ),
    allowedOrigins: requireList('allowedOrigins', allowedOrigins, (origin) =>
      URL.canParse(origin) && new URL(origin).origin === origin ? origin : undefined,
    ),
  }
}

function requireList(
  name: string,
  value: unknown,
  read: (item: string) => string | undefined,
): readonly string[] {
  if (!Array.isArray(value)) return invalid(name, 'an array of strings', value)
  return value.map((item: unknown, index) => {
    const what =
      name === 'allowedHosts' ? 'a host name without a port' : 'an origin, as https://viewer.example'
    return (typeof item === 'string' && read(item)) || invalid(`${name}[${index}]`, what, item)
  })
}
