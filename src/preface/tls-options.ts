// The option `tls`, and what `server.setSecureContext` takes.
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { rejectUnknownKeys, requireObject } from '../common/validate.ts'
import { Handshakes } from './handshakes.ts'
import { requireKinds, requireMaterial, requireVersions, visible, visibleField } from './tls-checks.ts'

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
  const whole = requireObject(name, value, 'options of tls.createServer', visible(value))
  rejectUnknownKeys(name, whole, TLS_FIELDS, visibleField)
  const given: TlsServerOptions = ownFields(whole, TLS_FIELDS)
  requireMaterial(name, given)
  requireKinds(name, given)
  return new Handshakes(given)
}

/** What `setSecureContext` is given; with an SNICallback, it need not have a certificate. */
export function requireContext(value: unknown, hasSniCallback: boolean): ContextOptions {
  const name = 'setSecureContext'
  const whole = requireObject(
    `The argument of ${name}()`,
    value,
    'options of tls.createSecureContext',
    visible(value),
  )
  rejectUnknownKeys(name, whole, CONTEXT, visibleField)
  const given: ContextOptions = ownFields(whole, CONTEXT)
  if (!hasSniCallback) requireMaterial(name, given)
  requireVersions(name, given)
  return given
}

/** Those fields as its own: as in `node:tls`, some may be inherited. */
function ownFields<Options extends object>(options: Options, fields: readonly string[]): Options {
  const found = fields.map((field) => [field, Reflect.get(options, field)])
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}
