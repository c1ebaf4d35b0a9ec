// What a server should have whose clients come from the outside, and none has unless told.
import type { Address } from '../common/address.ts'
import { isClientError } from '../common/client-error.ts'
import type { ServerOptions } from './server-options.ts'

/**
 * Options for servers whose clients come from the outside, for both factories. Spread them before
 * your own; `undefined` takes one out. They, and what is in them, are frozen.
 *
 * - `idleTimeout: 60_000`: a connection on which nothing happens is cut off after a minute;
 * - `maxConnectionAge: { atMost: 3_600_000 }`: each has to connect anew after an hour, give or take
 *   a tenth, so that none has its place for ever;
 * - `maxConnectionsPerAddress: 100`: behind a load balancer, which is one address, give
 *   `proxyProtocol` as well, or take it out;
 * - `keepAlive: true`, `keepAliveInitialDelay: 60_000`: clients whose machines are gone are noticed
 *   within 70 s, also where `connection.setIdleTimeout` has switched the first one off;
 * - `onHandlerError`: what clients do wrong (`isClientError`) is ignored; other errors close the
 *   server, as by `'raise'`.
 *
 * Everything else that holds bad clients is on anyhow, but for the timeouts of reads, which depend
 * on your protocol: give them.
 *
 * @example
 * ```ts
 * const options: ServerOptions = { ...productionDefaults, maxConnections: 1_000 }
 * ```
 */
export const productionDefaults = Object.freeze({
  idleTimeout: 60_000,
  maxConnectionAge: Object.freeze({ atMost: 3_600_000 }),
  maxConnectionsPerAddress: 100,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
  onHandlerError(_address: Address, error: unknown): void {
    if (!isClientError(error)) throw error
  },
}) satisfies ServerOptions
