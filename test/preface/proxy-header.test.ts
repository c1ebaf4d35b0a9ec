import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClientError, encodeProxyHeader, type ProxyHeader, parseProxyHeader } from '../../src/index.ts'
import { ProxyHeaderReader } from '../../src/preface/proxy-header.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'
import { cut, headers, headersV1, headersV2 } from './headers.ts'

const settings = { versions: [1, 2], maxHeaderSize: 4096 } as const

/** What becomes of bytes that come one at a time. */
function byByte(bytes: Buffer, options: Partial<typeof settings | { versions: [1] }> = {}) {
  const reader = new ProxyHeaderReader({ ...settings, ...options })
  for (let at = 0; at < bytes.length; at++) {
    try {
      const found = reader.push(bytes.subarray(at, at + 1))
      if (found) return { at, header: found.header }
    } catch (error) {
      expect(error).toBeInstanceOf(ClientError)
      expect(error).toMatchObject({ code: 'ERR_PROXY_HEADER', phase: 'header' })
      return { at, reason: (error as ClientError).reason }
    }
  }
  return { at: bytes.length }
}

const latin = (text: string) => Buffer.from(text, 'latin1')
/** Version 2: what follows the signature. */
const v2 = (...rest: (number | readonly number[])[]) =>
  Buffer.concat([latin('\r\n\r\n\0\r\nQUIT\n'), Buffer.from(rest.flat())])
const TCP4 = [192, 0, 2, 1, 198, 51, 100, 1, 0xc3, 0x50, 0, 80]
const client = { family: 'IPv4', address: '192.0.2.1', port: 50_000 } as const
const service = { family: 'IPv4', address: '198.51.100.1', port: 80 } as const

