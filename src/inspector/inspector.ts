// Puts the parts of an inspector together, opens and closes it.
import { once } from 'node:events'
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import type { InspectionEvent } from 'xstate'
import { clearTimeout, setTimeout } from '../common/timers.ts'
import { loadAssets } from './http/assets.ts'
import { Guard } from './http/guard.ts'
import { Site } from './http/site.ts'
import { Sockets } from './http/sockets.ts'
import { type InspectorOptions, type InspectorSettings, parseInspectorOptions } from './options.ts'
import { StatelyFeed } from './stately/feed.ts'
import { loadWebSockets, WebSocketUnavailableError } from './stately/web-socket.ts'
import { Audience } from './watch/audience.ts'
import { Watch } from './watch/watch.ts'

/** From the start of a connection, or of a later request. */
const HEADERS_TIMEOUT = 5_000
const REQUEST_TIMEOUT = 10_000
const CHECKING_INTERVAL = 1_000
/** How long a peer has to take a refusal. */
const LINGER = 1_000

/** Shows servers on a web page while they run. */
export interface Inspector extends AsyncDisposable {
  /**
   * For the option `inspect` of any number of servers. An inspector of yours may call it with every
   * event that it gets.
   */
  readonly inspect: (event: InspectionEvent) => void
  /**
   * The URL of the page, with a random token of 192 bits in it. Everybody who has it can see the
   * page.
   */
  readonly url: string
  /**
   * The URL of a WebSocket that sends the same in the form of `@statelyai/inspect`, for
   * `createWebSocketReceiver` for instance. To read it throws an error with the code
   * `ERR_WEBSOCKET_UNAVAILABLE`, which says what to install, where the optional package `ws` is
   * missing.
   */
  readonly statelyUrl: string
  /**
   * Closes the page, its streams and its port, and forgets everything. Servers are not touched, and
   * tell it nothing from then on. Every call returns the same promise, which never rejects.
   */
  close(): Promise<void>
}

/**
 * Opens an inspector: a web page that shows servers while they run. Resolves once the page can be
 * requested. It does not keep the process alive.
 *
 * Rejects with a `TypeError` or `RangeError` that names the option, and in a bundle, where the
 * files of its page are missing, with an error that says so; both before anything is opened. And
 * with Node's own error where it cannot listen.
 *
 * @example
 * ```ts
 * const inspector = await createInspector()
 * const server = await Server.create(7000, handler, { inspect: inspector.inspect })
 * console.log(inspector.url)
 * ```
 */
export async function createInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const settings = parseInspectorOptions(options)
  const inspector = new PageInspector(settings)
  await inspector.listen()
  return inspector
}

class PageInspector implements Inspector {
  readonly inspect: (event: InspectionEvent) => void
  readonly #settings: InspectorSettings
  readonly #watch: Watch
  readonly #audience: Audience
  readonly #feed: StatelyFeed
  readonly #guard: Guard
  readonly #http: HttpServer
  readonly #sockets = new Sockets()
  #port = 0
  #closed: Promise<void> | undefined

  constructor(settings: InspectorSettings) {
    this.#settings = settings
    this.#watch = new Watch(settings)
    this.#audience = new Audience(this.#watch)
    this.#feed = new StatelyFeed(this.#watch, settings.showPayloads)
    this.#guard = new Guard(settings)
    this.inspect = (event) => {
      if (this.#closed) return
      this.#watch.observe(event)
      if (!this.#feed.isEmpty) this.#feed.forward(event)
    }
    const site = new Site({
      guard: this.#guard,
      watch: this.#watch,
      audience: this.#audience,
      assets: loadAssets(),
      control: settings.control,
    })
    this.#http = createServer({
      requestTimeout: REQUEST_TIMEOUT,
      headersTimeout: HEADERS_TIMEOUT,
      connectionsCheckingInterval: CHECKING_INTERVAL,
    })
    this.#http
      .on('request', (request, response) => {
        if (!this.#sockets.mayAsk(request, response)) return
        if (!this.#mayStay(request)) {
          response.writeHead(503, { Connection: 'close' }).end()
          return
        }
        // What is wrong with a request is the client's business: it has gone.
        site.answer(request, response).catch(() => response.destroy())
      })
      .on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
      .on('connection', (socket) => this.#sockets.accept(socket))
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings
    this.#http.listen({ host, port })
    await once(this.#http, 'listening')
    this.#http.unref()
    // A failure to accept is one of the process's descriptors, of which the servers tell.
    this.#http.on('error', () => {})
    this.#port = (this.#http.address() as AddressInfo).port
  }

  get #place(): string {
    const { host } = this.#settings
    const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    return `${isIPv6(reachable) ? `[${reachable}]` : reachable}:${this.#port}/${this.#guard.token}`
  }

  get url(): string {
    return `http://${this.#place}/`
  }

  get statelyUrl(): string {
    loadWebSockets()
    return `ws://${this.#place}/stately`
  }

  /** Whether there is a place for it, if it shows the token. */
  #mayStay({ url = '', socket }: IncomingMessage): boolean {
    const [, token = ''] = /^\/([^/?]*)/.exec(url) ?? []
    return !this.#guard.isToken(token) || this.#sockets.admit(socket)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { headers, url = '' } = request
    socket.on('error', () => socket.destroy())
    const [, token = '', path] = /^\/([^/?]*)\/([^/?]*)$/.exec(url) ?? []
    const isAllowed =
      this.#guard.isHostAllowed(headers) && this.#guard.isOriginAllowed(headers) && this.#guard.isToken(token)
    if (!isAllowed || this.#closed) refuseUpgrade(socket, '403 Forbidden')
    else if (path !== 'stately') refuseUpgrade(socket, '404 Not Found')
    // In the draft before it, browsers named their Origin in another header.
    else if (headers['sec-websocket-version'] !== '13') refuseUpgrade(socket, '400 Bad Request')
    else if (this.#feed.isFull || !this.#mayStay(request)) refuseUpgrade(socket, '503 Service Unavailable')
    else this.#attach(request, socket, head)
  }

  #attach(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      this.#feed.add(request, socket, head)
    } catch (error) {
      if (!(error instanceof WebSocketUnavailableError)) throw error
      refuseUpgrade(socket, '501 Not Implemented', `${error.message}\n`)
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#audience.close()
    this.#feed.close()
    this.#watch.clear()
    const closed = once(this.#http, 'close')
    this.#http.close()
    // A page that is slow, or a socket whose peer is gone, must not hold it up.
    this.#http.closeAllConnections()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function refuseUpgrade(socket: Duplex, status: string, reason = ''): void {
  const headers = `Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}`
  socket.resume().end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${reason}`)
  // A peer that takes nothing, or does not end its side.
  const timer = setTimeout(() => socket.destroy(), LINGER).unref()
  socket.on('close', () => clearTimeout(timer))
}
