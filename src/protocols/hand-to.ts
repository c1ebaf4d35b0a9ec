import type { Server as HttpServer } from 'node:http'
import type { ServerOpts, Socket } from 'node:net'
import { InvalidOptionError } from '../common/errors.ts'
import { invalid } from '../common/validate.ts'
import { type SocketHandler, type WantedSockets, wantedSockets } from '../connection/handler.ts'
import { checkTimeouts } from './http-checks.ts'
import { followExchanges } from './http-exchanges.ts'
import { closeSessionOn, isHttp2Server } from './http2-sessions.ts'
import { emitTlsConnection, isSecure, isTlsServer } from './tls-handshake.ts'

/**
 * An emitter that takes sockets by its `'connection'` event: a server of `net`, `tls`, `http` or
 * `https`, or one of your own.
 */
export interface ConnectionEmitter {
  emit(event: 'connection', socket: Socket): boolean
  listenerCount(event: 'connection'): number
}

/**
 * Makes a handler that hands each socket to `emitter`, as its `'connection'`, and settles when the
 * socket is closed. The emitter need not listen itself: this server brings limits, pauses, drains
 * and the error policy, the emitter its protocol.
 *
 * - An error of a socket is for the emitter to notice, and no failure of the handler. The handler
 *   fails if a listener of `'connection'` throws, and with an `InvalidOptionError` if there is none
 *   when a client comes.
 * - As when the emitter listens itself, `socket.server` is the emitter, and `allowHalfOpen` and
 *   `pauseOnConnect` of `net.createServer` are kept. With `pauseOnConnect` nothing is read before
 *   somebody resumes the socket, unless a handler of yours calls this one: then received data waits
 *   in the socket. The other options of sockets are those of `createSock`. The emitter's
 *   `maxConnections` and `getConnections` know nothing of these sockets.
 * - The time-outs of `node:http` hold: `headersTimeout`, `requestTimeout`, `keepAliveTimeout` and
 *   `timeout`. Node checks the first two every `connectionsCheckingInterval` (30 s), while there
 *   are connections. `'listening'` is not emitted.
 * - A socket whose TLS handshake fails (`tls`, `https`, secure servers of `http2`) is destroyed,
 *   after the emitter's `'tlsClientError'`: also where Node leaves it open, which it does after
 *   `handshakeTimeout` (120 s). With the option `tls` of `createSock` handshakes are done before:
 *   such an emitter gets its sockets by `'secureConnection'`, and what it says of certificates
 *   itself is not used.
 * - An idle keep-alive connection holds its place under `maxConnections`. Where clients wait, lower
 *   `keepAliveTimeout` (5 s), or set `maxRequestsPerSocket`.
 *
 * When the server starts to close, an emitter that speaks HTTP is closed with it, connection by
 * connection. HTTP/1: idle ones at once, the others when the requests that have begun to arrive are
 * answered, by `Connection: close` where their headers are not sent yet. One that has sent nothing
 * so far may still send its request. HTTP/2: GOAWAY is sent, and the streams that have begun go on
 * to their end. Responses that stream for ever, upgraded connections (WebSockets) and other
 * protocols do not end by themselves. They are yours to end, for instance on
 * `server.closeFinished`, or `drain`'s to cut off. Other servers in front of the same emitter do
 * not notice.
 *
 * Throws an `InvalidOptionError` if `emitter` is no emitter.
 *
 * @example
 * ```ts
 * const httpServer = http.createServer((request, response) => {
 *   response.end(`you asked for ${request.url}`)
 * })
 * const server = await Server.createSock(7000, handTo(httpServer), { maxConnections: 100 })
 * ```
 */
export function handTo(emitter: ConnectionEmitter): SocketHandler {
  requireEmitter(emitter)
  const handler: SocketHandler = async (_address, socket, connection) => {
    if (socket.destroyed) return
    const { signal, closing } = connection
    if (signal.aborted) return
    if (emitter.listenerCount('connection') === 0) {
      throw new InvalidOptionError(
        "emitter must have a listener for 'connection' when a client connects, but it has none; a server that was made with a listener has one: net.createServer(listener), http.createServer(listener)",
      )
    }
    // No 'close' of the socket, whose listeners others may remove.
    const gone = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    adopt(socket, emitter)
    if (isHttpServer(emitter)) {
      checkTimeouts(emitter, signal)
      followExchanges(emitter, socket, closing, signal)
    }
    const follow = isHttp2Server(emitter) ? closeSessionOn(emitter, closing, signal) : undefined
    handOver(emitter, socket, follow)
    await gone
  }
  const { pauseOnConnect = false } = emitter as NetOptions
  const wanted: WantedSockets = pauseOnConnect ? { pauseOnConnect } : {}
  return Object.assign(handler, { [wantedSockets]: wanted })
}

/** `around` is called for what begins the emitter's protocol, and calls that. */
function handOver(emitter: ConnectionEmitter, socket: Socket, around = (begin: () => void) => begin()): void {
  if (!isTlsServer(emitter)) around(() => emitter.emit('connection', socket))
  // By the option `tls`: there is nothing left to do of what the emitter does before its protocol.
  else if (isSecure(socket)) around(() => emitter.emit('secureConnection', socket))
  else emitTlsConnection(emitter, socket, around)
}

/** Those options of `net.createServer` that are kept, as properties of the server. */
type NetOptions = Pick<ServerOpts, 'allowHalfOpen' | 'pauseOnConnect'>

/** Makes `socket` look as if `emitter` had accepted it. */
function adopt(socket: Socket, emitter: ConnectionEmitter & NetOptions): void {
  Object.assign(socket, { server: emitter })
  if (emitter.allowHalfOpen === false) socket.allowHalfOpen = false
  // It is already, unless this handler is called by another one.
  if (emitter.pauseOnConnect === true) socket.pause()
}

function requireEmitter(emitter: unknown): void {
  const { emit, listenerCount } = (emitter ?? {}) as Partial<ConnectionEmitter>
  if (typeof emitter === 'object' && typeof emit === 'function' && typeof listenerCount === 'function') return
  // An Express app looks like an emitter, and is none that takes sockets.
  invalid('emitter', 'a server or another object that emits events, such as http.createServer(app)', emitter)
}

/**
 * As far as matters here, which is that it emits `'request'`: also a secure one of HTTP/2, which
 * may speak HTTP/1 as well.
 */
function isHttpServer(emitter: ConnectionEmitter): emitter is HttpServer {
  return 'closeIdleConnections' in emitter && typeof emitter.closeIdleConnections === 'function'
}
