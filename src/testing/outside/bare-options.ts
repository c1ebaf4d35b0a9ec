// What a driver is told of a server that is known by its port alone.
import type { Socket } from 'node:net'
import {
  invalid,
  rejectUnknownKeys,
  requireDuration,
  requireFunction,
  requireInteger,
  requireObject,
  requireOneOf,
  requireString,
} from '../../common/validate.ts'
import type { ListenerModelEvent } from '../listener-events.ts'
import type { ListenerExpectations } from '../listener-expectations.ts'
import type { Driver } from '../test-server.ts'

/** Where a server is. */
export interface BareAddress {
  port: number
  /** @default '127.0.0.1' */
  host?: string
  /**
   * Its process; `process.pid` says that it is this one. Linux finds it out by itself where the
   * user may know.
   */
  pid?: number
}

/** A server that was started for one path. */
export interface BareServer extends BareAddress {
  /** Brings about what clients cannot: `close`, or a limit that changes. See `can`. */
  perform?(event: ListenerModelEvent): unknown
  /** Ends the server. Called once, when its clients are gone. */
  end(): unknown
}

/** What is the same for all servers. */
export interface BareDriverSettings {
  /**
   * What becomes of clients over the limit, as in the options of the model. With `'drop'`, one that
   * is closed before it was served counts as dropped by FIN as well as by RST, which is what it
   * sees where the server closes without reading what it has sent.
   * @default 'wait'
   */
  overLimit?: 'wait' | 'drop'
  /**
   * Where clients may wait. `'queue'`: in the kernel's, where that can be seen (on Linux); one that
   * was accepted and is not served is shown as `'accepted'`, and fails the path. `'anywhere'`: in
   * the server as well.
   * @default 'queue'
   */
  waitIn?: 'queue' | 'anywhere'
  /**
   * Milliseconds without which no step counts as over. Alone it stands for everything else that is
   * known of the server; with `pid` it comes on top, for a server with timers.
   * @default 0 where the process of the server is known, 50 elsewhere
   */
  quiet?: number
  /** What each client sends first: for a server that says nothing until it is spoken to. */
  hello?: string | Uint8Array
  /**
   * Whether a client is served that has received this so far, 64 KiB at most; asked again with
   * more, until it is.
   * @default any byte will do
   */
  isServed?: (received: Buffer) => boolean
  /**
   * Makes the server end the connection of a client that it serves; what it returns is awaited.
   * @default the client ends its side
   */
  returns?: (socket: Socket) => unknown
  /**
   * Which events may be in a path.
   * @default `connect`, `client.resets` and `handler.returns`
   */
  can?: NonNullable<Driver<ListenerModelEvent, ListenerExpectations>['can']>
}

/** Either `start` or `port`. */
export type BareDriverOptions = BareDriverSettings &
  (
    | {
        /** Starts a server, a new one for each path. */
        start: () => BareServer | Promise<BareServer>
        port?: undefined
        host?: undefined
        pid?: undefined
      }
    | ({ start?: undefined } & BareAddress)
  )

const SETTINGS: readonly (keyof BareDriverSettings)[] = [
  'overLimit',
  'waitIn',
  'quiet',
  'hello',
  'isServed',
  'returns',
  'can',
]
const ADDRESS: readonly (keyof BareAddress)[] = ['port', 'host', 'pid']
const MAX_PID = 2 ** 22

/** Throws a `TypeError` or `RangeError` that names what is wrong, and its value. */
export function checkBareOptions(options: BareDriverOptions): BareDriverOptions {
  requireObject('The argument of createBareDriver()', options, 'an object')
  const { start, overLimit, waitIn, quiet, hello, isServed, returns, can } = options
  if (start === undefined) {
    rejectUnknownKeys('createBareDriver', options, ['start', ...ADDRESS, ...SETTINGS])
    checkAddress('', options)
  } else {
    rejectUnknownKeys('createBareDriver', options, ['start', ...SETTINGS])
    requireFunction('start', start)
  }
  if (overLimit !== undefined) requireOneOf('overLimit', overLimit, ['wait', 'drop'])
  if (waitIn !== undefined) requireOneOf('waitIn', waitIn, ['queue', 'anywhere'])
  if (quiet !== undefined) requireDuration('quiet', quiet)
  if (hello !== undefined && !(hello instanceof Uint8Array)) requireString('hello', hello)
  if (isServed !== undefined) requireFunction('isServed', isServed)
  if (returns !== undefined) requireFunction('returns', returns)
  if (can !== undefined) requireFunction('can', can)
  return options
}

export function checkStarted(server: BareServer): BareServer {
  requireObject('The result of start()', server, '{ port, host?, pid?, perform?, end }')
  checkAddress('start().', server)
  if (server.perform !== undefined) requireFunction('start().perform', server.perform)
  requireFunction('start().end', server.end)
  return server
}

function checkAddress(prefix: string, { port, host, pid }: BareAddress): void {
  if (port === undefined) invalid(`${prefix}port`, 'that of a server, or start a function', port)
  requireInteger(`${prefix}port`, port, 1, 65_535)
  if (host !== undefined) requireString(`${prefix}host`, host)
  if (pid !== undefined) requireInteger(`${prefix}pid`, pid, 1, MAX_PID)
}
