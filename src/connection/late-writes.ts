// Writes to a socket whose handler has settled.
import { Socket } from 'node:net'
import { nextTick } from '../common/timers.ts'

type Callback = (error?: Error | null) => void

/**
 * Makes writes to this socket do nothing but tell their callback. To Node, one behind `end()` is an
 * error that destroys the socket, and with it what is still under way to the peer: a timer that was
 * left running would cut off the answer.
 */
export function dropWrites(socket: Socket): void {
  try {
    // Else Node would give it another `write` at the peer's FIN, which destroys it. Nothing else
    // comes of it: its own side has ended.
    if (socket.writableEnded) socket.allowHalfOpen = true
    // Not Reflect.set, which does not care either, and costs as much as a system call.
    socket.write = write
    socket.end = end as Socket['end']
  } catch {
    // A frozen one takes neither.
  }
}

function write(this: Socket, _data: unknown, ...more: unknown[]): boolean {
  const callback = more.find((one) => typeof one === 'function') as Callback | undefined
  if (callback) {
    const error = Object.assign(new Error('write after the handler has settled'), {
      code: 'ERR_STREAM_WRITE_AFTER_END',
    })
    nextTick(callback, error)
  }
  return false
}

function end(this: Socket, ...args: unknown[]): Socket {
  const [data] = args
  if (data === undefined || data === null || typeof data === 'function') {
    return Socket.prototype.end.apply(this, args as never)
  }
  write.call(this, ...(args as [unknown]))
  return this
}
