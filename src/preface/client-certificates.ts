// What resumed sessions may not do: let in who would not be let in by a full handshake.
//
// A certificate is checked when a session begins. Where the session is resumed, OpenSSL says again
// what it said then: also where other authorities are trusted by now, for another name, and after
// the certificate's time. Node 20 even lets in whoever had no certificate at all, by TLS 1.3.
import type { TLSSocket } from 'node:tls'
import type { ContextOptions, TlsServerOptions } from './tls-options.ts'

/** What decides which certificates are good. */
const TRUST = ['ca', 'pfx', 'ciphers', 'sigalgs'] as const

/** OpenSSL's limit. */
const MAX_SESSION_ID_CONTEXT = 32

type Hash = ReturnType<typeof import('node:crypto').createHash>

export class ClientCertificates {
  readonly #isRequested: boolean
  readonly #isRequired: boolean
  readonly #hasContextsByName: boolean

  constructor({ requestCert, rejectUnauthorized, SNICallback }: TlsServerOptions) {
    this.#isRequested = requestCert === true
    this.#isRequired = this.#isRequested && rejectUnauthorized !== false
    this.#hasContextsByName = SNICallback !== undefined
  }

  /** The same options, by which no session is resumed that began where others were trusted. */
  bind<Options extends ContextOptions>(options: Options): Options {
    if (!this.#isRequested) return options
    // What is trusted may depend on the name then, and a session does not say of which it is. A
    // list of revoked certificates has its time, after which nobody is let in.
    if (this.#hasContextsByName || options.crl) return { ...options, secureOptions: withoutTickets(options) }
    return { ...options, sessionIdContext: sessionIdContext(options) }
  }

  /**
   * Looks once more at what a client has presented, when its handshake is done. False if it is not
   * to be let in; `socket.authorizationError` says why.
   */
  admit(socket: TLSSocket): boolean {
    if (!this.#isRequested || !socket.authorized || !socket.isSessionReused()) return true
    const authorizationError = whatIsWrong(socket)
    if (authorizationError === undefined) return true
    Object.assign(socket, { authorized: false, authorizationError })
    return !this.#isRequired
  }
}

/** By OpenSSL's names of it. */
function whatIsWrong(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) return 'UNABLE_TO_GET_ISSUER_CERT'
  // Certificates have no other clock.
  return Date.parse(certificate.validTo) < Date.now() ? 'CERT_HAS_EXPIRED' : undefined
}

function withoutTickets({ secureOptions = 0 }: ContextOptions): number {
  const { SSL_OP_NO_TICKET } = process.getBuiltinModule('node:crypto').constants
  // They are more than 32 bits.
  return Number(BigInt(secureOptions) | BigInt(SSL_OP_NO_TICKET))
}

function sessionIdContext(options: ContextOptions): string {
  const { createHash, randomBytes } = process.getBuiltinModule('node:crypto')
  const hash = createHash('sha256')
  // Node's own is made of the same.
  add(hash, options.sessionIdContext ?? process.argv.join(' '))
  for (const name of TRUST) add(hash, options[name])
  // Those that the process trusts may be others each time.
  if (options.ca === undefined) hash.update(randomBytes(MAX_SESSION_ID_CONTEXT))
  return hash.digest('hex').slice(0, MAX_SESSION_ID_CONTEXT)
}

/** So that no two values add the same bytes, but for a text and its bytes. */
function add(hash: Hash, value: unknown): void {
  if (typeof value === 'string') add(hash, Buffer.from(value))
  else if (value instanceof Uint8Array) hash.update(`bytes ${value.length} `).update(value)
  else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    hash.update(`fields ${entries.length} `)
    for (const [name, field] of entries) {
      add(hash, name)
      add(hash, field)
    }
  } else hash.update(`${value} `)
}
