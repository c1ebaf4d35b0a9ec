// Exactly how many clients wait in the kernel's queue of a listening socket. Linux tells.
import type { Libc } from './libc.ts'
import { lengthOfUnixQueue } from './socket-diagnosis.ts'
import { inodeOf } from './unix-table.ts'

const IPPROTO_TCP = 6
const TCP_INFO = 11
const SIZE_OF_INFO = 32
/** The first byte. */
const TCP_LISTEN = 10
/**
 * Of a listening socket, the fields that otherwise count unacknowledged segments are the length of
 * the queue, and the maximum that it was created with. By their place among the 32-bit words.
 */
const UNACKED = 24 / 4
const SACKED = 28 / 4

const info = new Uint8Array(SIZE_OF_INFO)
const infoWords = new Uint32Array(info.buffer)
const infoLength = new Uint32Array(1)

/**
 * Number of clients in the queue of a listening socket; `undefined` where the machine does not
 * tell, or `fd` is no such socket. Never throws.
 *
 * On a port it is one system call, of a microsecond or two. On a path it is four, and the kernel
 * looks through all unix sockets: some fifty microseconds, and thirty more for each thousand.
 *
 * Without the C library it is not known. `/proc/net/tcp` has it as well, but to read of one
 * listener there makes the kernel walk its table of connections, which took 40 ms on a machine
 * without any.
 */
export function queueLength(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || fd < 0 || process.platform !== 'linux') return undefined
  return lengthOfTcpQueue(fd, libc) ?? lengthOfUnixQueue(inodeOf(fd), libc)
}

/** The same, of a port only. */
export function lengthOfTcpQueue(fd: number, libc: Libc): number | undefined {
  if (process.platform !== 'linux') return undefined
  infoLength[0] = SIZE_OF_INFO
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, infoLength) !== 0) return undefined
  // Imitations of Linux leave both at zero. And a connection has segments there.
  const isTold = info[0] === TCP_LISTEN && infoWords[SACKED] !== 0
  return isTold ? infoWords[UNACKED] : undefined
}
