// Tells whether clients wait to be accepted, and the error of accept(2). Node tells neither: libuv
// swallows every error of accept(2), and since the socket stays readable, it tries again in
// each turn of the event loop, for ever and without a word.
import { channel } from 'node:diagnostics_channel'
import { fstatSync, readFileSync } from 'node:fs'
import { type ServerOpts, Socket } from 'node:net'
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { closeDescriptor } from './close-descriptor.ts'
import type { Libc } from './libc.ts'
import { type HandleClass, handleOn } from './native-handle.ts'
import { lengthOfTcpQueue } from './queue-length.ts'
import { unreadSocket } from './unread-socket.ts'

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
 * Minimum number of waiting clients; `undefined` where the machine does not tell. It is exact on a
 * port of Linux, else 1 stands for any number.
 */
export function waitingClients(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || fd < 0) return undefined
  return lengthOfTcpQueue(fd, libc) ?? Number(poll(fd, libc))
}

/** Where Node tells of the sockets that its servers accept. */
const acceptedSockets = channel('net.server.socket')

/**
 * How many clients wait; `undefined` where the machine tells at most that some do.
 */
export function knownWaiting(fd: number, libc: Libc | undefined): number | undefined {
  if (!libc || fd < 0) return undefined
  return lengthOfTcpQueue(fd, libc) ?? (poll(fd, libc) ? undefined : 0)
}

/**
 * Takes the first client of the queue as libuv would: its socket, with the options of a server;
 * `undefined` if none waits any more. Throws the error of accept(2). With the class of the server's
 * handle, Node need not ask the OS what kind of descriptor it is.
 */
export function acceptNow(
  fd: number,
  libc: Libc,
  options: ServerOpts,
  handleClass?: HandleClass,
): Socket | undefined {
  const accepted = libc.accept(fd)
  if (accepted !== -1) return socketOf(accepted, options, handleClass)
  const errno = libc.errno()
  if (errno === constants.errno.EAGAIN || errno === constants.errno.EWOULDBLOCK) return undefined
  throw acceptError(errno)
}

/** An error that libuv keeps for itself, where the C library cannot be asked. */
export function unknownAcceptError(): NodeJS.ErrnoException {
  return Object.assign(new Error('accept: clients wait, and accept(2) takes none of them'), {
    syscall: 'accept',
  })
}

function acceptError(errno: number): NodeJS.ErrnoException {
  const [code = `errno ${errno}`, reason = 'unknown error'] = getSystemErrorMap().get(-errno) ?? []
  return Object.assign(new Error(`accept ${code}: ${reason}`), { errno: -errno, code, syscall: 'accept' })
}

/**
 * As `net.Server` makes them of what it accepts, but that it reads only after `beginReading`;
 * `undefined` where the client has gone.
 */
function socketOf(fd: number, options: ServerOpts, handleClass?: HandleClass): Socket | undefined {
  const { noDelay, keepAlive, keepAliveInitialDelay = 0 } = options
  const socket = socketByClass(fd, options, handleClass) ?? socketOn({ fd }, options)
  if (!socket) {
    closeDescriptor(fd)
    return undefined
  }
  if (noDelay) socket.setNoDelay(true)
  if (keepAlive) socket.setKeepAlive(true, keepAliveInitialDelay)
  if (acceptedSockets.hasSubscribers) acceptedSockets.publish({ socket })
  return socket
}

/** `undefined` where that is not possible, and Node is to find out what the descriptor is. */
function socketByClass(fd: number, options: ServerOpts, handleClass?: HandleClass): Socket | undefined {
  const handle = handleClass && handleOn(fd, handleClass)
  return handle && socketOn({ handle }, options)
}

function socketOn(what: { fd: number } | { handle: object }, options: ServerOpts): Socket | undefined {
  const { allowHalfOpen = false, highWaterMark, pauseOnConnect = false } = options
  const chosen: object = {
    ...what,
    allowHalfOpen,
    pauseOnCreate: pauseOnConnect,
    readable: true,
    writable: true,
    ...(highWaterMark !== undefined && {
      readableHighWaterMark: highWaterMark,
      writableHighWaterMark: highWaterMark,
    }),
  }
  try {
    return pauseOnConnect ? new Socket(chosen) : unreadSocket(chosen)
  } catch {
    return undefined
  }
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
