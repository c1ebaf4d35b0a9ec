// Headers of the PROXY protocol, as fast-check makes them.
import fc from 'fast-check'
import { formatIPv4, formatIPv6 } from '../../src/common/ip.ts'
import type { Address, ProxyHeader, ProxySsl, ProxyTlv } from '../../src/index.ts'

const group = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }))
const port = fc.integer({ min: 0, max: 0xffff })

export const ipv4 = fc.tuple(group, group).map(formatIPv4)
export const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map(formatIPv6)

const ipv4End: fc.Arbitrary<Address> = fc.record({ family: fc.constant('IPv4'), address: ipv4, port })
const ipv6End: fc.Arbitrary<Address> = fc.record({ family: fc.constant('IPv6'), address: ipv6, port })

const path = fc
  .tuple(fc.boolean(), fc.string({ unit: 'binary-ascii', maxLength: 107 }))
  .map(([isAbstract, text]) => {
    const name = text.replaceAll('\0', '')
    return isAbstract && name !== '' ? `\0${name}` : name
  })
const unixEnd: fc.Arbitrary<Address> = fc.record({ family: fc.constant('unix'), path })

function ends(end: fc.Arbitrary<Address>) {
  return fc.record({ source: end, destination: end })
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const text = fc.string({ unit: 'grapheme', maxLength: 40 })

/** Of no type that has a name. */
const tlvs: fc.Arbitrary<ProxyTlv[]> = fc.array(
  fc.record({ type: fc.integer({ min: 0x30, max: 0xff }), value: bytes(40) }),
  { minLength: 1, maxLength: 4 },
)

const ssl: fc.Arbitrary<ProxySsl> = fc
  .record(
    {
      isTls: fc.boolean(),
      hasCertificate: fc.boolean(),
      hasSessionCertificate: fc.boolean(),
      verify: fc.integer({ min: 0, max: 0xffffffff }),
      version: text,
      commonName: text,
      cipher: text,
      signatureAlgorithm: text,
      keyAlgorithm: text,
      tlvs,
    },
    { requiredKeys: ['isTls', 'hasCertificate', 'hasSessionCertificate', 'verify'] },
  )
  .map(({ verify, ...rest }) =>
    rest.hasCertificate || rest.hasSessionCertificate ? { ...rest, verify } : rest,
  )

const fields = fc.record(
  {
    alpn: fc.string({ unit: 'binary-ascii', maxLength: 20 }),
    authority: text,
    uniqueId: bytes(128),
    ssl,
    tlvs,
  },
  { requiredKeys: [] },
)

export const headersV1: fc.Arbitrary<ProxyHeader> = fc
  .oneof(ends(ipv4End), ends(ipv6End), fc.constant({}))
  .map((given) => ({ version: 1 as const, command: 'proxy' as const, ...given }))

export const headersV2: fc.Arbitrary<ProxyHeader> = fc.oneof(
  fc
    .tuple(fc.oneof(ends(ipv4End), ends(ipv6End), ends(unixEnd)), fields)
    .map(([given, more]) => ({ version: 2 as const, command: 'proxy' as const, ...given, ...more })),
  fc.constantFrom<ProxyHeader>({ version: 2, command: 'proxy' }, { version: 2, command: 'local' }),
)

export const headers = fc.oneof(headersV1, headersV2)

/** Cuts bytes into pieces of these lengths, and the rest. */
export function cut(whole: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    if (at >= whole.length) break
    pieces.push(whole.subarray(at, at + length))
    at += length
  }
  if (at < whole.length) pieces.push(whole.subarray(at))
  return pieces
}
