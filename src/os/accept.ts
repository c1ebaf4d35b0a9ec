// Accepts as libuv does, and tells the error of accept(2), which libuv swallows.
import { channel } from 'node:diagnostics_channel'
import { type ServerOpts, Socket } from 'node:net'
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { closeDescriptor } from './close-descriptor.ts'
import type { Libc } from './libc.ts'
import { type HandleClass, handleOn, type NativeHandle } from './native-handle.ts'
import { markUnread } from './unread-socket.ts'

/** Where Node tells of the sockets that its servers accept. */
const acceptedSockets = channel('net.server.socket')

const MILLISECONDS = 1_000

/**
 * Takes the first client of the queue as libuv would: its socket, with the options of a server;
 * `undefined` if none waits any more. Throws the error of accept(2). With the class of the server's
 * handle, Node need not ask the OS what kind of descriptor it is. Where `hasOptions`, the client
 * has `noDelay` and `keepAlive` from the listening socket.
 */
export function acceptNow(
  fd: number,
  libc: Libc,
  options: ServerOpts,
  handleClass?: HandleClass,
  hasOptions = false,
): Socket | undefined {
  const accepted = libc.accept(fd)
  if (accepted !== -1) return socketOf(accepted, options, handleClass, hasOptions)
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
function socketOf(
  fd: number,
  options: ServerOpts,
  handleClass: HandleClass | undefined,
  hasOptions: boolean,
): Socket | undefined {
  const handle = handleClass && handleOn(fd, handleClass)
  if (!handle) return socketByDescriptor(fd, options)
  const { pauseOnConnect = false } = options
  return markUnread(socketBy(handle, options, hasOptions, true), !pauseOnConnect)
}

/** As `net.Server` makes it of a handle that libuv has accepted. `hasOptions` as above. */
export function socketOn(handle: NativeHandle, options: ServerOpts, hasOptions: boolean): Socket {
  return socketBy(handle, options, hasOptions, false)
}

function socketBy(
  handle: NativeHandle,
  options: ServerOpts,
  hasOptions: boolean,
  manualStart: boolean,
): Socket {
  const { allowHalfOpen = false, highWaterMark, pauseOnConnect = false } = options
  const { noDelay = false, keepAlive = false, keepAliveInitialDelay = 0 } = options
  const chosen: object = {
    handle,
    allowHalfOpen,
    pauseOnCreate: pauseOnConnect,
    manualStart,
    // Of a socket that has a handle, these are remembered, and not set.
    noDelay,
    keepAlive,
    keepAliveInitialDelay,
    readable: true,
    writable: true,
    readableHighWaterMark: highWaterMark,
    writableHighWaterMark: highWaterMark,
    // What `Socket` chooses itself. Where it has to add them, V8 of Node 20 makes a hidden class
    // for each socket, and looks up all that is read of it the slow way: a third of what a short
    // connection costs.
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  }
  const socket = new Socket(chosen)
  if (!hasOptions) {
    if (noDelay) handle.setNoDelay?.(true)
    if (keepAlive) handle.setKeepAlive?.(true, Math.trunc(keepAliveInitialDelay / MILLISECONDS))
  }
  return socket
}

/** Node finds out what kind of descriptor it is. */
function socketByDescriptor(fd: number, options: ServerOpts): Socket | undefined {
  const { allowHalfOpen = false, highWaterMark, pauseOnConnect = false } = options
  const { noDelay, keepAlive, keepAliveInitialDelay = 0 } = options
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
  let socket: Socket
  try {
    socket = new Socket(chosen)
  } catch {
    closeDescriptor(fd)
    return undefined
  }
  if (noDelay) socket.setNoDelay(true)
  if (keepAlive) socket.setKeepAlive(true, keepAliveInitialDelay)
  return markUnread(socket, !pauseOnConnect)
}

/** As Node does, when whoever serves the socket has it. */
export function publishAccepted(socket: Socket): void {
  if (acceptedSockets.hasSubscribers) acceptedSockets.publish({ socket })
}
