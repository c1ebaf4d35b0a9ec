// Ports, paths and descriptors: where a server can listen.
import { isAbsolute, resolve } from 'node:path'
import { describeValue, OptionRangeError } from '../common/errors.ts'
import {
  invalid,
  rejectUnknownKeys,
  requireBoolean,
  requireInteger,
  requireObject,
  requireString,
} from '../common/validate.ts'
import { MAX_INT } from './checks.ts'

/**
 * A TCP port.
 * @example
 * const where: TcpPort = { port: 7000, host: '127.0.0.1' }
 */
export interface TcpPort {
  /** An integer from 0 to 65,535; 0 for the OS's choice, which `server.listeningOn` tells. */
  port: number
  /**
   * An address, or a name that is looked up.
   * @default all addresses: `::`, IPv4 included unless `ipv6Only`, or `0.0.0.0` without IPv6
   */
  host?: string
  /**
   * Do not listen on IPv4 as well when `host` is `::`.
   * @default false
   */
  ipv6Only?: boolean
  /**
   * Let several sockets listen on this port and have the kernel share out clients (`SO_REUSEPORT`).
   * Refused before Node 22.12, which ignores it, and on macOS and Windows. The kernel goes on
   * giving a server that holds its share of the clients; a warning says so, once.
   * @default false
   */
  reusePort?: boolean
  /**
   * Accept clients of this network interface only (`SO_BINDTODEVICE`): `'eth1'`. It is set before
   * the socket listens, and kept through every pause. A client on the same machine is one of the
   * interface whose address it connects to. Needs Linux and koffi, and does not work in a worker of
   * `node:cluster`: else an `InterfaceUnavailableError`. An interface that does not exist is
   * `ENODEV`; `EPERM` means that the kernel (before 5.7) wants the capability `CAP_NET_RAW`.
   * @default every interface
   */
  interface?: string
}

/**
 * A unix socket (on Windows, a named pipe; on Linux also an abstract one, with a leading null
 * byte).
 *
 * A `rebind` removes the file (clients meanwhile get `ENOENT`) and makes a new one with the mode
 * and the owner that the last one had then. On Linux, with koffi, the file gets them before the
 * socket listens; elsewhere right after that. If the process may not give it that owner, a warning
 * says so, and a group that cannot be kept loses its permissions. ACLs are not kept.
 * @example
 * const where: UnixPath = { path: '/run/app.sock', writableAll: true }
 */
export interface UnixPath {
  /**
   * A relative path is made absolute when the server is created. Maximum length: 107 bytes on
   * Linux, 103 on macOS.
   */
  path: string
  /**
   * Let every user read from the file, as in `net`.
   * @default false
   */
  readableAll?: boolean
  /**
   * Let every user write to the file, and so connect, as in `net`.
   * @default false
   */
  writableAll?: boolean
}

/**
 * A socket that is bound or listening already, from systemd for instance. The server owns it from
 * then on and closes it. On Linux, it then also removes the file of a unix socket, unless another
 * process still has the socket.
 */
export interface InheritedDescriptor {
  /** A descriptor of this process, an integer of at least 0. */
  fd: number
}

/** Where a server can listen: a port, a path or a descriptor; a bare number is a port. */
export type WhereToListen = number | TcpPort | UnixPath | InheritedDescriptor

/** Type of `server.listeningOn`: the path of a unix socket, the port of a TCP socket. */
export type ListeningOn<Where extends WhereToListen> = Where extends UnixPath
  ? string
  : Where extends number | TcpPort
    ? number
    : number | string

export type Target =
  | { kind: 'port'; port: number; host?: string; ipv6Only: boolean; reusePort: boolean; interface?: string }
  | { kind: 'path'; path: string; readableAll: boolean; writableAll: boolean }
  | { kind: 'fd'; fd: number }

const MAX_PORT = 65_535
/** Where libuv takes `SO_REUSEPORT`. */
const SHARES_PORTS = new Set<string>(['linux', 'freebsd', 'dragonfly', 'sunos', 'aix'])
/** In bytes: `IFNAMSIZ` without the null byte. */
const MAX_INTERFACE = 15
/** In bytes: the room of `sun_path`. libuv cuts off a longer one, and listens somewhere else. */
const MAX_PATH: Partial<Record<NodeJS.Platform, number>> = { linux: 107, darwin: 103 }

