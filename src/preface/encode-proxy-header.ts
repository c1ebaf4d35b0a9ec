// Writes headers of the PROXY protocol.
import type { Address } from '../common/address.ts'
import { parseIPv4, parseIPv6 } from '../common/ip.ts'
import { invalid, requireBoolean, requireInteger, requireObject, requireOptions } from '../common/validate.ts'
import { crc32c } from './crc32c.ts'
import {
  FAMILIES_V2,
  MAX_UNIQUE_ID,
  PATH_SIZE,
  type ProxyHeader,
  type ProxySsl,
  type ProxyTlv,
  SIGNATURE_V2,
  SSL_BIT,
  SSL_TLV,
  TLV,
} from './header.ts'

export interface EncodeProxyHeaderOptions {
  /**
   * Whether a header of version 2 has a checksum (CRC-32C).
   * @default false
   */
  checksum?: boolean
}

/**
 * The bytes of a header, to be sent before anything else on a connection. `parseProxyHeader` gives
 * back what went in, addresses in their usual form. Throws a `TypeError` or `RangeError` that names
 * what cannot be written: an address that is none, two families, more than 65,535 bytes, additional
 * fields in version 1.
 *
 * @example
 * ```ts
 * socket.write(
 *   encodeProxyHeader({
 *     version: 2,
 *     command: 'proxy',
 *     source: { family: 'IPv4', address: '192.0.2.1', port: 50_000 },
 *     destination: { family: 'IPv4', address: '198.51.100.1', port: 443 },
 *   }),
 * )
 * ```
 */
export function encodeProxyHeader(header: ProxyHeader, options: EncodeProxyHeaderOptions = {}): Buffer {
  requireObject('header', header, 'a header of the PROXY protocol')
  const { checksum = false } = requireOptions('encodeProxyHeader', options, ['checksum'])
  requireBoolean('checksum', checksum)
  const { version, command, source, destination } = header
  if (command !== 'local' && command !== 'proxy') invalid('header.command', "'local' or 'proxy'", command)
  if ((source === undefined) !== (destination === undefined)) {
    invalid('header.destination', 'given where header.source is, and only there', destination)
  }
  if (command === 'local' && source) invalid('header.source', "undefined where command is 'local'", source)
  if (source && destination && source.family !== destination.family) {
    invalid('header.destination.family', `that of header.source, '${source.family}'`, destination.family)
  }
  if (version === 1) return encodeV1(header)
  return version === 2 ? encodeV2(header, checksum) : invalid('header.version', '1 or 2', version)
}

function encodeV1(header: ProxyHeader): Buffer {
  const { command, source, destination, alpn, authority, uniqueId, ssl, tlvs } = header
  for (const [name, value] of Object.entries({ alpn, authority, uniqueId, ssl, tlvs })) {
    if (value !== undefined) invalid(`header.${name}`, 'undefined in version 1', value)
  }
  if (command === 'local') invalid('header.command', "'proxy' in version 1", command)
  if (!source || !destination) return Buffer.from('PROXY UNKNOWN\r\n')
  if (source.family === 'unix' || destination.family === 'unix') {
    return invalid('header.source.family', "'IPv4' or 'IPv6' in version 1", source.family)
  }
  groupsOf('header.source', source)
  groupsOf('header.destination', destination)
  const family = source.family === 'IPv4' ? 'TCP4' : 'TCP6'
  return Buffer.from(
    `PROXY ${family} ${source.address} ${destination.address} ${source.port} ${destination.port}\r\n`,
  )
}

function encodeV2(header: ProxyHeader, hasChecksum: boolean): Buffer {
  const { command, source, destination } = header
  const addresses = source && destination ? encodeEnds(source, destination) : Buffer.alloc(0)
  if (!source) refuseFields(header)
  const fields = [...fieldsOf(header)]
  if (hasChecksum && source) fields.unshift(encodeTlv('checksum', TLV.checksum, Buffer.alloc(4)))
  const body = Buffer.concat([addresses, ...fields])
  requireInteger('The length of the header', body.length, 0, 0xffff)
  const head = Buffer.from([0x20 | (command === 'proxy' ? 1 : 0), familyByte(source), 0, 0])
  head.writeUInt16BE(body.length, 2)
  const bytes = Buffer.concat([SIGNATURE_V2, head, body])
  const start = SIGNATURE_V2.length + head.length + addresses.length
  if (hasChecksum && source) bytes.writeUInt32BE(crc32c(bytes), start + 3)
  return bytes
}

