// A server with one connection, while a path is run against it.
import type { Socket } from 'node:net'
import { nextTick } from '../common/timers.ts'
import type { Libc } from '../os/libc.ts'
import type { Call, Calls } from './calls.ts'
import { Client } from './client.ts'
import type { ConnectionDriverSettings } from './connection-driver.ts'
import type { ConnectionModelEvent } from './connection-events.ts'
import type { ConnectionExpectations } from './connection-model.ts'
import type {
  DrivenConnection,
  DrivenConnectionServer,
  KeyAndCertificate,
  SecurableConnection,
} from './driven.ts'
import { LONGER_THAN_A_PATH } from './driver-settings.ts'
import { isFinOnItsWay } from './fin.ts'
import { SecureClient } from './secure-client.ts'
import type { DriverRun } from './test-server.ts'
import { turn } from './turn.ts'

/** What comes of an accept without anybody's doing. */
const BY_ITSELF: ReadonlySet<string> = new Set(['handler.starts', 'proxy.connects', 'client.connects'])

/** What a handler writes to: its socket, or its writer. */
interface Outlet {
  write(data: Uint8Array): unknown
  readonly writableLength?: number
  readonly bytesToWrite?: number
}

interface RunParts {
  readonly server: DrivenConnectionServer
  readonly port: number
  readonly calls: Calls
  readonly libc: Libc
  readonly settings: ConnectionDriverSettings
  readonly stallSize: number
  readonly lagSize: number
  readonly startTls: KeyAndCertificate | undefined
}

const HEADER = ['PROXY TCP4 ', '192.0.2.1 198.51.100.1 50000 80\r\n'] as const
/** Of a client that is in the list `block`. */
const BLOCKED = 'PROXY TCP4 192.0.2.66 198.51.100.1 50000 80\r\n'

