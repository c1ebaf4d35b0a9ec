// Version 2 of the PROXY protocol: binary, with additional fields.
import type { Address } from '../common/address.ts'
import { formatIPv4, formatIPv6 } from '../common/ip.ts'
import { crc32c } from './crc32c.ts'
import {
  FAMILIES_V2,
  HEAD_V2,
  headerError,
  MAX_UNIQUE_ID,
  PATH_SIZE,
  type ParsedProxyHeader,
  type ProxyHeader,
  type ProxySsl,
  type ProxyTlv,
  SIGNATURE_V2,
  SSL_BIT,
  SSL_TLV,
  TLV,
  UNSPEC_V2,
} from './header.ts'

/**
 * Reads a header at the beginning of `bytes`; undefined if it may become one. Throws as soon as
 * it cannot.
 */
export function readV2(bytes: Buffer, maxHeaderSize: number): ParsedProxyHeader | undefined {
  const signed = Math.min(bytes.length, SIGNATURE_V2.length)
  if (SIGNATURE_V2.compare(bytes, 0, signed, 0, signed) !== 0) {
    throw headerError('signature', 'it does not begin with the signature of version 2')
  }
  if (bytes.length <= 12) return undefined
  const command = readCommand(bytes.readUInt8(12))
  const addresses = command === 'proxy' && bytes.length > 13 ? readFamily(bytes.readUInt8(13)) : undefined
  if (bytes.length > 14) checkSize(bytes.subarray(14, HEAD_V2), addresses?.size ?? 0, maxHeaderSize)
  if (bytes.length < HEAD_V2) return undefined
  const length = HEAD_V2 + bytes.readUInt16BE(14)
  // The reference: what the proxy says for itself, and of what it does not know, is to be skipped.
  if (!addresses) return bytes.length < length ? undefined : { header: { version: 2, command }, length }
  const start = HEAD_V2 + addresses.size
  const fields = readTlvs(bytes.subarray(start, length), length - start)
  if (bytes.length < length) return undefined
  const whole = bytes.subarray(0, length)
  return {
    header: {
      version: 2,
      command: 'proxy',
      ...readEnds(whole, addresses.family),
      ...readFields(whole, fields),
    },
    length,
  }
}

function readCommand(byte: number): ProxyHeader['command'] {
  if (byte >> 4 !== 2) throw headerError('version', `${byte >> 4} is not version 2`)
  const command = byte & 15
  if (command > 1) throw headerError('command', `${command} is no command`)
  return command === 0 ? 'local' : 'proxy'
}

function readFamily(byte: number): { family: Address['family']; size: number } | undefined {
  if (byte === UNSPEC_V2) return undefined
  const found = FAMILIES_V2.get(byte)
  if (!found) throw headerError('family', `0x${byte.toString(16)} is no family and protocol`)
  return found
}

/** Both bytes of the size, or the first. */
function checkSize(bytes: Buffer, min: number, max: number): void {
  const [least, most] = sizeOf(bytes)
  if (least > max)
    throw headerError('length', `${least} bytes behind the first ${HEAD_V2} are more than ${max}`)
  if (most < min) throw headerError('length', `${most} bytes are too few for two addresses of ${min} bytes`)
}

/** The least and the most that a size can be whose first byte, or both bytes, have come. */
function sizeOf(bytes: Buffer): [least: number, most: number] {
  const high = bytes.readUInt8(0) * 256
  return bytes.length > 1 ? [high + bytes.readUInt8(1), high + bytes.readUInt8(1)] : [high, high + 255]
}

function readEnds(bytes: Buffer, family: Address['family']): { source: Address; destination: Address } {
  if (family === 'unix') {
    const path = (start: number): Address => ({
      family,
      path: readPath(bytes.subarray(start, start + PATH_SIZE)),
    })
    return { source: path(HEAD_V2), destination: path(HEAD_V2 + PATH_SIZE) }
  }
  const count = family === 'IPv4' ? 2 : 8
  const format = family === 'IPv4' ? formatIPv4 : formatIPv6
  const end = (index: number): Address => {
    const start = HEAD_V2 + index * count * 2
    const groups = Array.from({ length: count }, (_, group) => bytes.readUInt16BE(start + group * 2))
    return { family, address: format(groups), port: bytes.readUInt16BE(HEAD_V2 + count * 4 + index * 2) }
  }
  return { source: end(0), destination: end(1) }
}

