// Sockets that were accepted by hand read nothing before their handler starts. Node's own server
// starts to read at once, but hands a socket over in the turn in which it was accepted; where a
// turn lies between, the end of a client would have come and gone before anybody listened.
import { Socket } from 'node:net'

const unread = Symbol('xstate-tcp.unread')

type MaybeUnread = Socket & { [unread]?: boolean }

/** A socket that reads when it is told to; at once on runtimes other than Node. */
export function unreadSocket(options: object): Socket {
  const socket: MaybeUnread = new Socket({ ...options, manualStart: true } as object)
  socket[unread] = true
  return socket
}

/** To be called before a handler gets its socket. Does nothing to one that reads already. */
export function beginReading(socket: Socket): void {
  if (!(socket as MaybeUnread)[unread]) return
  ;(socket as MaybeUnread)[unread] = false
  socket.read(0)
}
