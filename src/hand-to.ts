import type { Server as HttpServer } from 'node:http'
import type { Socket } from 'node:net'
import { InvalidOptionError } from './errors.ts'
import type { SocketHandler } from './handler.ts'
import { followExchanges } from './http-exchanges.ts'
import { invalid } from './validate.ts'

/** What takes sockets by its `'connection'` event: a server of `net`, `tls`, `http` or `https`, or an emitter of your own. */
export interface ConnectionEmitter {
  emit(event: 'connection', socket: Socket): boolean
  listenerCount(event: 'connection'): number
}

/**
 * Makes a handler that hands each socket to `emitter`, as its `'connection'`, and settles when the socket is closed. Whatever takes
 * sockets so, and need not listen itself, is put behind a server of this library: it has the server's limits, pauses, drains and error
 * policy, and the emitter's protocol.
 *
 * - What goes wrong with a socket is the emitter's to notice and no failure of the handler. It fails if a listener of `'connection'`
 *   throws, and with an `InvalidOptionError` if there is none when a client comes.
 * - `allowHalfOpen: false`, the default of `net.createServer`, is kept. The other options of sockets are those of `createSock`. The
 *   emitter's `maxConnections` and `getConnections` know nothing of these sockets.
 * - An idle keep-alive connection holds its place under `maxConnections`. Where clients wait, lower `keepAliveTimeout` (5 s), or set
 *   `maxRequestsPerSocket`. So does a client that sends nothing: Node checks `headersTimeout` and `requestTimeout` only on servers that
 *   listen themselves, so set `httpServer.timeout`.
 *
 * When the server starts to close, an emitter that speaks HTTP/1 (`node:http`, `node:https`) is closed with it, connection by connection:
 * idle ones at once, the others when the requests that have begun to arrive are answered, by `Connection: close` where their headers are
 * not sent yet. One that has sent nothing so far may still send its request. It does not end what does not end by itself: responses that
 * stream for ever, upgraded connections (WebSockets), HTTP/2, and other protocols. They are yours to end, for instance on
 * `server.closeFinished`, or `drain`'s to cut off. Other servers in front of the same emitter do not notice.
 *
 * Throws an `InvalidOptionError` if `emitter` is no emitter.
 */
export function handTo(emitter: ConnectionEmitter): SocketHandler {
  requireEmitter(emitter)
  return async (_address, socket, connection) => {
    if (socket.destroyed) return
    if (emitter.listenerCount('connection') === 0) {
      throw new InvalidOptionError(
        "emitter must have a listener for 'connection' when a client connects, but it has none; a server that was made with a listener has one: net.createServer(listener), http.createServer(listener)",
      )
    }
    if ('allowHalfOpen' in emitter && emitter.allowHalfOpen === false) socket.allowHalfOpen = false
    if (isHttpServer(emitter)) followExchanges(emitter, socket, connection.closing)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    emitter.emit('connection', socket)
    await closed
  }
}

function requireEmitter(emitter: unknown): void {
  const { emit, listenerCount } = (emitter ?? {}) as Partial<ConnectionEmitter>
  if (typeof emitter === 'object' && typeof emit === 'function' && typeof listenerCount === 'function') return
  // An Express app looks like an emitter, and is none that takes sockets.
  invalid('emitter', 'a server or another object that emits events, such as http.createServer(app)', emitter)
}

/** As far as matters here, which is that it emits `'request'`. */
function isHttpServer(emitter: ConnectionEmitter): emitter is HttpServer {
  return 'closeIdleConnections' in emitter && typeof emitter.closeIdleConnections === 'function'
}
