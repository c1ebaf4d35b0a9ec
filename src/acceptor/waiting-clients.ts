// How many clients wait to be accepted.
import type { Libc } from '../libc.ts'

const IPPROTO_TCP = 6
/** Of Linux. Of a listening socket, the field that otherwise counts unacknowledged segments is the length of the queue. */
const TCP_INFO = 11
const OFFSET_OF_UNACKED = 24
const SIZE = 32

const info = new Uint8Array(SIZE)
const view = new DataView(info.buffer)
const length = new Uint32Array(1)
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Those in the queue of a listening socket; `undefined` where the machine does not tell, as of unix sockets. */
export function waitingClients(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || process.platform !== 'linux' || fd < 0) return undefined
  length[0] = SIZE
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, length) !== 0) return undefined
  return view.getUint32(OFFSET_OF_UNACKED, isLittleEndian)
}
