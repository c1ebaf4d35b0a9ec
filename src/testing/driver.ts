// Drives a server of this library as its model says.
import { SimulatedClock } from 'xstate'
import { requireFunction } from '../common/validate.ts'
import { loadLibc } from '../os/libc.ts'
import { Calls, type DriverHandler, type DriverWhere, onSomePort } from './calls.ts'
import { type DriverSettings, LONGER_THAN_A_PATH } from './driver-settings.ts'
import type { ListenerModelEvent } from './listener-events.ts'
import type { ListenerExpectations } from './listener-expectations.ts'
import { type DrivenServer, ServerRun } from './server-run.ts'
import type { Driver } from './test-server.ts'

export type StartServer<Server extends DrivenServer> = (
  where: DriverWhere,
  handler: DriverHandler,
  settings: DriverSettings,
) => Promise<Server>

/**
 * A driver for servers of this library, whose model is made by `createListenerModel` with the same
 * options. It performs what clients, handlers and the methods of the server do, and observes
 * everything; `newClient` at the end of a path, by one more client.
 *
 * `start` is called for each path, and starts your server with the port and the handler that it is
 * given; again, with another port, if that one is taken. The handler must get its arguments as they
 * are. Nothing else may connect to the server.
 *
 * If `start` has a third parameter, it gets settings, which go after your own options: then time
 * passes where the model says so, clients linger, and another process takes the address. Without
 * it, no path has these. None has an accept(2) that fails, nor an exhausted process.
 *
 * @example
 * ```ts
 * const driver = createDriver((where, handler, settings) =>
 *   Server.create(where, handler, { maxConnections: 2, onHandlerError: 'ignore', ...settings }),
 * )
 * ```
 */
export function createDriver(
  start: StartServer<DrivenServer>,
): Driver<ListenerModelEvent, ListenerExpectations> {
  requireFunction('start', start)
  const hasSettings = start.length > 2
  return {
    can: ({ type }) => POSSIBLE.has(type) || (hasSettings && WITH_SETTINGS.has(type)),
    start: async () => (await startRun(start)).run,
  }
}

/** Starts a server, and what drives it. */
export async function startRun<Server extends DrivenServer>(
  start: StartServer<Server>,
): Promise<{ run: ServerRun; server: Server }> {
  const calls = new Calls()
  const clock = new SimulatedClock()
  const settings = { clock, flushTimeout: LONGER_THAN_A_PATH, lingerTimeout: LONGER_THAN_A_PATH }
  const { server, port } = await onSomePort((where) => start(where, calls.handler, settings))
  return { server, run: new ServerRun({ server, port, calls, clock, libc: await loadLibc() }) }
}

type Types = ReadonlySet<ListenerModelEvent['type']>

const POSSIBLE: Types = new Set([
  'connect',
  'client.resets',
  'handler.returns',
  'handler.throws',
  'pause',
  'resume',
  'drop.start',
  'drop.stop',
  'limit.changed',
  'close',
  'drain',
])

const WITH_SETTINGS: Types = new Set([
  'client.stays',
  'time.passes',
  'drain.expired',
  'address.taken',
  'address.freed',
  'at.once',
])
