// Sockets that are bound here, and not by Node, because something has to be done to them before:
// with Linux's numbers throughout.
import { isIPv4 } from 'node:net'
import { endianness, networkInterfaces } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import type { Libc } from './libc.ts'

const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const SOCK_STREAM = 1
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_REUSEPORT = 15
const SO_BINDTODEVICE = 25
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

const isLittleEndian = endianness() === 'LE'

/** The subject of a failure, for the error. */
interface About {
  address?: string
  port?: number
}

export function openUnixSocket(libc: Libc): number {
  return check(libc, 'socket', libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
}

/** Makes the file, too. */
export function bindUnixSocket(libc: Libc, fd: number, path: string): void {
  const address = Buffer.concat([uint16(AF_UNIX), Buffer.from(`${path}\0`)])
  // For bind(2) too, Node says `listen`.
  check(libc, 'listen', libc.bind(fd, address, address.length), { address: path })
}

export function openTcpSocket(libc: Libc, address: string): number {
  const domain = isIPv4(address) ? AF_INET : AF_INET6
  return check(libc, 'listen', libc.socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0), { address })
}

/** With the options that libuv sets. */
export function bindTcpSocket(
  libc: Libc,
  fd: number,
  address: string,
  port: number,
  { ipv6Only, reusePort }: { ipv6Only: boolean; reusePort: boolean },
): void {
  const about = { address, port }
  const set = (level: number, name: number, value: boolean) =>
    check(libc, 'listen', libc.setsockopt(fd, level, name, int(Number(value)), 4), about)
  set(SOL_SOCKET, SO_REUSEADDR, true)
  if (reusePort) set(SOL_SOCKET, SO_REUSEPORT, true)
  if (!isIPv4(address)) set(IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only)
  const name = isIPv4(address) ? ipv4Name(address, port) : ipv6Name(address, port)
  check(libc, 'listen', libc.bind(fd, name, name.length), about)
}

/** Throws `ENODEV` where there is no such interface, `EPERM` where it is not allowed. */
export function setInterface(libc: Libc, fd: number, name: string): void {
  const bytes = Buffer.from(`${name}\0`)
  check(libc, 'setsockopt', libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, bytes, bytes.length), {
    address: name,
  })
}

/** An error as Node makes them of a system call's. */
function check(libc: Libc, syscall: string, result: number, { address, port }: About = {}): number {
  if (result !== -1) return result
  const errno = -libc.errno()
  const [code, text] = getSystemErrorMap().get(errno) ?? ['UNKNOWN', `error ${-errno}`]
  const where = port === undefined ? address : `${address}:${port}`
  throw Object.assign(new Error(`${syscall} ${code}: ${text}${where === undefined ? '' : ` ${where}`}`), {
    code,
    errno,
    syscall,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  })
}

function ipv4Name(address: string, port: number): Buffer {
  return Buffer.concat([
    uint16(AF_INET),
    portBytes(port),
    Buffer.from(address.split('.').map(Number)),
    Buffer.alloc(8),
  ])
}

function ipv6Name(text: string, port: number): Buffer {
  const [address = '', zone] = text.split('%')
  return Buffer.concat([
    uint16(AF_INET6),
    portBytes(port),
    Buffer.alloc(4),
    ipv6Bytes(address),
    int(zone === undefined ? 0 : indexOfZone(zone, address)),
  ])
}

function ipv6Bytes(address: string): Buffer {
  // As a host it has one form, in which an IPv4 address at its end is written as the rest is.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = [], tail] = canonical.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])]
  const bytes = Buffer.alloc(16)
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index)
  return bytes
}

/** A zone is the number of an interface, or its name. */
function indexOfZone(zone: string, address: string): number {
  if (/^\d+$/.test(zone)) return Number(zone)
  const addresses = networkInterfaces()[zone] ?? []
  const found = addresses.find((one) => one.family === 'IPv6' && one.scopeid !== 0)
  if (found?.family === 'IPv6') return found.scopeid
  const code = 'ENODEV'
  throw Object.assign(new Error(`listen ${code}: no such device ${address}%${zone}`), {
    code,
    syscall: 'listen',
    address: `${address}%${zone}`,
  })
}

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(port)
  return bytes
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  if (isLittleEndian) bytes.writeUInt16LE(value)
  else bytes.writeUInt16BE(value)
  return bytes
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  if (isLittleEndian) bytes.writeInt32LE(value)
  else bytes.writeInt32BE(value)
  return bytes
}
