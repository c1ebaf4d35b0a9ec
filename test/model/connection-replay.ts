// Performs on a real connection what happens in its model, and tells what came of it.
import type { Socket } from 'node:net'
import { type InspectionEvent, SimulatedClock } from 'xstate'
import type { LiveConnection } from '../../src/connection/live-connection.ts'
import { type Connection, Server, type Writer } from '../../src/index.ts'
import type { ConnectionExpectations, ConnectionModelEvent } from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'
import { Client } from '../support/client.ts'
import { countOf } from '../support/count.ts'
import { isFinOnItsWay } from '../support/fin.ts'
import { loopback, ManualHandler, type Run } from '../support/serve.ts'

const PREFACE = 1_000
const PROXY = '127.0.0.1'
const STRANGER = '127.0.0.2'
const HEADER = ['PROXY TCP4 ', '192.0.2.1 198.51.100.1 50000 80\r\n'] as const
/** All the lingering of a path is shorter than a flush. */
const LINGER = 2_000
const FLUSH = 300_000
const SHORTER_THAN_A_FLUSH = 200_000
const LONGER_THAN_A_FLUSH = 301_000
const LONGER_THAN_A_PATH = 100_000_000
/** More than the kernel keeps for a client that does not read. */
const FLOOD = Buffer.alloc(32 * 1024 * 1024)
/** More than its own kernel keeps for such a client, and less than the server's does. */
const FLURRY = Buffer.alloc(1024 * 1024)

/**
 * Makes TCP handles that are made from now on look as those of other runtimes do, until what it
 * returns is called.
 */
function disguiseHandles(socket: Socket): () => void {
  const { _handle: handle } = socket as unknown as { _handle: object }
  const prototype = Object.getPrototypeOf(handle) as { getAsyncId?: unknown }
  prototype.getAsyncId = undefined
  return () => void delete prototype.getAsyncId
}

export class ConnectionReplay {
  readonly #server: Server
  readonly #handler: ManualHandler
  readonly #clock: SimulatedClock
  readonly #write: (data: Uint8Array) => void
  /** How many bytes were written and are not with the kernel yet. */
  readonly #waiting: () => number
  #client!: Client
  #connection!: Connection
  #hasSettled = false
  #hasBegun = false

  private constructor(
    server: Server,
    handler: ManualHandler,
    clock: SimulatedClock,
    write: (data: Uint8Array) => void,
    waiting: () => number,
  ) {
    this.#server = server
    this.#handler = handler
    this.#clock = clock
    this.#write = write
    this.#waiting = waiting
  }

  static async start(
    { factory, proxyProtocol }: { factory: 'createSock' | 'create'; proxyProtocol: boolean },
    inspect: (event: InspectionEvent) => void,
  ): Promise<ConnectionReplay> {
    const handler = new ManualHandler()
    const clock = new SimulatedClock()
    const timeouts = { flushTimeout: FLUSH, lingerTimeout: LINGER }
    const preface = proxyProtocol ? { proxyProtocol: { from: [PROXY] }, prefaceTimeout: PREFACE } : {}
    const options = { inspect, clock, onHandlerError: 'ignore', ...timeouts, ...preface } as const
    if (factory === 'createSock') {
      const server = await Server.createSock(loopback, handler.handle, options)
      const socket = () => (handler.runs[0] as Run).socket
      return new ConnectionReplay(
        server,
        handler,
        clock,
        (data) => socket().write(data),
        () => socket().writableLength,
      )
    }
    let itsWriter: Writer | undefined
    const server = await Server.create(
      loopback,
      (address, _reader, writer, connection) => {
        itsWriter = writer
        // The model has no use for the socket.
        return handler.handle(address, undefined as never, connection)
      },
      { ...options, bufferAgeLimit: { atMost: SHORTER_THAN_A_FLUSH } },
    )
    return new ConnectionReplay(
      server,
      handler,
      clock,
      (data) => itsWriter?.write(data),
      () => itsWriter?.bytesToWrite ?? 0,
    )
  }

