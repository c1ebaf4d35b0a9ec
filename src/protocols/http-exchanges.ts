// When an HTTP connection may be closed.
//
// `server.closeIdleConnections()` would not do: to it a connection whose response was ended and is
// not yet sent is idle, so that it cuts that off. And it closes those of all who have handed
// sockets to the server.
import { subscribe } from 'node:diagnostics_channel'
import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isHttp2Server } from './http2-sessions.ts'

/**
 * The requests and responses on one connection. Where it is not certain that all are finished, it
 * is left open.
 */
class HttpExchanges {
  /** What HTTP is spoken on; with HTTPS, not the socket that was accepted. */
  #socket: Socket | undefined
  /**
   * The last response in flight. Responses are sent in the order of their requests, so that when it
   * is finished, all are.
   */
  #last: ServerResponse | undefined
  /**
   * How much had been read when the last exchange was finished: if it is more by now, another
   * request has begun.
   */
  #bytesRead = 0
  #isClosing = false

  /** To be called with each request, before any part of its response is sent. */
  add(request: IncomingMessage, response: ServerResponse): void {
    const previous = this.#last
    this.#socket = request.socket
    this.#last = response
    if (this.#isClosing) {
      // A pipelined request would get no answer after a response that closes the connection.
      if (previous && !previous.headersSent) previous.removeHeader('Connection')
      sayClose(response)
    }
    response.once('close', () => {
      // A response may be finished before its request is.
      if (request.complete) this.#finish(response)
      else request.once('close', () => this.#finish(response))
    })
  }

  /**
   * Closes the connection if it is idle, otherwise when the exchanges that have begun are finished.
   */
  close(): void {
    this.#isClosing = true
    if (this.#last) sayClose(this.#last)
    else if (this.#socket?.bytesRead === this.#bytesRead) this.#socket.destroySoon()
  }

  #finish(response: ServerResponse): void {
    if (response !== this.#last || !this.#socket) return
    this.#last = undefined
    this.#bytesRead = this.#socket.bytesRead
    if (this.#isClosing) this.#socket.destroySoon()
  }
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}

type Connections = Map<unknown, HttpExchanges>

const followed = new WeakMap<HttpServer, Connections>()

/**
 * Follows the exchanges on a socket that `server` is about to be handed, until `gone` is aborted.
 * When `closing` is aborted, the connection is closed: at once if it is idle, otherwise when what
 * has begun is finished. Nothing is left listening then, but for one listener of `server`.
 */
export function followExchanges(
  server: HttpServer,
  socket: Socket,
  closing: AbortSignal,
  gone: AbortSignal,
): void {
  const connections = followed.get(server) ?? follow(server)
  const exchanges = new HttpExchanges()
  const name = nameOf(socket)
  const close = () => exchanges.close()
  connections.set(name, exchanges)
  closing.addEventListener('abort', close)
  gone.addEventListener(
    'abort',
    () => {
      connections.delete(name)
      closing.removeEventListener('abort', close)
    },
    { once: true },
  )
}

function follow(server: HttpServer): Connections {
  const connections: Connections = new Map()
  subscribeOnce()
  followed.set(server, connections)
  // For runtimes that do not publish. Before the listeners that answer. To one of HTTP/2 it makes
  // a difference whether it has any.
  if (!isHttp2Server(server)) {
    server.prependListener('request', (request, response) => {
      if (!isPublished) add({ request, response, server })
    })
  }
  return connections
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  server: HttpServer
}

function add({ request, response, server }: Exchange): void {
  const connections = followed.get(server)
  if (connections && request.httpVersionMajor === 1) {
    connections.get(nameOf(request.socket))?.add(request, response)
  }
}

let isSubscribed = false
let isPublished = false

/**
 * Has Node tell of requests before any listener of their servers is called. Unlike a listener, this
 * cannot be taken away, and it hears of requests with `Expect` as well, for which there may be
 * other events than 'request'.
 */
function subscribeOnce(): void {
  if (isSubscribed) return
  isSubscribed = true
  subscribe('http.server.request.start', (message) => {
    isPublished = true
    add(message as Exchange)
  })
}

/**
 * The same for an accepted socket and for the one that TLS has made of it; among unix sockets, each
 * its own.
 */
function nameOf(socket: Socket): unknown {
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  return remotePort === undefined ? socket : `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`
}
