// Drives one connection of a server of this library as its model says.
import { SimulatedClock } from 'xstate'
import { requireFunction, requireInteger, requireOptions } from '../common/validate.ts'
import { loadLibc } from '../os/libc.ts'
import { Calls, type DriverHandler, type DriverWhere, onSomePort } from './calls.ts'
import type { ConnectionModelEvent } from './connection-events.ts'
import { type ConnectionDeadline, type ConnectionExpectations, requireDeadline } from './connection-model.ts'
import { ConnectionRun } from './connection-run.ts'
import type { DrivenConnectionServer, KeyAndCertificate } from './driven.ts'
import type { DriverSettings } from './driver-settings.ts'
import type { Driver } from './test-server.ts'

/** As `DriverSettings`. */
export interface ConnectionDriverSettings extends DriverSettings {
  readonly prefaceTimeout: number
  readonly onHandlerError: 'ignore'
  /** With `deadline: 'idle'`. */
  readonly idleTimeout?: number
  /** With `deadline: 'age'`. */
  readonly maxConnectionAge?: { readonly atMost: number; readonly jitter: number; readonly grace: number }
}

export interface ConnectionDriverOptions {
  /**
   * Bytes that a handler writes to a client that stalls: more than the kernel takes.
   * @default 33_554_432
   */
  stallSize?: number
  /**
   * Bytes that a handler writes to a client that lags: no more than the server's kernel takes, and
   * more than the client's does.
   * @default 1_048_576
   */
  lagSize?: number
  /**
   * As in the model. The settings that your server gets have `idleTimeout` or `maxConnectionAge`
   * then.
   * @default 'none'
   */
  deadline?: ConnectionDeadline
  /**
   * What its handlers call `connection.startTls` with, where the model has that: any certificate.
   */
  startTls?: KeyAndCertificate
}

const NOT_FROM_OUTSIDE: ReadonlySet<string> = new Set(['socket.closes', 'memory.runs.short'])
const FAILURES: ReadonlySet<string> = new Set(['handler.throws', 'handler.gives.up'])

/** All the lingering of a path is shorter than a flush, and than the default `bufferAgeLimit`. */
const LINGER = 2_000
const FLUSH = 300_000
const PREFACE = 1_000
/** Shorter than the time that passes. */
const IDLE = 8_000
/** Longer than all the time of a path that passes otherwise. */
const AGE = 100 * FLUSH

function deadlineSettings(
  deadline: ConnectionDeadline,
): Pick<ConnectionDriverSettings, 'idleTimeout' | 'maxConnectionAge'> {
  if (deadline === 'idle') return { idleTimeout: IDLE }
  return deadline === 'age' ? { maxConnectionAge: { atMost: AGE, jitter: 0, grace: AGE } } : {}
}

/**
 * A driver for servers of this library, whose model is made by `createConnectionModel` with the
 * same factory: it lets one client in, and performs what that, its handler and the server do. It
 * observes all that is expected. Linux only, and with koffi: `start` of the driver rejects where it
 * cannot be known what the client has taken.
 *
 * `start` is called for each path, and starts your server with the port and the handler that it is
 * given, as with `createDriver`, and with the settings, which go after your own options. Other time
 * limits of yours must be longer than five minutes, `bufferAgeLimit` between one and five. Three
 * things cannot be done from outside, and are in no path: a handler that fails a second time, a
 * socket that is closed before the handler starts, and memory that runs short.
 *
 * With `proxyProtocol` in the model, your server needs that option, with a list that has
 * 127.0.0.1; with `block`, it needs that, with a list that has 192.0.2.66 and not 192.0.2.1; with
 * `tls`, it needs that, with any certificate.
 *
 * Throws a `TypeError` or `RangeError` for a wrong argument.
 *
 * @example
 * ```ts
 * const driver = createConnectionDriver((where, handler, settings) =>
 *   Server.create(where, handler, { maxConnections: 100, ...settings }),
 * )
 * testServer(createConnectionModel({ factory: 'create' }), driver, { test })
 * ```
 */
export function createConnectionDriver(
  start: (
    where: DriverWhere,
    handler: DriverHandler,
    settings: ConnectionDriverSettings,
  ) => Promise<DrivenConnectionServer>,
  options: ConnectionDriverOptions = {},
): Driver<ConnectionModelEvent, ConnectionExpectations> {
  requireFunction('start', start)
  const {
    stallSize = 32 * 1024 * 1024,
    lagSize = 1024 * 1024,
    deadline = 'none',
    startTls,
  } = requireOptions('createConnectionDriver', options, ['stallSize', 'lagSize', 'deadline', 'startTls'])
  const ofDeadline = deadlineSettings(requireDeadline(deadline))
  for (const [name, size] of Object.entries({ stallSize, lagSize })) {
    requireInteger(name, size, 1, Number.MAX_SAFE_INTEGER)
  }
  return {
    can: ({ type }, { state }) =>
      (type !== 'handler.secures' || startTls !== undefined) &&
      !NOT_FROM_OUTSIDE.has(type) &&
      (!FAILURES.has(type) || state !== 'closing'),
    start: async () => {
      const libc = process.platform === 'linux' ? await loadLibc() : undefined
      if (!libc) throw new Error('A connection can be driven on Linux with koffi only')
      const calls = new Calls()
      const clock = new SimulatedClock()
      const settings = {
        clock,
        flushTimeout: FLUSH,
        lingerTimeout: LINGER,
        prefaceTimeout: PREFACE,
        onHandlerError: 'ignore',
        ...ofDeadline,
      } as const
      const { server, port } = await onSomePort((where) => start(where, calls.handler, settings))
      return new ConnectionRun({ server, port, calls, libc, settings, stallSize, lagSize, startTls })
    },
  }
}