describe('a header of the PROXY protocol', () => {
  it('is read from pieces of any length, and what follows it reaches the next byte for byte', () => {
    const lengths = fc.oneof(
      fc.constant([]),
      fc.constant(new Array<number>(5_000).fill(1)),
      fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 20 }),
    )
    const behind = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(Uint8Array.from({ length: 65_536 }, (_, index) => index % 251)),
    )
    fc.assert(
      fc.property(headers, fc.boolean(), lengths, behind, (header, checksum, lengths, behind) => {
        const bytes = encodeProxyHeader(header, { checksum })
        const reader = new ProxyHeaderReader(settings)
        const pieces = cut(Buffer.concat([bytes, behind]), lengths)
        const rest: Buffer[] = []
        let found: ProxyHeader | undefined
        let taken = 0
        for (const piece of pieces) {
          if (found) rest.push(piece)
          else {
            const result = reader.push(piece)
            taken += piece.length
            // Not a byte too late, and not one too early.
            expect(result !== undefined).toBe(taken >= bytes.length)
            if (!result) continue
            found = result.header
            rest.push(result.rest)
          }
        }
        expect(found).toEqual(header)
        expect(Buffer.concat(rest).equals(behind)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('is what encodeProxyHeader made of it, and the length of that', () => {
    fc.assert(
      fc.property(headers, fc.boolean(), (header, checksum) => {
        const bytes = encodeProxyHeader(header, { checksum })
        expect(parseProxyHeader(bytes)).toEqual({ header, length: bytes.length })
        expect(parseProxyHeader(bytes.subarray(0, -1))).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('is rejected with a changed byte that the checksum covers', () => {
    fc.assert(
      fc.property(headersV2, fc.nat(), fc.integer({ min: 1, max: 255 }), (header, at, change) => {
        fc.pre(header.source !== undefined)
        const bytes = encodeProxyHeader(header, { checksum: true })
        // Behind the head, whose change may make it another header, and which may be longer.
        const index = 16 + (at % (bytes.length - 16))
        bytes.writeUInt8(bytes.readUInt8(index) ^ change, index)
        // A changed type may hide the checksum, or make a field of what was none.
        const isHidden = encodeProxyHeader(header).length + 7 === bytes.length && isHead(bytes, index)
        if (isHidden) return
        expect(() => parseProxyHeader(bytes)).toThrow(ClientError)
      }),
      { numRuns: 1_000 },
    )
  })

  it('holds no more than a header may have, however much follows', () => {
    const reader = new ProxyHeaderReader(settings)
    const long = v2(0x21, 0x11, 0x0f, 0xff, TCP4, 0xee, 0x0f, 0xf0, ...new Array<number>(4_079).fill(1))
    for (const piece of cut(long, new Array<number>(5_000).fill(1)))
      expect(reader.push(piece)).toBeUndefined()
    expect(reader.push(Buffer.from([1]))).toMatchObject({ rest: Buffer.alloc(0) })
  })
})

/** Whether the byte belongs to the type or the length of the checksum, which is the first field. */
function isHead(bytes: Buffer, index: number): boolean {
  const start = { 17: 28, 33: 52, 49: 232 }[bytes.readUInt8(13)] ?? 0
  return index >= start && index < start + 3
}

describe('version 1', () => {
  it.each<[string, string, number]>([
    // The first byte that cannot be there.
    ['GET / HTTP/1.1\r\n', 'signature', 0],
    ['PROXX TCP4', 'signature', 4],
    ['proxy TCP4', 'signature', 0],
    ['PROXY\r\n', 'line', 5],
    ['PROXY  TCP4', 'family', 6],
    ['PROXY tcp4', 'family', 6],
    ['PROXY TCP5', 'family', 9],
    ['PROXY UNKNOWNS\r\n', 'family', 13],
    ['PROXY UDP4', 'family', 7],
    ['PROXY TCP4\r\n', 'line', 10],
    ['PROXY TCP4 192.0.2.1\r\n', 'line', 20],
    ['PROXY TCP4  192.0.2.1', 'address', 11],
    ['PROXY TCP4 256.0.0.1', 'address', 13],
    ['PROXY TCP4 01.0.0.1', 'address', 12],
    ['PROXY TCP4 1.2.3 ', 'address', 16],
    ['PROXY TCP4 1.2.3.4.', 'address', 18],
    ['PROXY TCP4 ::1 ', 'address', 11],
    ['PROXY TCP4 1.2.3.4 1.2.3.4  1 2', 'port', 27],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 01', 'port', 28],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 65536', 'port', 31],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 -1', 'port', 27],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n', 'line', 28],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 \r\n', 'port', 29],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n', 'line', 30],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n', 'line', 30],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 1 2\rX', 'line', 31],
    ['PROXY TCP6 1.2.3.4', 'address', 12],
    ['PROXY TCP6 fe80::1%eth0', 'address', 18],
    ['PROXY TCP6 1::2::', 'address', 16],
    ['PROXY TCP6 1:2:3:4:5:6:7:8:', 'address', 26],
    ['PROXY TCP6 12345', 'address', 15],
    ['PROXY TCP6 ::ffff:1.2.3.256', 'address', 26],
    ['PROXY UNKNOWN \n', 'line', 14],
    ['PROXY UNKNOWN\n', 'line', 13],
    ['PROXY UNKNOWN \rx', 'line', 15],
    [`PROXY UNKNOWN ${'x'.repeat(100)}`, 'line', 105],
  ])('%j is rejected for its %s, at byte %i', (line, reason, at) => {
    expect(byByte(latin(line))).toEqual({ at, reason })
    // All at once as well; what it is rejected for may be seen elsewhere then.
    expect(() => parseProxyHeader(latin(line))).toThrow(ClientError)
  })

  it.each<[string, object]>([
    ['PROXY UNKNOWN\r\n', {}],
    ['PROXY UNKNOWN \r\n', {}],
    ['PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n', {}],
    [`PROXY UNKNOWN ${'x'.repeat(91)}\r\n`, {}],
    ['PROXY TCP4 192.0.2.1 198.51.100.1 50000 80\r\n', { source: client, destination: service }],
    [
      'PROXY TCP6 2001:DB8:0:0::1 ::ffff:192.0.2.1 0 65535\r\n',
      {
        source: { family: 'IPv6', address: '2001:db8::1', port: 0 },
        destination: { family: 'IPv6', address: '::ffff:192.0.2.1', port: 65_535 },
      },
    ],
  ])('%j is read', (line, ends) => {
    const header = { version: 1, command: 'proxy', ...ends }
    expect(byByte(latin(line))).toEqual({ at: line.length - 1, header })
  })

  it('is rejected as soon as no bytes can complete it, and not before', () => {
    const position = fc.nat({ max: 120 })
    fc.assert(
      fc.property(headersV1, position, fc.constantFrom(...' .:0189afPT\r\nx%'), (header, at, character) => {
        const line = encodeProxyHeader(header).toString('latin1')
        const changed = line.slice(0, at) + character + line.slice(at + 1)
        const result = byByte(latin(changed), { versions: [1] })
        if (result.header) {
          expect(LINE.test(changed.slice(0, result.at + 1))).toBe(true)
          return
        }
        const possible = changed.slice(0, result.at)
        expect(COMPLETIONS.some((rest) => LINE.test(possible + rest))).toBe(true)
        if (result.reason === undefined) return
        const impossible = changed.slice(0, result.at + 1)
        expect(COMPLETIONS.filter((rest) => LINE.test(impossible + rest))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })
})

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`
const GROUP = '[\\da-fA-F]{1,4}'
const IPV6 = [
  `(?:${GROUP}:){6}(?:${IPV4}|${GROUP}:${GROUP})`,
  ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((before) => {
    const head = before === 0 ? '' : `${GROUP}(?::${GROUP}){${before - 1}}`
    const most = 7 - before
    const tails = [most === 0 ? '' : `(?:${GROUP}(?::${GROUP}){0,${most - 1}})?`]
    if (most >= 2) tails.push(`(?:${GROUP}:){0,${most - 2}}${IPV4}`)
    return tails.map((tail) => `${head}::${tail}`)
  }),
].join('|')
const PORT = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3}|0)'
const PORTS = `${PORT} ${PORT}`
/** The grammar, in words of its own. */
const LINE = new RegExp(
  `^(?=[^]{1,107}$)PROXY (?:TCP4 ${IPV4} ${IPV4} ${PORTS}|TCP6 (?:${IPV6}) (?:${IPV6}) ${PORTS}|UNKNOWN(?: [^\\r\\n]*)?)\\r\\n$`,
)

/** One of these completes whatever can be completed. */
const COMPLETIONS = ((): string[] => {
  const end = ['\r\n', '\n', '']
  const ports = end.flatMap((rest) => [rest, `0${rest}`, ` 0${rest}`, `0 0${rest}`, ` 0 0${rest}`])
  const quads = ['', '0', '.0', '0.0', '.0.0', '0.0.0', '.0.0.0', '0.0.0.0']
  const partsOf = (address: string, parts: readonly string[]) =>
    parts.flatMap((part) => [`${part} 0 0\r\n`, `${part} ${address} 0 0\r\n`])
  const ipv4 = partsOf('0.0.0.0', quads)
  const ipv6 = partsOf('::', [...quads, ':', '::'])
  const word = (words: string) => Array.from(words, (_, index) => words.slice(index))
  return [
    ...ports,
    ...ipv4,
    ...ipv6,
    ...[' 0.0.0.0', ' ::'].flatMap((address) => [`${address} 0 0\r\n`, `${address}${address} 0 0\r\n`]),
    ...word('PROXY UNKNOWN\r\n'),
    ...word('TCP4 0.0.0.0 0.0.0.0 0 0\r\n'),
    ...word('TCP6 :: :: 0 0\r\n'),
  ]
})()

describe('version 2', () => {
  it.each<[string, Buffer, string, number]>([
    ['another signature', latin('\r\n\r\n\0\r\nQUIX'), 'signature', 10],
    ['version 1', v2(0x11), 'version', 12],
    ['an unknown command', v2(0x22), 'command', 12],
    ['an unknown family', v2(0x21, 0x41), 'family', 13],
    ['an unknown protocol', v2(0x21, 0x13), 'family', 13],
    ['a family without a protocol', v2(0x21, 0x10), 'family', 13],
    ['a length that is too short', v2(0x21, 0x11, 0, 11), 'length', 15],
    ['a length that is too short for IPv6', v2(0x21, 0x21, 0, 35), 'length', 15],
    ['a length that is too short for paths', v2(0x21, 0x31, 0, 215), 'length', 15],
    ['a length that is too long', v2(0x21, 0x11, 0x10, 0x01), 'length', 15],
    ['a length that is too long by its first byte', v2(0x21, 0x11, 0x11, 0), 'length', 14],
    ['a length of its own accord that is too long', v2(0x20, 0x00, 0x11, 0), 'length', 14],
    ['an additional field of two bytes', v2(0x21, 0x11, 0, 14, TCP4, 4), 'tlv', 28],
    ['a field that runs over the end', v2(0x21, 0x11, 0, 16, TCP4, 4, 0, 2), 'tlv', 30],
    ['a field that runs far over the end', v2(0x21, 0x11, 0, 16, TCP4, 4, 1), 'tlv', 29],
    ['a checksum of another length', v2(0x21, 0x11, 0, 16, TCP4, 3, 0, 1, 0), 'checksum', 31],
    ['a wrong checksum', v2(0x21, 0x11, 0, 19, TCP4, 3, 0, 4, 0, 0, 0, 0), 'checksum', 34],
    ['two ALPN protocols', v2(0x21, 0x11, 0, 18, TCP4, 1, 0, 0, 1, 0, 0), 'tlv', 33],
    ['an authority that is no UTF-8', v2(0x21, 0x11, 0, 16, TCP4, 2, 0, 1, 0xff), 'tlv', 31],
    ['a field of TLS that is too short', v2(0x21, 0x11, 0, 16, TCP4, 0x20, 0, 1, 0), 'tlv', 31],
    [
      'a field within that of TLS that runs over its end',
      v2(0x21, 0x11, 0, 23, TCP4, 0x20, 0, 8, 1, 0, 0, 0, 0, 0x21, 0, 1),
      'tlv',
      38,
    ],
  ])('is rejected for %s', (_name, bytes, reason, at) => {
    expect(byByte(bytes)).toEqual({ at, reason })
    expect(() => parseProxyHeader(bytes)).toThrow(ClientError)
  })

  it('is rejected for a unique id of more than 128 bytes', () => {
    const header = (length: number) =>
      v2(0x21, 0x11, 0, 15 + length, TCP4, 5, 0, length, new Array<number>(length).fill(1))
    expect(parseProxyHeader(header(128))?.header.uniqueId).toHaveLength(128)
    expect(() => parseProxyHeader(header(129))).toThrow(/unique id/)
  })

  it.each<[string, Buffer]>([
    ['with addresses', v2(0x20, 0x11, 0, 12, TCP4)],
    ['of any family', v2(0x20, 0x77, 0, 2, 255, 255)],
    ['with nothing', v2(0x20, 0x00, 0, 0)],
  ])('skips what comes with LOCAL, %s', (_name, bytes) => {
    expect(byByte(bytes)).toEqual({ at: bytes.length - 1, header: { version: 2, command: 'local' } })
  })

  it('skips what comes with UNSPEC', () => {
    const bytes = v2(0x21, 0x00, 0, 3, 255, 255, 255)
    expect(byByte(bytes)).toEqual({ at: bytes.length - 1, header: { version: 2, command: 'proxy' } })
  })

  it('says nothing of a verdict where the client has presented no certificate', () => {
    const tls = (bits: number) =>
      parseProxyHeader(v2(0x21, 0x11, 0, 20, TCP4, 0x20, 0, 5, bits, 0, 0, 0, 0))?.header.ssl
    expect(tls(1)?.verify).toBeUndefined()
    expect(tls(1 | 2)?.verify).toBe(0)
    expect(tls(1 | 4)?.verify).toBe(0)
  })
})

describe('parseProxyHeader', () => {
  it('rejects a version that it was not to read, at the first byte', () => {
    const reason = { reason: 'version' }
    expect(() => parseProxyHeader(latin('P'), { versions: [2] })).toThrow(expect.objectContaining(reason))
    expect(() => parseProxyHeader(latin('\r'), { versions: [1] })).toThrow(expect.objectContaining(reason))
    expect(parseProxyHeader(latin('P'), { versions: [1] })).toBeUndefined()
  })

  it('rejects wrong arguments by name', () => {
    const empty = new Uint8Array()
    expectInvalid(() => parseProxyHeader('PROXY' as never), 'bytes', 'PROXY')
    expectInvalid(() => parseProxyHeader(empty, { versions: [] }), 'versions', [])
    expectInvalid(() => parseProxyHeader(empty, { versions: [3 as 1] }), 'versions', [3])
    expectOutOfRange(() => parseProxyHeader(empty, { maxHeaderSize: 215 }), 'maxHeaderSize', 215)
    expectOutOfRange(() => parseProxyHeader(empty, { maxHeaderSize: 65_536 }), 'maxHeaderSize', 65_536)
    expect(() => parseProxyHeader(empty, { version: [1] } as never)).toThrow(/version is not known/)
  })
})

describe('encodeProxyHeader', () => {
  const header = { version: 2, command: 'proxy', source: client, destination: service } as const

  it('writes what the reference shows', () => {
    expect(encodeProxyHeader({ ...header, version: 1 }).toString()).toBe(
      'PROXY TCP4 192.0.2.1 198.51.100.1 50000 80\r\n',
    )
    expect(encodeProxyHeader(header)).toEqual(v2(0x21, 0x11, 0, 12, TCP4))
    expect(encodeProxyHeader({ version: 2, command: 'local' })).toEqual(v2(0x20, 0, 0, 0))
  })

  it.each<[string, object]>([
    ['header.command', { ...header, command: 'PROXY' }],
    ['header.version', { ...header, version: 3 }],
    ['header.destination', { ...header, destination: undefined }],
    ['header.destination.family', { ...header, destination: { family: 'unix', path: '' } }],
    ['header.source', { ...header, command: 'local' }],
    ['header.source.address', { ...header, source: { ...client, address: '192.0.2.01' } }],
    ['header.destination.address', { ...header, destination: { ...service, address: '::1' } }],
    ['header.source.port', { ...header, version: 1, source: { ...client, port: 65_536 } }],
    ['header.alpn', { ...header, version: 1, alpn: 'h2' }],
    ['header.alpn', { version: 2, command: 'local', alpn: 'h2' }],
    ['header.tlvs[0].type', { ...header, tlvs: [{ type: 2, value: new Uint8Array() }] }],
    ['header.ssl.tlvs[0].type', { ...header, ssl: { tlvs: [{ type: 0x21, value: new Uint8Array() }] } }],
    ['The length of header.uniqueId', { ...header, uniqueId: new Uint8Array(129) }],
    ['The length of header.authority', { ...header, authority: 'a'.repeat(65_536) }],
    ['The length of the header', { ...header, authority: 'a'.repeat(65_530) }],
    [
      'header.source.path',
      {
        ...header,
        source: { family: 'unix', path: 'a'.repeat(109) },
        destination: { family: 'unix', path: '' },
      },
    ],
  ])('rejects a wrong %s by name', (name, wrong) => {
    const startsWithName = new RegExp(`^${name.replaceAll(/[.[\]]/g, '\\$&')} `)
    expect(() => encodeProxyHeader(wrong as ProxyHeader)).toThrow(startsWithName)
  })
})
