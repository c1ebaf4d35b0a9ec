// Node's checks of the time-outs of HTTP requests: `headersTimeout` and `requestTimeout`. A server
// begins them when it listens, and knows of the connections that come from then on; one that is
// handed its sockets never listens.
//
// Emitting 'listening' would do, but for the listeners of users: one that reads
// `server.address().port` would throw. So only Node's own part of 'listening' is done, by the
// listeners that every new HTTP server has. `node:http` is not imported: whoever has no such server
// would pay 2 MB for it.
import type { Server as HttpServer } from 'node:http'

type Listener = (this: HttpServer) => void

let nodesOwn: ReadonlySet<unknown> | undefined

/** Node's own work when `server` begins to listen. */
function nodesListeners(server: HttpServer): Listener[] {
  nodesOwn ??= new Set(process.getBuiltinModule('node:http').createServer().listeners('listening'))
  const own = nodesOwn
  return server.listeners('listening').filter((listener) => own.has(listener)) as Listener[]
}

interface Timer {
  close(): unknown
}

function isTimer(value: unknown): value is Timer {
  return typeof value === 'object' && value !== null && 'refresh' in value && 'close' in value
}

/** The timers that are properties of `server` itself, by name. */
function timersOf(server: HttpServer): Map<PropertyKey, Timer> {
  const timers = new Map<PropertyKey, Timer>()
  for (const key of Reflect.ownKeys(server)) {
    const value: unknown = Object.getOwnPropertyDescriptor(server, key)?.value
    if (isTimer(value)) timers.set(key, value)
  }
  return timers
}

/** The checks of one server, while there are sockets that it was handed. */
class HttpChecks {
  readonly #server: HttpServer
  /** Where Node keeps its timer, once that was found out. */
  #places: readonly PropertyKey[] | undefined
  /** What is there while the checks run. */
  #timers: readonly unknown[] | undefined
  #sockets = 0

  constructor(server: HttpServer) {
    this.#server = server
    // Closing a server ends its checks, whether it has ever listened or not.
    server.on('close', () => {
      this.#timers = undefined
    })
  }

  /** To be called before a socket is handed over. */
  add(): void {
    this.#sockets++
    // One that listens itself checks by itself.
    if (!this.#server.listening && !this.#areRunning) this.#start()
  }

  /**
   * To be called when the socket is gone. With the last one the checks end, so that they do not
   * keep the server in memory.
   */
  remove(): void {
    if (--this.#sockets > 0) return
    for (const timer of this.#timers ?? []) if (isTimer(timer)) timer.close()
    this.#timers = undefined
  }

  /**
   * Not if the server has listened meanwhile: then there is another timer, which that has stopped
   * when it was closed.
   */
  get #areRunning(): boolean {
    return this.#timers?.every((timer, index) => timer === this.#timersNow[index]) ?? false
  }

  get #timersNow(): unknown[] {
    return (this.#places ?? []).map((key): unknown => Reflect.get(this.#server, key))
  }

  #start(): void {
    const server = this.#server
    const before = this.#places ? undefined : timersOf(server)
    for (const begin of nodesListeners(server)) begin.call(server)
    this.#places ??= [...timersOf(server)]
      .filter(([key, timer]) => before?.get(key) !== timer)
      .map(([key]) => key)
    this.#timers = this.#timersNow
  }
}

const checked = new WeakMap<HttpServer, HttpChecks>()

/**
 * Has Node check the time-outs of requests on the connections that `server` is handed, until `gone`
 * is aborted. To be called before the socket is handed over.
 */
export function checkTimeouts(server: HttpServer, gone: AbortSignal): void {
  let checks = checked.get(server)
  if (!checks) {
    checks = new HttpChecks(server)
    checked.set(server, checks)
  }
  const ofServer = checks
  ofServer.add()
  gone.addEventListener('abort', () => ofServer.remove(), { once: true })
}
