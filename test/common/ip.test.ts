import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from '../../src/common/ip.ts'

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length })

test('what is written is read', () => {
  fc.assert(
    fc.property(groups(2), groups(8), (ipv4, ipv6) => {
      expect(parseIPv4(formatIPv4(ipv4))).toEqual(ipv4)
      expect(parseIPv6(formatIPv6(ipv6))).toEqual(ipv6)
      expect(isIPv4(formatIPv4(ipv4))).toBe(true)
      expect(isIPv6(formatIPv6(ipv6))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('what is an address is what node:net takes for one', () => {
  const pieces = [
    ':',
    '::',
    '.',
    '0',
    '1',
    '25',
    '255',
    '256',
    '01',
    'f',
    'FfFf',
    '12345',
    'g',
    ' ',
    '%1',
    '١',
  ]
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(''))
  const nearly = groups(8).chain((ipv6) =>
    fc.tuple(fc.nat(), fc.constantFrom(...pieces, '')).map(([at, piece]) => {
      const address = formatIPv6(ipv6)
      const index = at % address.length
      return address.slice(0, index) + piece + address.slice(index + 1)
    }),
  )
  fc.assert(
    fc.property(fc.oneof(text, nearly), (text) => {
      expect([text, parseIPv4(text) !== undefined]).toEqual([text, isIPv4(text)])
      // Node takes zone ids, too.
      expect([text, parseIPv6(text) !== undefined]).toEqual([text, isIPv6(text) && !text.includes('%')])
    }),
    { numRuns: 10_000 },
  )
})

test.each([
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:c000:201', '::ffff:192.0.2.1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
])('%s is written as %s', (text, written) => {
  expect(formatIPv6(parseIPv6(text) ?? [])).toBe(written)
})
