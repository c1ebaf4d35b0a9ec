// TLS handshakes of accepted sockets.
//
// A `tls.TLSSocket` that is made by hand does not check what a client presents: that is done by the
// listener of a `tls.Server`. So there is one for each server, which never listens; its listener
// does everything with `this`, and `this` is an object for each handshake that is the server in
// everything but that it hears what is emitted of its socket.
import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { ClientError } from '../common/client-error.ts'
import { codeOf } from '../common/errors.ts'
import { ClientCertificates } from './client-certificates.ts'
import type { ContextOptions, TlsServerOptions } from './tls-options.ts'

/** Hears what comes of a handshake: one of these, once. */
export interface HandshakeOwner {
  handshakeDone(socket: TLSSocket): void
  handshakeFailed(error: ClientError): void
}

/** Loaded where TLS is asked for. */
const tls = () => process.getBuiltinModule('node:tls')

const TICKET_KEYS = 48

type Emit = (event: string | symbol, ...values: unknown[]) => boolean

export class Handshakes {
  readonly #server: Server
  readonly #emit: Emit
  readonly #Session: ReturnType<typeof sessionsOf>
  readonly #certificates: ClientCertificates
  /** Certificates are a matter of the name. */
  readonly hasSniCallback: boolean

  /** Throws what `tls.createServer` throws for them. */
  constructor(options: TlsServerOptions) {
    // Keys of Node's own making are made anew with each new context, and no session is resumed.
    const { ticketKeys = process.getBuiltinModule('node:crypto').randomBytes(TICKET_KEYS) } = options
    this.hasSniCallback = options.SNICallback !== undefined
    this.#certificates = new ClientCertificates(options)
    const bound = this.#certificates.bind(options)
    // Without a time-out of its own: there is one timer for all.
    this.#server = tls().createServer({ ...bound, ticketKeys, handshakeTimeout: -1 })
    this.#emit = tls().Server.prototype.emit as Emit
    this.#Session = sessionsOf(this.#server, this.#certificates)
  }

  /** Begins one. `raw` is destroyed with what is made of it, and the other way round. */
  begin(raw: Socket, owner: HandshakeOwner): void {
    const session = new this.#Session(raw.allowHalfOpen, owner)
    // The end of a half-open socket in the middle of a handshake would be told to nobody.
    raw.allowHalfOpen = false
    this.#emit.call(session, 'connection', raw)
  }

  /** Of handshakes from now on. If it throws, nothing has changed. */
  setSecureContext(options: ContextOptions): void {
    const bound = this.#certificates.bind(options)
    // That of the server has changed in part when it throws.
    tls().createSecureContext(bound)
    this.#server.setSecureContext(bound)
  }
}

/** What is different about the server, for one socket. */
interface Session {
  readonly allowHalfOpen: boolean
  owner: HandshakeOwner | undefined
}

/** A class of sessions whose instances are the server in everything else. */
function sessionsOf(
  server: Server,
  certificates: ClientCertificates,
): new (
  allowHalfOpen: boolean,
  owner: HandshakeOwner,
) => Session {
  const emitOfServer: Emit = server.emit.bind(server) as Emit
  class SessionOfServer implements Session {
    readonly allowHalfOpen: boolean
    owner: HandshakeOwner | undefined

    constructor(allowHalfOpen: boolean, owner: HandshakeOwner) {
      this.allowHalfOpen = allowHalfOpen
      this.owner = owner
    }

    emit(event: string | symbol, ...values: unknown[]): boolean {
      if (event === 'secureConnection') {
        const [socket] = values as [TLSSocket]
        if (certificates.admit(socket)) secured(this, socket)
        else failed(this, new Error('refused'), socket)
      } else if (event === 'tlsClientError') failed(this, values[0] as Error, values[1] as TLSSocket)
      else return emitOfServer(event, ...values)
      return true
    }
  }
  Object.setPrototypeOf(SessionOfServer.prototype, server)
  return SessionOfServer
}

function secured(session: Session, socket: TLSSocket): void {
  const { owner } = session
  session.owner = undefined
  socket.allowHalfOpen = session.allowHalfOpen
  socket.disableRenegotiation()
  owner?.handshakeDone(socket)
}

function failed(session: Session, error: Error, socket: TLSSocket): void {
  const { owner } = session
  session.owner = undefined
  socket.on('error', () => {})
  // Node leaves some of them open.
  socket.destroy()
  owner?.handshakeFailed(failureOf(error, socket.authorizationError))
}

function failureOf(error: Error, unauthorized: Error | string | undefined | null): ClientError {
  if (unauthorized) {
    const reason = String(unauthorized)
    return handshakeError(
      'ERR_TLS_CLIENT_UNAUTHORIZED',
      `the client's certificate is not authorized (${reason})`,
      Object.assign(new Error(reason), { code: reason }),
    )
  }
  const code = codeOf(error)
  return handshakeError(typeof code === 'string' ? code : 'ERR_TLS_HANDSHAKE', error.message, error)
}

export function handshakeError(code: string, what: string, cause?: unknown): ClientError {
  return new ClientError(`The TLS handshake failed: ${what}`, { code, phase: 'handshake', cause })
}