/** What follows addresses that are not told is skipped by whoever reads it. */
function refuseFields({ alpn, authority, uniqueId, ssl, tlvs }: ProxyHeader): void {
  for (const [name, value] of Object.entries({ alpn, authority, uniqueId, ssl, tlvs })) {
    if (value !== undefined) invalid(`header.${name}`, 'undefined without header.source', value)
  }
}

function familyByte(source: Address | undefined): number {
  for (const [byte, { family }] of FAMILIES_V2) if (family === source?.family) return byte
  return 0
}

function groupsOf(name: string, address: Exclude<Address, { family: 'unix' }>): number[] {
  const { family, port } = address
  requireInteger(`${name}.port`, port, 0, 0xffff)
  const groups = family === 'IPv4' ? parseIPv4(address.address) : parseIPv6(address.address)
  return groups ?? invalid(`${name}.address`, `an ${family} address`, address.address)
}

function encodeEnds(source: Address, destination: Address): Buffer {
  if (source.family === 'unix' || destination.family === 'unix') {
    return Buffer.concat([encodePath('header.source', source), encodePath('header.destination', destination)])
  }
  const groups = [...groupsOf('header.source', source), ...groupsOf('header.destination', destination)]
  const bytes = Buffer.alloc(groups.length * 2 + 4)
  for (const [index, group] of [...groups, source.port, destination.port].entries()) {
    bytes.writeUInt16BE(group, index * 2)
  }
  return bytes
}

function encodePath(name: string, address: Address): Buffer {
  const path = Buffer.from(address.family === 'unix' ? address.path : '')
  if (path.length > PATH_SIZE || path.includes(0, 1)) {
    invalid(`${name}.path`, `a path of at most ${PATH_SIZE} bytes without a NUL`, path.toString())
  }
  return Buffer.concat([path, Buffer.alloc(PATH_SIZE - path.length)])
}

function encodeTlv(name: string, type: number, value: Uint8Array): Buffer {
  const head = Buffer.from([requireInteger(`${name}.type`, type, 0, 255), 0, 0])
  head.writeUInt16BE(requireInteger(`The length of header.${name}`, value.length, 0, 0xffff), 1)
  return Buffer.concat([head, value])
}

function* fieldsOf({ alpn, authority, uniqueId, ssl, tlvs = [] }: ProxyHeader): Generator<Buffer> {
  if (alpn !== undefined) yield encodeTlv('alpn', TLV.alpn, Buffer.from(alpn, 'latin1'))
  if (authority !== undefined) yield encodeTlv('authority', TLV.authority, Buffer.from(authority))
  if (uniqueId !== undefined) {
    requireInteger('The length of header.uniqueId', uniqueId.length, 0, MAX_UNIQUE_ID)
    yield encodeTlv('uniqueId', TLV.uniqueId, uniqueId)
  }
  if (ssl) yield encodeTlv('ssl', TLV.ssl, encodeSsl(ssl))
  yield* othersOf('header.tlvs', tlvs, TLV)
}

function* othersOf(
  name: string,
  tlvs: readonly ProxyTlv[],
  known: Readonly<Record<string, number>>,
): Generator<Buffer> {
  for (const [index, { type, value }] of tlvs.entries()) {
    const field = Object.entries(known).find(([, one]) => one === type)
    if (field) invalid(`${name}[${index}].type`, `another type: ${field[0]} has a place of its own`, type)
    yield encodeTlv(`${name}[${index}]`, type, value)
  }
}

function encodeSsl(ssl: ProxySsl): Buffer {
  const head = Buffer.alloc(5)
  for (const [name, bit] of Object.entries(SSL_BIT) as [keyof typeof SSL_BIT, number][]) {
    if (ssl[name]) head.writeUInt8(head.readUInt8() | bit)
  }
  // Not zero: that would be the verdict on a good certificate.
  head.writeUInt32BE(ssl.verify ?? 1, 1)
  const texts = (Object.entries(SSL_TLV) as [keyof typeof SSL_TLV, number][]).flatMap(([name, type]) => {
    const text = ssl[name]
    return text === undefined ? [] : [encodeTlv(`ssl.${name}`, type, Buffer.from(text))]
  })
  return Buffer.concat([head, ...texts, ...othersOf('header.ssl.tlvs', ssl.tlvs ?? [], SSL_TLV)])
}
