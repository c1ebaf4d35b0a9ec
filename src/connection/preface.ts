// What comes before the handler of a connection: its side of the connection's chart.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ConnectionEvent } from '../../machines/index.ts'
import type { Admission, DropReason } from '../admission/admission.ts'
import type { Address } from '../common/address.ts'
import type { ClientError } from '../common/client-error.ts'
import type { Clock } from '../common/clock.ts'
import { type Deadline, Deadlines } from '../common/deadlines.ts'
import { HandshakePhase, type HandshakePhaseOwner, handshakeTimeout } from '../preface/handshake-phase.ts'
import type { Handshakes } from '../preface/handshakes.ts'
import type { ProxyHeader } from '../preface/header.ts'
import { type HeaderOwner, HeaderPhase, headerTimeout } from '../preface/header-phase.ts'
import type { ProxyProtocol } from '../preface/proxy-protocol.ts'
import { HandshakeResult } from '../preface/tls-info.ts'
import type { Counts } from './owned-socket.ts'

export interface PrefaceSettings {
  proxyProtocol: ProxyProtocol | undefined
  handshakes: Handshakes | undefined
  /** From accept to the end of the preface, in milliseconds. */
  prefaceTimeout: number
  /** The rules for those that a header names. */
  admission: Admission
}

/** What a connection asks of that which comes before reading and writing. */
export interface ConnectionPreface {
  readonly peerAddress: Address
  readonly proxy: ProxyHeader | undefined
  readonly tls: HandshakeResult | undefined
  /** Why the client that a header names does not get in. */
  readonly denial?: DropReason | undefined
  readHeader?(socket: Socket): void
  /** Gives the OS what was written in plaintext. */
  flushPlaintext?(): void
  shakeHands(socket: Socket): void
  /** What is read and written goes by way of TLS from now on. */
  secureStreams?(): void
  refuseTls?(): void
  /** Whatever has become of it. */
  end(): void
  /** Why TLS that a handler has asked for has come to nothing. */
  readonly failure?: Error | undefined
  /** This side has ended the connection, and why. */
  endedBy?(end: { readonly ending: Error | undefined }): void
  /** The descriptor is about to be closed. Of a handshake, `node:tls` will say why. */
  lost?(error: Error | null | undefined): void
  /**
   * The descriptor is closed. True if that is not to be told yet: what has become of the handshake
   * comes first.
   */
  closed(tell: () => void): boolean
  letSocketGo(): void
}

/** The connection that a preface belongs to. */
export interface PrefaceOwner {
  address: Address
  readonly socket: Socket | undefined
  preface: ConnectionPreface | undefined
  /** Tells its chart. */
  prefaceHappens(event: ConnectionEvent): void
  queueHandler(): void
  /** From now on its socket is this one; `before` is to be counted as well. */
  secureBy(socket: TLSSocket, before?: Counts): void
}

/** Of all connections of a server that has any. */
export class Prefaces {
  readonly handshakes: Handshakes | undefined
  readonly deadlines: Deadlines<Preface>
  readonly admission: Admission
  readonly #proxyProtocol: ProxyProtocol | undefined

  constructor(clock: Clock, { proxyProtocol, handshakes, prefaceTimeout, admission }: PrefaceSettings) {
    this.admission = admission
    this.#proxyProtocol = proxyProtocol
    this.handshakes = handshakes
    this.deadlines = new Deadlines(clock, prefaceTimeout, (one) => one.expire(), { isForgiving: true })
  }

  /** Of a connection that was just accepted. */
  begin(connection: PrefaceOwner): void {
    const proxies = this.#proxyProtocol
    if (proxies?.isFrom(connection.address)) {
      connection.preface = new Preface(connection, this, proxies)
      connection.prefaceHappens({ type: 'header.awaited' })
    } else if (this.handshakes) {
      connection.preface = new Preface(connection, this, undefined)
      connection.prefaceHappens({ type: 'handshake.awaited' })
    } else connection.queueHandler()
  }

  clear(): void {
    this.deadlines.clear()
  }
}

export class Preface implements ConnectionPreface, HeaderOwner, HandshakePhaseOwner {
  readonly peerAddress: Address
  /** Once it is read. */
  proxy: ProxyHeader | undefined
  /** Once it is secure. */
  tls: HandshakeResult | undefined
  /** Why the client that a header names does not get in. */
  denial: DropReason | undefined
  readonly #connection: PrefaceOwner
  readonly #prefaces: Prefaces
  readonly #proxyProtocol: ProxyProtocol | undefined
  #deadline: Deadline<Preface> | undefined
  #header: HeaderPhase | undefined
  #handshake: HandshakePhase | undefined

  constructor(connection: PrefaceOwner, prefaces: Prefaces, proxyProtocol: ProxyProtocol | undefined) {
    this.#connection = connection
    this.#prefaces = prefaces
    this.#proxyProtocol = proxyProtocol
    this.peerAddress = connection.address
  }

  readHeader(socket: Socket): void {
    if (!this.#proxyProtocol) return
    this.#deadline = this.#prefaces.deadlines.add(this)
    this.#header = new HeaderPhase(socket, this.#proxyProtocol, this)
  }

  shakeHands(socket: Socket): void {
    const { handshakes } = this.#prefaces
    if (!handshakes) return
    this.#header = undefined
    this.#deadline ??= this.#prefaces.deadlines.add(this)
    this.#handshake = new HandshakePhase(socket, handshakes, this)
  }

  end(): void {
    this.#header?.stop()
    this.#header = undefined
    if (this.#deadline) this.#prefaces.deadlines.delete(this.#deadline)
    this.#deadline = undefined
    this.#handshake?.stop()
    this.#handshake = undefined
  }

  headerRead(header: ProxyHeader): void {
    this.proxy = header
    if (header.source) this.#connection.address = header.source
    const { admission } = this.#prefaces
    this.denial = admission.isOpen ? undefined : admission.refuseBehindProxy(this.#connection.address)
    if (this.denial) return this.#connection.prefaceHappens({ type: 'client.denied' })
    admission.counts?.enter(this.#connection, this.#connection.address)
    this.#connection.prefaceHappens({ type: this.#prefaces.handshakes ? 'handshake.awaited' : 'header.read' })
  }

  headerFailed(error: ClientError): void {
    this.#connection.prefaceHappens({ type: 'preface.failed', error })
  }

  peerLeft(): void {
    this.#connection.prefaceHappens({ type: 'peer.left' })
  }

  handshakeDone(socket: TLSSocket): void {
    this.tls = new HandshakeResult(socket)
    this.#connection.secureBy(socket)
    this.#connection.prefaceHappens({ type: 'handshake.done' })
  }

  handshakeFailed(error: ClientError, hasReceived: boolean): void {
    this.#connection.prefaceHappens(hasReceived ? { type: 'preface.failed', error } : { type: 'peer.left' })
  }

  lost(error: Error | null | undefined): void {
    this.#header?.lost(error)
  }

  closed(tell: () => void): boolean {
    this.#handshake?.closed(tell)
    return this.#handshake !== undefined
  }

  expire(): void {
    this.#deadline = undefined
    const error = this.#handshake ? handshakeTimeout() : headerTimeout()
    this.#connection.prefaceHappens({ type: 'preface.expired', error })
  }

  letSocketGo(): void {
    this.tls?.letSocketGo()
  }
}