export class ConnectionRun implements DriverRun<ConnectionModelEvent, ConnectionExpectations> {
  readonly #parts: RunParts
  #client: Client | undefined
  #accepted: DrivenConnection | undefined
  #isOver = false
  #hasHeaderBegun = false
  #secure: SecureClient | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    parts.server.on('error', () => {})
  }

  async perform(event: ConnectionModelEvent): Promise<void> {
    if (!this.#accepted) return this.#performBeforeTheHandler(event)
    switch (event.type) {
      case 'header.begins':
        this.#hasHeaderBegun = true
        this.#peer.socket.write(HEADER[0])
        return this.#until(() => this.#connection.bytesRead === HEADER[0].length)
      case 'handshake.comes':
        await this.#hasPlaintext()
        return this.#performAtOnce(event)
      case 'handshake.begins': {
        await this.#hasPlaintext()
        const { bytesRead } = this.#connection
        this.#secure ??= new SecureClient(this.#peer.socket)
        return this.#until(() => this.#connection.bytesRead > bytesRead)
      }
      case 'client.resets':
        return this.#peer.reset()
      case 'client.sends':
        this.#peer.socket.write('nobody reads this')
        return this.#until(() => this.#connection.bytesRead > 0)
      case 'client.lags':
        this.#stopReading(this.#parts.lagSize)
        return this.#until(() => this.#unsent === 0)
      case 'linger.passes':
        await this.#until(() => !this.#isFinOnItsWay)
        this.#parts.settings.clock.increment(this.#parts.settings.lingerTimeout)
        return
      case 'server.cuts':
        await this.#until(() => !this.#isFinOnItsWay)
        return this.#performAtOnce(event)
      case 'at.once':
        for (const one of event.events) this.#performAtOnce(one)
        return
      default:
        return this.#performAtOnce(event)
    }
  }

  observe(): { [Name in keyof ConnectionExpectations]: unknown } {
    const { state, signal, actor } = this.#connection
    // Only now: a client that reads again would take what waits to be flushed.
    if (signal.aborted) this.#peer.socket.resume()
    return {
      state,
      numConnections: this.#parts.server.numConnections,
      isSocketOpen: !signal.aborted,
      hasClientSeenEnd: this.#hasClientSeenEnd,
      hasStarted: this.#parts.calls.all.length === 1,
      value: actor.getSnapshot().value,
    }
  }

  async end(): Promise<void> {
    const { server, calls } = this.#parts
    this.#isOver = true
    this.#client?.destroy()
    void server.close({ closeExistingConnections: true })
    // One that lingers would do so for ever: its clock stands still.
    for (const connection of server.connections) connection.destroy()
    calls.settleAll()
    await server.closeFinishedAndHandlersDetermined
  }

  /** The only moment between a connection's start and its handler's. */
  async #performBeforeTheHandler(event: ConnectionModelEvent): Promise<void> {
    const events = event.type === 'at.once' ? event.events : [event]
    const { server, port } = this.#parts
    const done = new Promise<void>((resolve, reject) => {
      const subscription = server.actor.subscribe(() => {
        const [connection] = server.connections
        if (!connection || this.#accepted) return
        subscription.unsubscribe()
        this.#accepted = connection
        // Not in the middle of the accepting: the connection's actor has yet to be started.
        nextTick(() => {
          try {
            for (const one of events) if (!BY_ITSELF.has(one.type)) this.#performAtOnce(one)
            resolve()
          } catch (error) {
            reject(error)
          }
        })
      })
    })
    this.#client = new Client(port)
    // It ends its side when the model says so.
    this.#client.socket.allowHalfOpen = true
    await Promise.all([this.#client.tried, done])
  }

  #performAtOnce(event: ConnectionModelEvent): void {
    const { server, settings } = this.#parts
    switch (event.type) {
      case 'header.comes':
        return void this.#peer.socket.write(this.#hasHeaderBegun ? HEADER[1] : HEADER.join(''))
      case 'blocked.comes':
        return void this.#peer.socket.write(BLOCKED)
      case 'handshake.comes':
        this.#secure ??= new SecureClient(this.#peer.socket)
        return this.#secure.proceed()
      case 'garbage.comes':
        return void this.#peer.socket.write('GET / HTTP/1.1\r\n\r\n')
      case 'preface.passes':
        return settings.clock.increment(settings.prefaceTimeout + 1)
      case 'handler.returns':
        return this.#call.settle()
      case 'handler.throws':
        return this.#call.fail(new Error('thrown because the model says so'))
      case 'handler.gives.up':
        return this.#call.fail(this.#connection.closing.reason)
      case 'handler.writes':
        return this.#write(Buffer.from('to nobody'))
      case 'handler.secures':
        return this.#startTls()
      case 'handler.destroys':
        return void this.#socket.destroy()
      case 'client.ends':
        return void this.#peer.socket.end()
      case 'client.stalls':
        return this.#stopReading(this.#parts.stallSize)
      case 'client.reads':
        return void this.#peer.socket.resume()
      case 'destroy':
        return this.#connection.destroy()
      case 'server.drains':
        return void server.drain({ timeout: LONGER_THAN_A_PATH })
      case 'server.cuts':
        return void server.drain({ timeout: 0 })
      case 'server.closes':
        return void server.close()
      case 'server.closes.all':
        return void server.close({ closeExistingConnections: true })
      case 'time.passes':
        // One that looks now and then is to have seen what came before.
        settings.clock.increment(settings.lingerTimeout / 2)
        return settings.clock.increment(settings.flushTimeout)
      case 'age.passes':
        return settings.clock.increment(settings.maxConnectionAge?.atMost ?? 0)
      case 'grace.passes':
        return settings.clock.increment(settings.maxConnectionAge?.grace ?? 0)
      default:
        throw new Error(`a driver of a connection cannot bring about ${event.type} here`)
    }
  }

  #stopReading(size: number): void {
    this.#peer.socket.pause()
    this.#write(Buffer.alloc(size))
  }

  #write(data: Uint8Array): void {
    this.#outlet.write(data)
  }

  #startTls(): void {
    const { startTls } = this.#parts
    const connection = this.#call.connection as SecurableConnection
    if (startTls) connection.startTls(startTls).catch(() => {})
  }

  /** What was written in plaintext is none of TLS. */
  async #hasPlaintext(): Promise<void> {
    if (this.#secure) return
    await this.#until(() => this.#peer.socket.bytesRead === this.#connection.bytesWritten)
  }

  /** Bytes that were written and that the kernel has not. */
  get #unsent(): number {
    return this.#outlet.writableLength ?? this.#outlet.bytesToWrite ?? 0
  }

  get #hasClientSeenEnd(): boolean {
    return this.#peer.viewWhere(true) !== 'served' || this.#peer.socket.destroyed
  }

  get #isFinOnItsWay(): boolean {
    return isFinOnItsWay(this.#connection, this.#parts.libc, this.#hasClientSeenEnd)
  }

  get #connection(): DrivenConnection {
    if (!this.#accepted) throw new Error('no client has connected yet')
    return this.#accepted
  }

  get #peer(): Client {
    if (!this.#client) throw new Error('no client has connected yet')
    return this.#client
  }

  get #call(): Call {
    const [call] = this.#parts.calls.all
    if (!call) throw new Error('no handler was started')
    return call
  }

  get #outlet(): Outlet {
    return this.#call.outlet as Outlet
  }

  get #socket(): Socket {
    return this.#call.outlet as Socket
  }

  /** Turns the event loop; the patience of the test ends it. */
  async #until(isTrue: () => boolean): Promise<void> {
    while (!this.#isOver && !isTrue()) await turn()
  }
}
