// Tells whether clients wait to be accepted. Node does not: where accept(2) fails, libuv swallows
// the error, and since the socket stays readable, it tries again in each turn of the event loop,
// for ever and without a word.
import { fstatSync, readFileSync } from 'node:fs'
import type { Libc } from './libc.ts'
import { lengthOfTcpQueue } from './queue-length.ts'

const POLLIN = 1
const SIZE_OF_POLLFD = 8

const pollfd = new Uint8Array(SIZE_OF_POLLFD)
const pollfdView = new DataView(pollfd.buffer)
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * In `/proc/net/tcp`: the sum of the queues, here of waiting clients, and further on the inode of
 * the socket; `0A` is listening.
 */
const ROW_OF_LISTENER = /^ *\d+: \S+ \S+ 0A [0-9A-F]+:([0-9A-F]+) \S+ \S+ +\d+ +\d+ (\d+) /gm
/**
 * In `/proc/net/unix`: a client that was not accepted has no inode yet, and bears the path of the
 * listener.
 */
const ROW_OF_UNIX_SOCKET = /^\S+ \S+ \S+ \S+ \S+ (\S+) +(\d+) (.+)$/gm
const CONNECTING = '02'

/**
 * Whether a client waits in the queue of a listening socket; `undefined` where the machine does not
 * tell.
 */
export function isSomebodyWaiting(fd: number, libc: Libc | undefined): boolean | undefined {
  if (libc) return poll(fd, libc)
  if (process.platform !== 'linux') return undefined
  try {
    const inode = String(fstatSync(fd).ino)
    return isWaitingOnPort(inode) ?? isWaitingOnPath(inode)
  } catch {
    return undefined
  }
}

/**
 * How many clients wait, where one system call tells; `undefined` where it tells at most that some
 * do. `queueLength` knows more, and costs more.
 */
export function knownWaiting(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || fd < 0) return undefined
  return lengthOfTcpQueue(fd, libc) ?? (poll(fd, libc) ? undefined : 0)
}

function poll(fd: number, libc: Libc): boolean {
  pollfdView.setInt32(0, fd, isLittleEndian)
  pollfdView.setInt16(4, POLLIN, isLittleEndian)
  pollfdView.setInt16(6, 0, isLittleEndian)
  return libc.poll(pollfd, 1, 0) === 1 && (pollfdView.getInt16(6, isLittleEndian) & POLLIN) !== 0
}

function isWaitingOnPort(inode: string): boolean | undefined {
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const [, waiting = '', found] of tableText(table).matchAll(ROW_OF_LISTENER)) {
      if (found === inode) return Number.parseInt(waiting, 16) > 0
    }
  }
  return undefined
}

function isWaitingOnPath(inode: string): boolean | undefined {
  const rows = [...tableText('/proc/net/unix').matchAll(ROW_OF_UNIX_SOCKET)]
  const path = rows.find(([, , found]) => found === inode)?.[3]
  if (path === undefined) return undefined
  return rows.some(([, state, found, name]) => state === CONNECTING && found === '0' && name === path)
}

function tableText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
