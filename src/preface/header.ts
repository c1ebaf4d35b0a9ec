// What a header of the PROXY protocol says, and what is said of a wrong one.
import type { Address } from '../common/address.ts'
import { ClientError, type ProxyHeaderReason } from '../common/client-error.ts'

/** An additional field of version 2 that this library has no name for. */
export interface ProxyTlv {
  /** From 0 to 255. */
  readonly type: number
  readonly value: Uint8Array
}

/** What the proxy says of its TLS connection with the client (`PP2_TYPE_SSL`). */
export interface ProxySsl {
  /** The client has connected by TLS. */
  readonly isTls: boolean
  /** The client has presented a certificate on this connection. */
  readonly hasCertificate: boolean
  /** The client has presented a certificate at least once in its TLS session. */
  readonly hasSessionCertificate: boolean
  /**
   * OpenSSL's verdict on the certificate: 0 if it was verified. Undefined where the client has
   * presented none: whatever the proxy says then, nothing was verified.
   */
  readonly verify?: number | undefined
  /** `'TLSv1.3'`, for instance. */
  readonly version?: string | undefined
  /** The common name in the client's certificate. */
  readonly commonName?: string | undefined
  readonly cipher?: string | undefined
  readonly signatureAlgorithm?: string | undefined
  readonly keyAlgorithm?: string | undefined
  /** Other fields, in their order. */
  readonly tlvs?: readonly ProxyTlv[] | undefined
}

/** A header of the PROXY protocol. */
export interface ProxyHeader {
  readonly version: 1 | 2
  /**
   * `'local'`: the proxy speaks for itself, as in a health check, or does not name its client.
   */
  readonly command: 'local' | 'proxy'
  /**
   * The client, as the proxy saw it. Undefined with `'local'`, and where the proxy does not know
   * it (`UNKNOWN`, `UNSPEC`): the real addresses hold then.
   */
  readonly source?: Address | undefined
  /** Where the client connected to. */
  readonly destination?: Address | undefined
  /** The protocol that was chosen between client and proxy by ALPN. */
  readonly alpn?: string | undefined
  /** The host name that the client asked for, as by SNI. */
  readonly authority?: string | undefined
  readonly uniqueId?: Uint8Array | undefined
  readonly ssl?: ProxySsl | undefined
  /** Other fields of version 2, in their order; those that only pad or protect left out. */
  readonly tlvs?: readonly ProxyTlv[] | undefined
}

/** A header, and how many bytes it has. */
export interface ParsedProxyHeader {
  readonly header: ProxyHeader
  readonly length: number
}

export function headerError(reason: ProxyHeaderReason, what: string, cause?: unknown): ClientError {
  return new ClientError(`This is no header of the PROXY protocol: ${what}`, {
    code: 'ERR_PROXY_HEADER',
    phase: 'header',
    reason,
    cause,
  })
}

/** The types of additional fields that have a name here. */
export const TLV = {
  alpn: 0x01,
  authority: 0x02,
  checksum: 0x03,
  noop: 0x04,
  uniqueId: 0x05,
  ssl: 0x20,
} as const

/** The same within the field of TLS. */
export const SSL_TLV = {
  version: 0x21,
  commonName: 0x22,
  cipher: 0x23,
  signatureAlgorithm: 0x24,
  keyAlgorithm: 0x25,
} as const

export const MAX_UNIQUE_ID = 128

/** Bits of `PP2_TYPE_SSL`. */
export const SSL_BIT = { isTls: 1, hasCertificate: 2, hasSessionCertificate: 4 } as const

export const SIGNATURE_V2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/** Signature, version and command, family, length. */
export const HEAD_V2 = 16

/** The byte of family and protocol, and how many bytes two addresses have. */
export const FAMILIES_V2: ReadonlyMap<number, { family: Address['family']; size: number }> = new Map([
  [0x11, { family: 'IPv4', size: 12 }],
  [0x12, { family: 'IPv4', size: 12 }],
  [0x21, { family: 'IPv6', size: 36 }],
  [0x22, { family: 'IPv6', size: 36 }],
  [0x31, { family: 'unix', size: 216 }],
  [0x32, { family: 'unix', size: 216 }],
])

export const UNSPEC_V2 = 0x00
/** Bytes of one address of a unix socket. */
export const PATH_SIZE = 108
/** Longest line of version 1, CR and LF included. */
export const MAX_LINE = 107
