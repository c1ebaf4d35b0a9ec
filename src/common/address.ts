import type { AddressInfo } from 'node:net'

/**
 * One end of a connection. Clients of a unix socket have no name of their own: `path` is that of
 * the server. As in `net`, an IPv4 client of a server on `::` has an IPv6 address like
 * `::ffff:192.0.2.1`.
 */
export type Address =
  | { readonly family: 'IPv4' | 'IPv6'; readonly address: string; readonly port: number }
  | { readonly family: 'unix'; readonly path: string }

/**
 * An `Address` from what `net` says of a bound socket: an object for TCP, a path for a unix socket.
 */
export function boundAddress(bound: AddressInfo | string | null): Address {
  if (bound === null || typeof bound === 'string') return { family: 'unix', path: bound ?? '' }
  return { family: bound.family === 'IPv6' ? 'IPv6' : 'IPv4', address: bound.address, port: bound.port }
}

/**
 * Both ends of a connection as `net` names them, on a socket and in its event `'drop'`. All are
 * undefined for a unix socket, and for a peer that is gone.
 */
export interface Ends {
  readonly localFamily?: string | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteFamily?: string | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

/**
 * The address of the peer of a socket accepted by a server on `server`. A peer that had gone before
 * it was accepted has no address any more: `address` is then `''` and `port` 0.
 */
export function remoteAddress(socket: Ends, server: Address): Address {
  return ipAddress(server, socket.remoteFamily, socket.remoteAddress, socket.remotePort)
}

/** The server's own address as this client sees it. */
export function localAddress(socket: Ends, server: Address): Address {
  return ipAddress(server, socket.localFamily, socket.localAddress, socket.localPort)
}

function ipAddress(
  server: Address,
  family: string | undefined,
  address: string | undefined,
  port: number | undefined,
): Address {
  if (server.family === 'unix') return server
  if (address === undefined) return { family: server.family, address: '', port: 0 }
  return { family: family === 'IPv6' ? 'IPv6' : 'IPv4', address, port: port ?? 0 }
}

/** An address as people write it: `127.0.0.1:7000`, `[::1]:7000`, `/run/app.sock`. */
export function formatAddress(address: Address): string {
  if (address.family === 'unix') return address.path
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`
}
