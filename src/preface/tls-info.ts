// What a handshake has led to.
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'

/** What is known of a connection by TLS. */
export interface TlsInfo {
  /** `'TLSv1.3'`, for instance. */
  readonly protocol: string
  /** The cipher's name, as OpenSSL has it. */
  readonly cipher: string
  /** The host name that the client asked for (SNI). */
  readonly servername: string | undefined
  /** What was agreed on by ALPN. */
  readonly alpnProtocol: string | undefined
  /**
   * Whether the client has presented a certificate that is good. False for everybody where
   * `requestCert` is not set.
   */
  readonly isAuthorized: boolean
  /** Whether the session is one of an earlier connection. */
  readonly isSessionReused: boolean
  /** What the client has presented; undefined for nothing, and once the socket is closed. */
  peerCertificate(): DetailedPeerCertificate | undefined
}

export class HandshakeResult implements TlsInfo {
  readonly protocol: string
  readonly cipher: string
  readonly servername: string | undefined
  readonly alpnProtocol: string | undefined
  readonly isAuthorized: boolean
  readonly isSessionReused: boolean
  #socket: TLSSocket | undefined

  constructor(socket: TLSSocket) {
    this.#socket = socket
    this.protocol = socket.getProtocol() ?? ''
    this.cipher = socket.getCipher()?.name ?? ''
    const { servername } = socket as TLSSocket & { servername?: string | false | null }
    this.servername = servername || undefined
    this.alpnProtocol = socket.alpnProtocol || undefined
    this.isAuthorized = socket.authorized
    this.isSessionReused = socket.isSessionReused()
  }

  peerCertificate(): DetailedPeerCertificate | undefined {
    if (!this.#socket || this.#socket.destroyed) return undefined
    const found = this.#socket.getPeerCertificate(true)
    return found && Object.keys(found).length > 0 ? found : undefined
  }

  letSocketGo(): void {
    this.#socket = undefined
  }
}
