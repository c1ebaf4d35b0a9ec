// Tells when a socket's descriptor is closed, whatever was done to the socket.
//
// Listeners do not do: anybody can remove them, as upgrades and proxies do, and a socket that was
// sent to another process emits nothing. Whatever closes a descriptor goes through the handle, so
// that is where this listens.

import type { Socket } from 'node:net'
import { nativeHandleOf } from '../os/native-handle.ts'

/** Whom a handle tells. */
export interface HandleOwner {
  /** The OS has all that was written, and FIN is asked for, but not sent yet. */
  readonly isFinDue: boolean
  /** The descriptor is about to be closed; may be told more than once. */
  descriptorCloses(): void
  /** The descriptor is closed; told once. */
  descriptorClosed(): void
}

const owned = Symbol('xstate-tcp.owner')

/** As much of libuv's handle of a socket as this needs. */
export interface SocketHandle {
  [owned]?: HandleOwner | undefined
  readonly fd?: number
  close(callback?: () => void): void
  reset?(callback?: () => void): number
}

/** Shared by all handles, and no closures: there is one of each for every connection. */
function close(this: SocketHandle, callback?: () => void): void {
  closeBy(this, 'close', callback)
}

/**
 * libuv refuses to reset while a FIN is about to be sent, Node forgets the handle all the same, and
 * the descriptor would be open for ever. The OS has all that was written by then: the peer loses
 * nothing, and sees the end that it was about to see.
 */
function reset(this: SocketHandle, callback?: () => void): number {
  if (!this[owned]?.isFinDue) return closeBy(this, 'reset', callback) as number
  closeBy(this, 'close', callback)
  return 0
}

function closeBy(handle: SocketHandle, way: 'close' | 'reset', callback?: () => void): unknown {
  handle[owned]?.descriptorCloses()
  const original = Object.getPrototypeOf(handle)[way] as (callback: () => void) => unknown
  return original.call(handle, () => {
    const owner = handle[owned]
    handle[owned] = undefined
    owner?.descriptorClosed()
    callback?.call(handle)
  })
}

/** Whether the OS has all that was written, and FIN is asked for, but not sent yet. */
export function isFinDue({ writableEnded, writableLength, writableFinished }: Socket): boolean {
  return writableEnded && writableLength === 0 && !writableFinished
}

/** Closes a descriptor, also where somebody has replaced what usually does. */
export function closeHandle(handle: SocketHandle): void {
  closeBy(handle, 'close')
}

/**
 * Tells `owner` of the descriptor of a socket that was just accepted, and returns its handle;
 * `undefined` on runtimes whose handles are not Node's (Bun): there the stream's own way to end has
 * to do, which everything but sending a socket away goes through.
 */
export function followHandle(socket: Socket, owner: HandleOwner): SocketHandle | undefined {
  const handle = nativeHandleOf(socket) as (SocketHandle & { getAsyncId?: unknown }) | undefined
  if (typeof handle?.close !== 'function' || typeof handle.getAsyncId !== 'function') {
    followDestroy(socket, owner)
    return undefined
  }
  handle[owned] = owner
  handle.close = close
  if (handle.reset) handle.reset = reset
  return handle
}

function followDestroy(socket: Socket, owner: HandleOwner): void {
  const destroy = socket._destroy
  socket._destroy = (error, callback) => {
    owner.descriptorCloses()
    destroy.call(socket, error, (failure) => {
      owner.descriptorClosed()
      callback(failure)
    })
  }
}
