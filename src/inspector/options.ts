// The options of `createInspector`; checked before anything is opened.
import { invalid, lookAt, requireBoolean, requireInteger, requireString } from '../common/validate.ts'
import { type OptionsOf, option, readOptions, requireOptionsOf, type SettingsOf } from '../options/option.ts'

const MAX_EVENTS = 100_000

export const inspectorTable = {
  /**
   * Address on which the page is served. Anyone who can reach it and has the URL sees what the page
   * shows; there is no encryption. So take a loopback address, or know who is on the network.
   * @default '127.0.0.1'
   */
  host: option<string>({
    doc: 'address on which the page is served',
    default: '127.0.0.1',
    check: requireString,
  }),
  /**
   * Port on which the page is served; 0 for the OS's choice.
   * @default 0
   */
  port: option<number>({
    doc: "port on which the page is served; 0 for the OS's choice",
    default: 0,
    check: (name, value) => requireInteger(name, value, 0, 65_535),
  }),
  /**
   * Whether the page has buttons that pause, resume, drop, limit, drain and close the servers, and
   * destroy connections. Anyone who has the URL can press them.
   * @default false
   */
  control: option<boolean>({
    doc: 'add buttons that pause, drop, limit, drain and close servers, and destroy connections',
    default: false,
    check: requireBoolean,
  }),
  /**
   * Whether text and bytes that came with events are shown: the messages of errors, for instance,
   * which may quote what a client has sent. Names and codes of errors, numbers and addresses are
   * shown in any case.
   * @default false
   */
  showPayloads: option<boolean>({
    doc: 'show text and bytes that came with events; clients may have chosen them',
    default: false,
    check: requireBoolean,
  }),
  /**
   * Number of events kept for pages that are opened later or are slow, an integer from 1 to
   * 100,000.
   * @default 1_000
   */
  maxEvents: option<number>({
    doc: 'number of events kept for pages that are opened later',
    default: 1_000,
    check: (name, value) => requireInteger(name, value, 1, MAX_EVENTS),
  }),
  /**
   * Host names, besides `localhost` and IP addresses, under which the page may be requested: those
   * of a proxy, for instance.
   * @default []
   */
  allowedHosts: option<readonly string[]>({
    doc: 'further host names under which the page may be requested',
    default: [],
    check: (name, value) => requireList(name, value, 'a host name without a port', readHost),
  }),
  /**
   * Other web origins whose pages may attach to the WebSocket, as `https://viewer.example`.
   * @default []
   */
  allowedOrigins: option<readonly string[]>({
    doc: 'further web origins whose pages may attach to the WebSocket',
    default: [],
    check: (name, value) => requireList(name, value, 'an origin, as https://viewer.example', readOrigin),
  }),
}

/**
 * Options of `createInspector`. A wrong one is a `TypeError` or `RangeError` that names it, before
 * anything is opened.
 *
 * @example
 * const options: InspectorOptions = { port: 9229, control: true }
 */
export interface InspectorOptions extends OptionsOf<typeof inspectorTable> {}

/** The options with their defaults filled in. */
export type InspectorSettings = SettingsOf<typeof inspectorTable>

/** Checks the options and fills in the defaults. Opens nothing. */
export function parseInspectorOptions(options: InspectorOptions = {}): InspectorSettings {
  requireOptionsOf(inspectorTable, options)
  return readOptions(inspectorTable, options)
}

function readHost(item: string): string | undefined {
  return /^[\w.-]+$/.test(item) ? item.toLowerCase() : undefined
}

function readOrigin(item: string): string | undefined {
  return URL.canParse(item) && new URL(item).origin === item ? item : undefined
}

function requireList(
  name: string,
  value: unknown,
  expected: string,
  read: (item: string) => string | undefined,
): readonly string[] {
  const fail = () => invalid(name, 'an array of strings', value)
  const items: unknown[] = lookAt(() => (Array.isArray(value) ? [...value] : undefined), fail) ?? fail()
  return items.map(
    (item, index) => (typeof item === 'string' && read(item)) || invalid(`${name}[${index}]`, expected, item),
  )
}
