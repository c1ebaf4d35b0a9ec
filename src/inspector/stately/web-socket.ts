// The server's end of a WebSocket that only sends, by the optional package `ws`. What the client
// sends is ignored, unless it is about the connection.
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import type { WebSocket, WebSocketServer } from 'ws'
import { clearTimeout, setTimeout, type Timer } from '../../common/timers.ts'

/** Of one message from the client; none is expected. */
const MAX_MESSAGE = 65_536
/** How long a peer has to end its side once it was told to. */
const LINGER = 1_000

/** Why a connection was closed. */
export const closeCodes = { goingAway: 1001 } as const

/** WebSockets were asked for where the optional package `ws` is not installed. */
export class WebSocketUnavailableError extends Error {
  override readonly name = 'WebSocketUnavailableError'
  readonly code = 'ERR_WEBSOCKET_UNAVAILABLE'

  constructor(cause: unknown) {
    super("The WebSocket for Stately's viewers needs the package ws, version 8: npm install ws@8", { cause })
  }
}

let server: WebSocketServer | undefined

/**
 * Loads `ws`, once. Throws a `WebSocketUnavailableError` where it is not installed. Not by an
 * `import`: whoever asks for `statelyUrl` is to know at once.
 */
export function loadWebSockets(): WebSocketServer {
  if (server) return server
  let ws: typeof import('ws')
  try {
    ws = createRequire(import.meta.url)('ws')
  } catch (cause) {
    throw new WebSocketUnavailableError(cause)
  }
  server = new ws.WebSocketServer({
    noServer: true,
    clientTracking: false,
    // To compress costs the process that is watched more than it spares the viewer.
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    autoPong: false,
  })
  return server
}

/**
 * Answers a request to upgrade; `head` is what came behind it. `use` is called before this returns,
 * unless the request is malformed, which is then refused.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  use: (connection: WebSocketConnection) => void,
): void {
  loadWebSockets().handleUpgrade(request, socket, head, (client) =>
    use(new WebSocketConnection(client, socket)),
  )
}

export class WebSocketConnection {
  readonly #client: WebSocket
  readonly #socket: Duplex
  /** What was in the last ping, if its pong has to wait for the peer to take what it was sent. */
  #unanswered: Buffer | undefined
  #lingering: Timer | undefined

  constructor(client: WebSocket, socket: Duplex) {
    this.#client = client
    this.#socket = socket
    // Something is wrong with what the client sent: it has been told, and cannot go on.
    client.on('error', () => this.#linger())
    socket.on('finish', () => this.#linger())
    socket.on('close', () => clearTimeout(this.#lingering))
    client.on('ping', (data) => {
      this.#unanswered = data
      if (!socket.writableNeedDrain) this.#answerPing()
    })
    socket.on('drain', () => this.#answerPing())
  }

  /** Bytes that wait to be handed to the OS. */
  get bytesToSend(): number {
    return this.#client.bufferedAmount
  }

  /** Sends a message. Does nothing on a connection that is closing. */
  send(text: string): void {
    if (this.#client.readyState === this.#client.OPEN) this.#client.send(text)
  }

  /**
   * Says why, and ends the connection without waiting for an answer. A second call does nothing.
   */
  close(code: number): void {
    if (this.#client.readyState !== this.#client.OPEN) return
    this.#client.close(code)
    this.#socket.end()
    this.#linger()
  }

  /**
   * Of a peer that takes nothing, or does not end its side; the package would give it 30 seconds.
   */
  #linger(): void {
    this.#lingering ??= setTimeout(() => this.destroy(), LINGER).unref()
  }

  /** Ends the connection with a peer that takes nothing. */
  destroy(): void {
    this.#client.terminate()
  }

  /**
   * Only the last one, as RFC 6455 allows: a peer that asks and takes no answers would fill the
   * memory with them.
   */
  #answerPing(): void {
    const payload = this.#unanswered
    this.#unanswered = undefined
    if (payload && this.#client.readyState === this.#client.OPEN) this.#client.pong(payload)
  }
}