  readonly observe = (): ConnectionExpectations => {
    const { value } = this.#connection.actor.getSnapshot()
    return {
      state: this.#connection.state,
      numConnections: countOf(this.#server) as 0 | 1,
      isSocketOpen: !this.#connection.signal.aborted,
      hasStarted: this.#handler.runs.length === 1,
      value,
    }
  }

  /** A client that does not read sees nothing. */
  get hasClientSeenEnd(): boolean {
    return this.#client.hasEnded || this.#client.error !== undefined || this.#client.socket.destroyed
  }

  async perform(event: ConnectionModelEvent): Promise<void> {
    if (event.type === 'proxy.connects' || event.type === 'stranger.connects') {
      return this.#accept(() => {}, { from: event.type === 'proxy.connects' ? PROXY : STRANGER })
    }
    if (!this.#connection) return this.#performBeforeTheHandler(event)
    switch (event.type) {
      case 'header.begins':
        this.#client.send(HEADER[0])
        this.#hasBegun = true
        return agree(() => this.#connection.bytesRead, HEADER[0].length)
      case 'header.comes':
        this.#client.send(this.#hasBegun ? HEADER[1] : HEADER.join(''))
        await this.#handler.run(0)
        return
      case 'client.sends':
        this.#client.send('nobody reads this')
        return agree(() => this.#connection.bytesRead > 0, true)
      case 'client.lags':
        this.#client.socket.pause()
        this.#write(FLURRY)
        return agree(() => this.#waiting(), 0)
      case 'linger.passes':
        await agree(() => isFinOnItsWay(this.#connection), false)
        this.#clock.increment(LINGER)
        return
      case 'server.cuts':
        await agree(() => isFinOnItsWay(this.#connection), false)
        return this.#performAtOnce(event)
      case 'at.once':
        for (const one of event.events) this.#performAtOnce(one)
        return
      default:
        return this.#performAtOnce(event)
    }
  }

  /** The only moment between a connection's start and its handler's. */
  async #performBeforeTheHandler(event: ConnectionModelEvent): Promise<void> {
    const events = event.type === 'at.once' ? event.events : [event]
    const isOnItsOwn = events.some(({ type }) => type === 'socket.closes')
    await this.#accept(
      () => {
        for (const one of events) if (one.type !== 'handler.starts') this.#performAtOnce(one)
      },
      { isOfAnotherRuntime: isOnItsOwn },
    )
    if (events.some(({ type }) => type === 'handler.starts')) await this.#handler.run(0)
  }

  #performAtOnce(event: ConnectionModelEvent): void {
    switch (event.type) {
      case 'handler.returns':
        this.#hasSettled = true
        return this.#run.settle()
      case 'handler.throws': {
        const error = new Error('thrown by a handler of the model')
        // A promise is rejected once; a second failure can only be told to the connection.
        if (this.#hasSettled) return (this.#connection as LiveConnection).handlerFailed(error)
        this.#hasSettled = true
        return this.#run.fail(error)
      }
      case 'handler.writes':
        return this.#write(Buffer.from('to nobody'))
      case 'client.ends':
        return this.#client.end()
      case 'garbage.comes':
        return this.#client.send('GET / HTTP/1.1\r\n\r\n')
      case 'preface.passes':
        return this.#clock.increment(PREFACE + 1)
      case 'client.resets':
        return this.#client.reset()
      case 'client.stalls':
        this.#client.socket.pause()
        return this.#write(FLOOD)
      case 'client.reads':
        return this.read()
      case 'destroy':
        return this.#connection.destroy()
      case 'server.drains':
        return void this.#server.drain({ timeout: LONGER_THAN_A_PATH })
      case 'server.cuts':
        return void this.#server.drain({ timeout: 0 })
      case 'time.passes':
        return this.#clock.increment(LONGER_THAN_A_FLUSH)
      case 'server.closes':
        return void this.#server.close()
      case 'server.closes.all':
        return void this.#server.close({ closeExistingConnections: true })
      case 'handler.destroys':
      case 'socket.closes':
        return void (this.#connection as LiveConnection).socket?.destroy()
      default:
        throw new Error(`${event.type} takes time`)
    }
  }

  get #run(): Run {
    return this.#handler.runs[0] as Run
  }

  /**
   * Lets a client in, and runs `callback` as soon as the connection counts; where sockets are not
   * Node's, a destroyed one is closed at once.
   */
  async #accept(
    callback: () => void,
    { isOfAnotherRuntime = false, from = PROXY }: { isOfAnotherRuntime?: boolean; from?: string },
  ): Promise<void> {
    let undisguise = (): void => {}
    const accepted = new Promise<void>((resolve) => {
      const subscription = this.#server.actor.subscribe(() => {
        const [connection] = this.#server.connections
        if (!connection) return
        subscription.unsubscribe()
        this.#connection = connection
        // Not in the middle of the accepting: the connection's actor has yet to be started.
        process.nextTick(() => {
          undisguise()
          callback()
          resolve()
        })
      })
    })
    this.#client = new Client({
      port: this.#server.listeningOn as number,
      host: '127.0.0.1',
      localAddress: from,
      allowHalfOpen: true,
    })
    if (isOfAnotherRuntime) undisguise = disguiseHandles(this.#client.socket)
    await Promise.all([this.#client.connected, accepted])
  }

  /** A client that has not been reading reads what there is. */
  read(): void {
    this.#client.socket.resume()
  }

  /** Leaves nothing open. */
  async end(): Promise<void> {
    this.#client?.destroy()
    void this.#server.close()
    for (const connection of this.#server.connections) connection.destroy()
    this.#handler.settleAll()
    await this.#server.closeFinishedAndHandlersDetermined
  }
}
