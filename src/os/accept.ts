// Accepts as libuv does, and tells the error of accept(2), which libuv swallows.
import { channel } from 'node:diagnostics_channel'
import { type ServerOpts, Socket } from 'node:net'
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { closeDescriptor } from './close-descriptor.ts'
import type { Libc } from './libc.ts'
import { type HandleClass, handleOn } from './native-handle.ts'
import { markUnread } from './unread-socket.ts'

/** Where Node tells of the sockets that its servers accept. */
const acceptedSockets = channel('net.server.socket')

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
  const handle = handleClass && handleOn(fd, handleClass)
  const socket = handle ? socketBy(handle, options, true) : socketByDescriptor(fd, options)
  return socket && asOfServer(socket, options)
}

/** As `net.Server` makes it of a handle that libuv has accepted. */
export function socketOn(handle: object, options: ServerOpts): Socket {
  return asOfServer(socketBy(handle, options, false), options)
}

function socketBy(handle: object, options: ServerOpts, isUnread: boolean): Socket {
  const { allowHalfOpen = false, highWaterMark, pauseOnConnect = false } = options
  const chosen: object = {
    handle,
    allowHalfOpen,
    pauseOnCreate: pauseOnConnect,
    manualStart: isUnread,
    readable: true,
    writable: true,
    readableHighWaterMark: highWaterMark,
    writableHighWaterMark: highWaterMark,
    // What `Socket` chooses itself. Where it has to add them, V8 of Node 20 makes a hidden class
    // for each socket, and looks up all that is read of it the slow way: that was a seventh of what
    // a short connection costs.
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  }
  return markUnread(new Socket(chosen), isUnread && !pauseOnConnect)
}

/** Node finds out what kind of descriptor it is. */
function socketByDescriptor(fd: number, options: ServerOpts): Socket | undefined {
  const { allowHalfOpen = false, highWaterMark, pauseOnConnect = false } = options
  const chosen: object = {
    fd,
    allowHalfOpen,
    pauseOnCreate: pauseOnConnect,
    manualStart: true,
    readable: true,
    writable: true,
    ...(highWaterMark !== undefined && {
      readableHighWaterMark: highWaterMark,
      writableHighWaterMark: highWaterMark,
    }),
  }
  try {
    return markUnread(new Socket(chosen), !pauseOnConnect)
  } catch {
    closeDescriptor(fd)
    return undefined
  }
}

function asOfServer(socket: Socket, options: ServerOpts): Socket {
  const { noDelay, keepAlive, keepAliveInitialDelay = 0 } = options
  if (noDelay) socket.setNoDelay(true)
  if (keepAlive) socket.setKeepAlive(true, keepAliveInitialDelay)
  if (acceptedSockets.hasSubscribers) acceptedSockets.publish({ socket })
  return socket
}
