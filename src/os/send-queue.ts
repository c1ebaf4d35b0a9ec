// Tells whether a peer has taken everything that was sent to it.
import type { Libc } from './libc.ts'

/**
 * The request of Linux's ioctl(2) for the bytes that the peer has not acknowledged; FIN counts as
 * one. On a unix socket, for those that were not read.
 */
const SIOCOUTQ = 0x5411

const value = new Int32Array(1)

/** Number of bytes that its kernel has not acknowledged; `undefined` where that is not known. */
export function unacknowledged(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || process.platform !== 'linux') return undefined
  return libc.ioctl(fd, SIOCOUTQ, value) === 0 ? value[0] : undefined
}

/** Whether it has everything, FIN included; `undefined` where that is not known. */
export function hasPeerAll(fd: number, libc: Libc | undefined): boolean | undefined {
  const rest = unacknowledged(fd, libc)
  return rest === undefined ? undefined : rest === 0
}