/** An abstract name begins with a NUL; both kinds end before the next one. */
function readPath(bytes: Buffer): string {
  const end = bytes.indexOf(0, 1)
  return bytes.toString('utf8', 0, end === 1 && bytes[0] === 0 ? 0 : end === -1 ? bytes.length : end)
}

interface Field extends ProxyTlv {
  readonly value: Buffer
}

/** The fields in `size` bytes, of which only `bytes` have come. */
function readTlvs(bytes: Buffer, size: number): Field[] {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const rest = size - at
    if (rest < 3) throw headerError('tlv', `a field begins ${rest} bytes before the end`)
    if (bytes.length - at < 2) break
    const [least] = sizeOf(bytes.subarray(at + 1, at + 3))
    const end = at + 3 + least
    if (end > size) throw headerError('tlv', 'a field runs over the end')
    if (bytes.length - at < 3) break
    fields.push({ type: bytes[at] as number, value: bytes.subarray(at + 3, end) })
    at = end
  }
  return fields
}

/** One of each type: of two, readers might take different ones. */
function only(fields: readonly Field[], type: number): Buffer | undefined {
  const [field, ...more] = fields.filter((one) => one.type === type)
  if (more.length > 0) throw headerError('tlv', `the field 0x${type.toString(16)} is there twice`)
  return field?.value
}

/** The other fields, on memory of their own: the chunk they came in may be large. */
function others(fields: readonly Field[], known: Readonly<Record<string, number>>): ProxyTlv[] {
  const types = Object.values(known)
  return fields
    .filter(({ type }) => !types.includes(type))
    .map(({ type, value }) => ({ type, value: Uint8Array.from(value) }))
}

function readFields(header: Buffer, fields: readonly Field[]): Partial<ProxyHeader> {
  if (fields.length === 0) return {}
  checkSum(header, only(fields, TLV.checksum))
  const found: { -readonly [Key in keyof ProxyHeader]?: ProxyHeader[Key] } = {}
  const alpn = only(fields, TLV.alpn)
  const authority = only(fields, TLV.authority)
  const uniqueId = only(fields, TLV.uniqueId)
  const ssl = only(fields, TLV.ssl)
  const tlvs = others(fields, TLV)
  if (alpn) found.alpn = alpn.toString('latin1')
  if (authority) found.authority = textOf(authority)
  if (uniqueId) {
    if (uniqueId.length > MAX_UNIQUE_ID) {
      throw headerError('tlv', `a unique id of ${uniqueId.length} bytes is longer than ${MAX_UNIQUE_ID}`)
    }
    found.uniqueId = Uint8Array.from(uniqueId)
  }
  if (ssl) found.ssl = readSsl(ssl)
  if (tlvs.length > 0) found.tlvs = tlvs
  return found
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(value: Uint8Array): string {
  try {
    return utf8.decode(value)
  } catch (cause) {
    throw headerError('tlv', 'a field that has to be UTF-8 is not', cause)
  }
}

/** The sum is that of the header with nothing but zeroes in its place. */
function checkSum(header: Buffer, value: Buffer | undefined): void {
  if (!value) return
  if (value.length !== 4) throw headerError('checksum', `it has ${value.length} bytes instead of 4`)
  const copy = Buffer.from(header)
  const at = value.byteOffset - header.byteOffset
  copy.fill(0, at, at + 4)
  if (crc32c(copy) !== value.readUInt32BE()) throw headerError('checksum', 'the checksum is wrong')
}

function readSsl(value: Buffer): ProxySsl {
  if (value.length < 5) throw headerError('tlv', `the field of TLS has ${value.length} bytes instead of 5`)
  const bits = value[0] as number
  const has = (bit: number) => (bits & bit) !== 0
  const fields = readTlvs(value.subarray(5), value.length - 5)
  const ssl: { -readonly [Key in keyof ProxySsl]: ProxySsl[Key] } = {
    isTls: has(SSL_BIT.isTls),
    hasCertificate: has(SSL_BIT.hasCertificate),
    hasSessionCertificate: has(SSL_BIT.hasSessionCertificate),
  }
  if (has(SSL_BIT.hasCertificate | SSL_BIT.hasSessionCertificate)) ssl.verify = value.readUInt32BE(1)
  for (const [name, type] of Object.entries(SSL_TLV) as [keyof typeof SSL_TLV, number][]) {
    const text = only(fields, type)
    if (text) ssl[name] = textOf(text)
  }
  const tlvs = others(fields, SSL_TLV)
  if (tlvs.length > 0) ssl.tlvs = tlvs
  return ssl
}
