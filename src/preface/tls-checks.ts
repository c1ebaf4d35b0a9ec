// Checks of what `node:tls` takes without a word, and nobody can have meant.
import { describeValue, InvalidOptionError } from '../common/errors.ts'
import { invalid, requireBoolean, requireFunction } from '../common/validate.ts'
import type { ContextOptions, TlsServerOptions } from './tls-options.ts'

/** No key is that short. */
const SHORT = 20

/** What an error may show of what is given instead of options, which may be a key. */
export function visible(value: unknown): unknown {
  const isShort = typeof value === 'string' ? value.length < SHORT : describeValue(value) === '[]'
  return isShort ? value : visibleField(value)
}

/** The same of a field that nobody knows, which may be a passphrase as well. */
export function visibleField(value: unknown): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'string')) return value
  return typeof value === 'string' ? 'a text' : 'an object'
}

/** Without any, all handshakes would fail. */
export function requireMaterial(name: string, given: TlsServerOptions): void {
  const { key, cert, pfx, SNICallback } = given
  if ((isThere(key) && isThere(cert)) || isThere(pfx) || SNICallback) return
  const names = Object.keys(given).join(', ') || 'nothing'
  throw new InvalidOptionError(
    `${name} needs a key and a cert, or a pfx, or an SNICallback, but it has ${names}`,
  )
}

function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isThere) : Boolean(value)
}

/**
 * Where `requestCert` is not `true` itself, `node:tls` asks for no certificate, and everybody gets
 * in.
 */
export function requireKinds(name: string, given: TlsServerOptions): void {
  const { ALPNProtocols, maxVersion } = given
  for (const field of ['requestCert', 'rejectUnauthorized', 'honorCipherOrder'] as const)
    if (given[field] !== undefined) requireBoolean(`${name}.${field}`, given[field])
  for (const field of ['ALPNCallback', 'SNICallback'] as const)
    if (given[field] !== undefined) requireFunction(`${name}.${field}`, given[field])
  if (ALPNProtocols !== undefined) requireProtocols(`${name}.ALPNProtocols`, ALPNProtocols)
  if (maxVersion !== undefined || given.minVersion !== undefined) requireVersions(name, given)
}

function requireProtocols(name: string, value: unknown): void {
  if (ArrayBuffer.isView(value)) return
  const isProtocol = (one: unknown) =>
    typeof one === 'string' ? one !== '' : ArrayBuffer.isView(one) && one.byteLength > 0
  if (!Array.isArray(value) || !value.every(isProtocol))
    invalid(name, 'a list of names that are not empty, or their bytes', value)
}

const VERSIONS: readonly unknown[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** What is no version is for `node:tls` to refuse. */
export function requireVersions(name: string, given: ContextOptions): void {
  const { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = process.getBuiltinModule('node:tls')
  const { minVersion, maxVersion } = given
  const min = minVersion ?? DEFAULT_MIN_VERSION
  const max = maxVersion ?? DEFAULT_MAX_VERSION
  const highest = VERSIONS.indexOf(max)
  if (highest < 0 || VERSIONS.indexOf(min) <= highest) return
  if (maxVersion === undefined) invalid(`${name}.minVersion`, `at most ${max}`, min)
  invalid(`${name}.maxVersion`, `at least ${min}`, max)
}