/** Checks `where` and gives it one form. Opens nothing. */
export function parseWhere(where: WhereToListen): Target {
  if (typeof where === 'number') return parsePort({ port: where })
  // A way that is `undefined` is one that was not taken.
  const given: Partial<TcpPort & UnixPath & InheritedDescriptor> = Object.fromEntries(
    Object.entries(requireObject('where', where, 'a port, { port }, { path } or { fd }')).filter(
      ([, value]) => value !== undefined,
    ),
  )
  const kinds = (['port', 'path', 'fd'] as const).filter((kind) => given[kind] !== undefined)
  const [kind] = kinds
  if (kinds.length !== 1 || kind === undefined) {
    return invalid('where', 'an object with exactly one of port, path and fd', where)
  }
  if (kind === 'path') {
    return parsePath(given as UnixPath)
  }
  if (kind === 'fd') {
    rejectUnknownKeys('where', given, ['fd'])
    return { kind, fd: requireInteger('where.fd', given.fd, 0, MAX_INT) }
  }
  return parsePort(given as TcpPort)
}

function parsePort(where: TcpPort): Target {
  rejectUnknownKeys('where', where, ['port', 'host', 'ipv6Only', 'reusePort', 'interface'])
  const { port, host, interface: name, ipv6Only = false, reusePort = false } = where
  return {
    kind: 'port',
    port: requireInteger('where.port', port, 0, MAX_PORT),
    ...(host !== undefined && { host: requireString('where.host', host) }),
    ipv6Only: requireBoolean('where.ipv6Only', ipv6Only),
    reusePort: requireReusable(requireBoolean('where.reusePort', reusePort)),
    ...(name !== undefined && { interface: requireInterface('where.interface', name) }),
  }
}

function parsePath(where: UnixPath): Target {
  rejectUnknownKeys('where', where, ['path', 'readableAll', 'writableAll'])
  const { readableAll = false, writableAll = false } = where
  const path = requirePath(where.path)
  requireBoolean('where.readableAll', readableAll)
  requireBoolean('where.writableAll', writableAll)
  if (path.startsWith('\0') && (readableAll || writableAll)) {
    const name = readableAll ? 'readableAll' : 'writableAll'
    return invalid(`where.${name}`, 'false for an abstract socket, which has no file', true)
  }
  return { kind: 'path', path, readableAll, writableAll }
}

/** The name of a network interface, as the kernel would take it. */
export function requireInterface(option: string, value: unknown): string {
  const name = requireString(option, value)
  if (/[\0/\s]/.test(name) || name === '.' || name === '..') {
    return invalid(option, 'the name of a network interface, without null bytes, slashes and blanks', name)
  }
  if (Buffer.byteLength(name) > MAX_INTERFACE) {
    throw new OptionRangeError(
      `${option} must be at most ${MAX_INTERFACE} bytes long, but it is ${describeValue(name)}`,
    )
  }
  return name
}

/** Node ignores it where it does not know it, and the second server would find the port taken. */
function requireReusable(reusePort: boolean): boolean {
  if (!reusePort) return false
  const { platform, versions } = process
  if (SHARES_PORTS.has(platform) && knowsReusePort(versions.node)) return true
  throw new OptionRangeError(
    `where.reusePort: true needs Node 22.12 or newer (or 23.1) on a system that shares out clients, but this is Node ${versions.node} on ${platform}`,
  )
}

/** @internal Exported for tests. */
export function knowsReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 22 ? minor >= 12 : major === 23 ? minor >= 1 : major > 23
}

function requirePath(value: unknown): string {
  const path = requireString('where.path', value)
  // A leading one makes a socket of Linux's abstract namespace; any other ends the path for the
  // kernel, though not for Node.
  if (path.includes('\0', 1) || path === '\0') return invalid('where.path', 'a path without null bytes', path)
  const max = MAX_PATH[process.platform] ?? Number.POSITIVE_INFINITY
  if (Buffer.byteLength(path) > max) {
    throw new OptionRangeError(
      `where.path must be at most ${max} bytes long, but it is ${describeValue(path)}`,
    )
  }
  // An abstract socket or a pipe has no folder.
  if (process.platform === 'win32' || path.startsWith('\0') || isAbsolute(path)) return path
  const absolute = resolve(path)
  if (Buffer.byteLength(absolute) > max) {
    throw new OptionRangeError(
      `where.path must be at most ${max} bytes long when it is made absolute, but ${describeValue(path)} is ${describeValue(absolute)}; choose a shorter path, or another working directory`,
    )
  }
  return absolute
}
