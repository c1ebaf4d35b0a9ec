// Headers that are wrong in all ways: none is taken for a header, and none costs memory.
import { expect, test } from 'vitest'
import { ClientError, encodeProxyHeader, type ProxyHeader } from '../../src/index.ts'
import { ProxyHeaderReader } from '../../src/preface/proxy-header.ts'

const MALFORMED = 100_000
const SETTINGS = { versions: [1, 2], maxHeaderSize: 4096 } as const

/** A generator of Lehmer's: the same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const v4 = (address: string, port: number) => ({ family: 'IPv4', address, port }) as const
const v6 = (address: string, port: number) => ({ family: 'IPv6', address, port }) as const
const SEEDS: readonly ProxyHeader[] = [
  { version: 1, command: 'proxy', source: v4('192.0.2.1', 50_000), destination: v4('198.51.100.1', 80) },
  { version: 1, command: 'proxy', source: v6('2001:db8::1', 50_000), destination: v6('::1', 443) },
  { version: 2, command: 'proxy', source: v4('192.0.2.1', 50_000), destination: v4('198.51.100.1', 80) },
  { version: 2, command: 'proxy', source: v6('2001:db8::1', 50_000), destination: v6('::1', 443) },
  {
    version: 2,
    command: 'proxy',
    source: { family: 'unix', path: '/run/client' },
    destination: { family: 'unix', path: '\0abstract' },
    alpn: 'h2',
    authority: 'example.org',
    uniqueId: new Uint8Array(16),
    ssl: { isTls: true, hasCertificate: true, hasSessionCertificate: false, verify: 0, version: 'TLSv1.3' },
    tlvs: [{ type: 0xea, value: new Uint8Array(20) }],
  },
]

/**
 * A header with some bytes changed, left out, put in, or cut off, and the mute bytes of a client
 * behind it.
 */
function malform(random: (below: number) => number): Buffer {
  const seed = SEEDS[random(SEEDS.length)] as ProxyHeader
  const bytes = [...encodeProxyHeader(seed, { checksum: seed.version === 2 && random(2) === 0 })]
  const changes = 1 + random(3)
  for (let change = 0; change < changes; change++) {
    const at = random(bytes.length)
    const byte = random(256)
    const kind = random(4)
    if (kind === 0) bytes[at] = byte
    else if (kind === 1) bytes.splice(at, 1)
    else if (kind === 2) bytes.splice(at, 0, byte)
    else bytes.splice(at, random(20), ...Array.from({ length: random(20) }, () => random(256)))
  }
  return Buffer.concat([Buffer.from(bytes), Buffer.alloc(random(20) === 0 ? 70_000 : 0)])
}

async function bytesInUse(): Promise<number> {
  // The memory of buffers is freed in the background.
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise(setImmediate)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

test(`of ${MALFORMED} malformed headers each is refused, or is a header, however it comes, and none costs memory`, async () => {
  const random = numbers(20_261_130)
  const counts = { refused: 0, read: 0, unfinished: 0 }
  let before = 0
  for (let index = 0; index < MALFORMED; index++) {
    if (index === 1_000) before = await bytesInUse()
    const bytes = malform(random)
    const reader = new ProxyHeaderReader(SETTINGS)
    let at = 0
    let outcome: keyof typeof counts = 'unfinished'
    while (at < bytes.length && outcome === 'unfinished') {
      const end = Math.min(bytes.length, at + 1 + random(index % 2 === 0 ? 4 : 100_000))
      try {
        const found = reader.push(bytes.subarray(at, end))
        if (found) {
          outcome = 'read'
          // What it was read as is what is written of it: nothing was taken for what it is not.
          const again = encodeProxyHeader(found.header)
          const rereader = new ProxyHeaderReader(SETTINGS)
          expect(rereader.push(again)?.header).toEqual(found.header)
        }
      } catch (error) {
        if (!(error instanceof ClientError) || error.code !== 'ERR_PROXY_HEADER') throw error
        outcome = 'refused'
      }
      at = end
    }
    counts[outcome]++
    // Nobody waits for ever for what no header can still need.
    if (outcome === 'unfinished') expect(bytes.length).toBeLessThan(16 + SETTINGS.maxHeaderSize)
  }
  expect((await bytesInUse()) - before).toBeLessThan(4_000_000)
  expect(counts.refused).toBeGreaterThan(MALFORMED / 2)
  expect(counts.refused + counts.read + counts.unfinished).toBe(MALFORMED)
})
