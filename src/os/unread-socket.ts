// Sockets that were accepted by hand read nothing before their handler starts. Node's own server
// starts to read at once, but hands a socket over in the turn in which it was accepted; where a
// turn lies between, the end of a client would have come and gone before anybody listened.
import type { Socket } from 'node:net'

const isUnread = Symbol('xstate-tcp.unread')

type MaybeUnread = Socket & { [isUnread]?: boolean }

/** Whether a socket reads only when it is told to. */
export function markUnread(socket: Socket, mark: boolean): Socket {
  if (mark) (socket as MaybeUnread)[isUnread] = true
  return socket
}

/** To be called before a handler gets its socket. Does nothing to one that reads already. */
export function beginReading(socket: Socket): void {
  if (!(socket as MaybeUnread)[isUnread]) return
  ;(socket as MaybeUnread)[isUnread] = false
  socket.read(0)
}
