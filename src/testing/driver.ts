// Drives a server of this library as its model says.
import { SimulatedClock } from 'xstate'
import { invalid, requireFunction } from '../common/validate.ts'
import { loadLibc } from '../os/libc.ts'
import { Calls, type DriverHandler, type DriverWhere, onSomePort } from './calls.ts'
import type { DrivenServer } from './driven.ts'
import { type DriverSettings, LONGER_THAN_A_PATH } from './driver-settings.ts'
import type { ListenerModelEvent } from './listener-events.ts'
import type { ListenerExpectations } from './listener-expectations.ts'
import { ServerRun } from './server-run.ts'
import type { Driver } from './test-server.ts'

export type StartServer<Server extends DrivenServer> = (
  where: DriverWhere,
  handler: DriverHandler,
  settings: DriverSettings,
) => Promise<Server>

/**
 * A driver for servers of this library, whose model is made by `createListenerModel` with the same
 * options. It performs everything but an accept(2) that fails and an exhausted process, and
 * observes everything; `newClient` at the end of a path, by one more client.
 *
 * `start` is called for each path, and starts your server with the port and the handler that it is
 * given; again, with another port, if that one is taken. The handler must get its arguments as they
 * are. Nothing else may connect to the server.
 *
 * The settings go after your own options: with them time passes where the model says so. Without
 * them a path fails as soon as it needs that; there is none with `includeFaults: false`.
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
  ...others: never[]
): Driver<ListenerModelEvent, ListenerExpectations> {
  requireFunction('start', start)
  // Options are the server's and the model's: here they would be lost.
  if (others.length > 0) invalid('The second argument of createDriver()', 'left out', others[0])
  return {
    can: ({ type }) => type !== 'accept.exhausted' && type !== 'accept.failed',
    start: async () => (await startRun(start)).run,
  }
}

/** Starts a server, and what drives it. */
export async function startRun<Server extends DrivenServer>(
  start: StartServer<Server>,
): Promise<{ run: ServerRun; server: Server }> {
  const calls = new Calls()
  const clock = new SimulatedClock()
  let isClockTaken = false
  const settings = {
    get clock() {
      isClockTaken = true
      return clock
    },
    flushTimeout: LONGER_THAN_A_PATH,
    lingerTimeout: LONGER_THAN_A_PATH,
  }
  const { server, port } = await onSomePort((where) => start(where, calls.handler, settings))
  const libc = await loadLibc()
  return {
    server,
    run: new ServerRun({ server, port, calls, clock: isClockTaken ? clock : undefined, libc }),
  }
}
