// Drives any TCP server as the model of a listener says, by its port alone.
import type { ListenerModelEvent } from '../listener-events.ts'
import type { ListenerExpectations } from '../listener-expectations.ts'
import type { Driver } from '../test-server.ts'
import { type BareDriverOptions, checkBareOptions, checkStarted } from './bare-options.ts'
import { BareRun } from './bare-run.ts'

/**
 * A driver for any TCP server: in this process or another one, in any language. Its model is made
 * by `createListenerModel` with `seenFrom: 'outside'`, and `factory: 'create'` where a client that
 * resets its connection frees its place at once, as with most servers. What its clients see is all
 * that is observed.
 *
 * With `start`, there is a new server for each path. With `port`, it is the same for all of them:
 * nothing else may connect to it, and after each path its clients leave; where the server does not
 * end their connections within two seconds, the path fails.
 *
 * A step is over when the processes that listen on the port sleep, with their children, which Linux
 * tells; elsewhere, and for a server on another machine, after `quiet` milliseconds. A step fails
 * where they do not sleep within the patience of the test.
 *
 * Throws a `TypeError` or `RangeError` that names the option and its value for a wrong one, or one
 * that is not known.
 *
 * @example
 * ```ts
 * const model = createListenerModel({ seenFrom: 'outside', factory: 'create', maxConnections: 2 })
 * testServer(model, createBareDriver({ port: 7000 }), { test })
 * ```
 */
export function createBareDriver(
  options: BareDriverOptions,
): Driver<ListenerModelEvent, ListenerExpectations> {
  const { start, port, host, pid, can, ...settings } = checkBareOptions(options)
  return {
    can: can ?? canClients,
    start: async () => {
      if (start === undefined) return BareRun.at({ port, host, pid }, settings)
      const server = await start()
      try {
        return await BareRun.at(checkStarted(server), settings)
      } catch (error) {
        await server?.end?.()
        throw error
      }
    },
  }
}

/** What clients bring about. */
export function canClients({ type }: ListenerModelEvent): boolean {
  return type === 'connect' || type === 'client.resets' || type === 'handler.returns'
}
