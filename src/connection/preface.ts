// What comes before the handler of a connection: its side of the connection's chart.
import type { Socket } from 'node:net'
import type { ConnectionEvent } from '../../machines/index.ts'
import type { Address } from '../common/address.ts'
import type { ClientError } from '../common/client-error.ts'
import type { Clock } from '../common/clock.ts'
import { type Deadline, Deadlines } from '../common/deadlines.ts'
import type { ProxyHeader } from '../preface/header.ts'
import { type HeaderOwner, HeaderPhase } from '../preface/header-phase.ts'
import type { ProxyProtocol } from '../preface/proxy-protocol.ts'

export interface PrefaceSettings {
  clock: Clock
  proxyProtocol: ProxyProtocol
  /** From accept to the end of the preface, in milliseconds. */
  prefaceTimeout: number
}

/** The connection that a preface belongs to. */
export interface PrefaceOwner {
  address: Address
  readonly socket: Socket | undefined
  preface: Preface | undefined
  /** Tells its chart. */
  prefaceHappens(event: ConnectionEvent): void
  queueHandler(): void
}

/** Of all connections of a server. */
export class Prefaces {
  readonly #settings: PrefaceSettings
  readonly #deadlines: Deadlines<Preface>

  constructor(settings: PrefaceSettings) {
    this.#settings = settings
    this.#deadlines = new Deadlines(settings.clock, settings.prefaceTimeout, (one) => one.expire(), {
      isForgiving: true,
    })
  }

  /** Of a connection that was just accepted. */
  begin(connection: PrefaceOwner): void {
    const { proxyProtocol } = this.#settings
    if (proxyProtocol.isFrom(connection.address)) {
      connection.preface = new Preface(connection, proxyProtocol, this.#deadlines)
      connection.prefaceHappens({ type: 'header.awaited' })
    } else if (proxyProtocol.others === 'direct') connection.queueHandler()
    else connection.prefaceHappens({ type: 'peer.refused' })
  }

  clear(): void {
    this.#deadlines.clear()
  }
}

export class Preface implements HeaderOwner {
  readonly peerAddress: Address
  /** Once it is read. */
  proxy: ProxyHeader | undefined
  readonly #connection: PrefaceOwner
  readonly #proxyProtocol: ProxyProtocol
  readonly #deadlines: Deadlines<Preface>
  #deadline: Deadline<Preface> | undefined
  #header: HeaderPhase | undefined

  constructor(connection: PrefaceOwner, proxyProtocol: ProxyProtocol, deadlines: Deadlines<Preface>) {
    this.#connection = connection
    this.peerAddress = connection.address
    this.#proxyProtocol = proxyProtocol
    this.#deadlines = deadlines
  }

  readHeader(socket: Socket): void {
    this.#deadline = this.#deadlines.add(this)
    this.#header = new HeaderPhase(socket, this.#proxyProtocol, this)
  }

  /** Whatever has become of it. */
  end(): void {
    this.#header?.stop()
    this.#header = undefined
    if (this.#deadline) this.#deadlines.delete(this.#deadline)
    this.#deadline = undefined
  }

  headerRead(header: ProxyHeader): void {
    this.proxy = header
    if (header.source) this.#connection.address = header.source
    this.#connection.prefaceHappens({ type: 'header.read' })
  }

  headerFailed(error: ClientError): void {
    this.#connection.prefaceHappens({ type: 'preface.failed', error })
  }

  peerLeft(): void {
    this.#connection.prefaceHappens({ type: 'peer.left' })
  }

  /** Its socket is gone. */
  lost(error: Error | null | undefined): void {
    this.#header?.lost(error)
  }

  expire(): void {
    this.#deadline = undefined
    if (this.#header) {
      this.#connection.prefaceHappens({ type: 'preface.expired', error: this.#header.expired() })
    }
  }
}
