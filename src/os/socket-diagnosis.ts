// Asks the kernel about one unix socket, as `ss` does: by a message to its service of socket
// diagnosis. Linux only.
import { readSync, writeSync } from 'node:fs'
import { closeDescriptor } from './close-descriptor.ts'
import type { Libc } from './libc.ts'

const AF_NETLINK = 16
const NETLINK_SOCK_DIAG = 4
/** `SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK`. */
const SOCKET_TYPE = 3 | 0o2000000 | 0o4000

const SOCK_DIAG_BY_FAMILY = 20
const NLM_F_REQUEST = 1
const AF_UNIX = 1
const UDIAG_SHOW_RQLEN = 0x10
const ANY = 0xff_ff_ff_ff

/**
 * `struct nlmsghdr`, then `struct unix_diag_req`, as 32-bit words: length, type and flags, number,
 * sender; family, states, inode, what to show, a cookie of two words.
 */
const request = new Uint32Array(10)
const INODE = 6
request.set([request.byteLength, 0, 0, 0, 0, ANY, 0, UDIAG_SHOW_RQLEN, ANY, ANY])
new Uint16Array(request.buffer).set([SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST], 2)
new Uint8Array(request.buffer)[16] = AF_UNIX

/**
 * The same header, `struct unix_diag_msg` (family, type and state; inode; cookie), and attributes:
 * length and type, then a value, which is that of the queue and its maximum.
 */
const answer = new Uint8Array(256)
const answerWords = new Uint32Array(answer.buffer)
const answerHalves = new Uint16Array(answer.buffer)
const TYPE = 2
const OFFSET_OF_STATE = 18
const TCP_LISTEN = 10
const ANSWERED_INODE = 5
const ATTRIBUTE_TYPE = 17
const UNIX_DIAG_RQLEN = 4
const QUEUE = 9
const SIZE_OF_ANSWER = 44

/**
 * Number of clients in the queue of the listening unix socket with this inode; `undefined` where
 * there is none, or the kernel does not answer. Never throws.
 */
export function lengthOfUnixQueue(inode: string, libc: Libc): number | undefined {
  if (inode === '') return undefined
  const fd = libc.socket(AF_NETLINK, SOCKET_TYPE, NETLINK_SOCK_DIAG)
  if (fd === -1) return undefined
  try {
    request[INODE] = Number(inode)
    writeSync(fd, request)
    // The answer is there when the question has been taken.
    return readSync(fd, answer) < SIZE_OF_ANSWER ? undefined : lengthIn(inode)
  } catch {
    return undefined
  } finally {
    closeDescriptor(fd)
  }
}

function lengthIn(inode: string): number | undefined {
  const isOfListener =
    answerHalves[TYPE] === SOCK_DIAG_BY_FAMILY &&
    answer[OFFSET_OF_STATE] === TCP_LISTEN &&
    answerWords[ANSWERED_INODE] === Number(inode)
  return isOfListener && answerHalves[ATTRIBUTE_TYPE] === UNIX_DIAG_RQLEN ? answerWords[QUEUE] : undefined
}
