// The option `tls`, and what `server.setSecureContext` takes.
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { InvalidOptionError } from '../common/errors.ts'
import { rejectUnknownKeys, requireObject } from '../common/validate.ts'
import { Handshakes } from './handshakes.ts'

/** What a secure context is made of. */
const CONTEXT = [
  'key',
  'cert',
  'ca',
  'crl',
  'pfx',
  'passphrase',
  'ciphers',
  'dhparam',
  'ecdhCurve',
  'honorCipherOrder',
  'maxVersion',
  'minVersion',
  'secureOptions',
  'sessionIdContext',
  'sessionTimeout',
  'sigalgs',
  'ticketKeys',
] as const

const CONNECTION = [
  'ALPNCallback',
  'ALPNProtocols',
  'SNICallback',
  'rejectUnauthorized',
  'requestCert',
] as const

export const TLS_FIELDS = [...CONTEXT, ...CONNECTION]

/** As those of `tls.createServer`. */
export type ContextOptions = Pick<SecureContextOptions, (typeof CONTEXT)[number] & keyof SecureContextOptions>

/** As those of `tls.createServer`; see `ServerOptions.tls`. */
export type TlsServerOptions = ContextOptions &
  Pick<TlsOptions, (typeof CONNECTION)[number] & keyof TlsOptions>

/** Throws the error of `node:tls` where certificates, keys and the like are no good. */
export function requireTls(name: string, value: unknown): Handshakes {
  const given = requireObject(name, value, 'options of tls.createServer')
  rejectUnknownKeys(name, given, TLS_FIELDS)
  requireMaterial(name, given)
  return new Handshakes(given as TlsServerOptions)
}

/** Without any, all handshakes would fail. */
function requireMaterial(name: string, given: TlsServerOptions): void {
  const { key, cert, pfx, SNICallback } = given
  if ((key && cert) || pfx || SNICallback) return
  const names = Object.keys(given).join(', ') || 'nothing'
  throw new InvalidOptionError(
    `${name} needs a key and a cert, or a pfx, or an SNICallback, but it has ${names}`,
  )
}

export function requireContext(value: unknown): ContextOptions {
  const name = 'The argument of setSecureContext()'
  const given = requireObject(name, value, 'options of tls.createSecureContext', 'the options')
  rejectUnknownKeys('setSecureContext', given, CONTEXT)
  return given
}
