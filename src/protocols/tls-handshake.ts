// Hands an accepted socket to a TLS server, and sees to it that a handshake that fails leaves
// nothing open.
//
// Node says which of the server's sockets has failed, not of which accepted socket that was made;
// it destroys some of them and leaves others (those whose time is up) alone. But its listener does
// everything with `this`, the server: so each socket is handed to a stand-in for the server, which
// is the server in everything but that it hears what is emitted about this socket before the server
// does.
import type { Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import { speaksOn } from '../connection/held-back.ts'

/** The emitter of TLS servers, which its types give one overload for each event. */
type Emit = (event: string | symbol, ...values: unknown[]) => boolean

/**
 * Servers of `tls`, `https` and secure ones of `http2`. Only for what may be one `node:tls` is
 * loaded.
 */
export function isTlsServer(emitter: object): emitter is TlsServer {
  return 'setSecureContext' in emitter && emitter instanceof process.getBuiltinModule('node:tls').Server
}

/** Whether the handshake of a socket is done. To be asked for where `node:tls` is loaded. */
export function isSecure(socket: Socket): socket is TLSSocket {
  return socket instanceof process.getBuiltinModule('node:tls').TLSSocket
}

/**
 * As `server.emit('connection', raw)`, but that `raw` is destroyed if the handshake fails, once the
 * listeners of 'tlsClientError' were told. `around` calls what it is given, when the socket is
 * secure: that tells the server.
 */
export function emitTlsConnection(
  server: TlsServer,
  raw: Socket,
  around = (tell: () => void) => tell(),
): void {
  // The end of a half-open socket in the middle of a handshake would be told to nobody.
  raw.allowHalfOpen = false
  const emit: Emit = server.emit
  emit.call(new Proxy(server, new Handshake(server, raw, around)), 'connection', raw)
}

/** What is different about the stand-in: how it emits. */
class Handshake implements ProxyHandler<TlsServer> {
  readonly #server: TlsServer
  readonly #raw: Socket
  readonly #around: (tell: () => void) => void

  constructor(server: TlsServer, raw: Socket, around: (tell: () => void) => void) {
    this.#server = server
    this.#raw = raw
    this.#around = around
  }

  get(server: TlsServer, key: string | symbol): unknown {
    // With the server as `this`, its getters work if they use private fields.
    return key === 'emit' ? this.#emit : Reflect.get(server, key, server)
  }

  set(server: TlsServer, key: string | symbol, value: unknown): boolean {
    return Reflect.set(server, key, value, server)
  }

  readonly #emit: Emit = (event, ...values) => {
    const server = this.#server
    const emit: Emit = server.emit
    if (event === 'secureConnection') {
      const [socket] = values as [TLSSocket]
      this.#claim(socket)
      speaksOn(this.#raw, socket)
      if ('allowHalfOpen' in server && server.allowHalfOpen === true) socket.allowHalfOpen = true
      this.#around(() => emit.call(server, event, ...values))
      return true
    }
    if (event !== 'tlsClientError') return emit.call(server, event, ...values)
    const [, socket] = values as [Error, TLSSocket]
    this.#claim(socket)
    try {
      return emit.call(server, event, ...values)
    } finally {
      this.#raw.destroy()
    }
  }

  /** It is the server's, as the stand-in is nobody's business. */
  #claim(socket: TLSSocket): void {
    Object.assign(socket, { server: this.#server })
  }
}
