import { describe, expect, it } from 'vitest'
import { AddressCounts, requireAddressLimit } from '../../src/admission/address-counts.ts'
import type { Address } from '../../src/index.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

const ip = (address: string): Address => ({
  family: address.includes(':') ? 'IPv6' : 'IPv4',
  address,
  port: 1,
})
const unix: Address = { family: 'unix', path: '/run/app.sock' }

/** Whether who comes from the second address counts together with who comes from the first. */
function isSame(options: object, one: string, other: string): boolean {
  const counts = new AddressCounts(requireAddressLimit('limit', { limit: 1, ...options }))
  counts.enter({}, ip(one))
  return counts.isFull(ip(other))
}

describe('maxConnectionsPerAddress', () => {
  it('is a number, or an object with defaults', () => {
    const expected = { limit: 3, ipv4Prefix: 32, ipv6Prefix: 64 }
    expect(requireAddressLimit('limit', 3)).toEqual(expected)
    expect(requireAddressLimit('limit', { limit: 3 })).toEqual(expected)
  })

  it('names the field that is wrong', () => {
    expectInvalid(() => requireAddressLimit('perAddress', {}), 'perAddress.limit', undefined)
    for (const [name, value] of [
      ['limit', 0],
      ['ipv4Prefix', 0],
      ['ipv4Prefix', 33],
      ['ipv6Prefix', 129],
    ] as const) {
      const given = { limit: 1, [name]: value }
      expectOutOfRange(() => requireAddressLimit('perAddress', given), `perAddress.${name}`, value)
    }
    expect(() => requireAddressLimit('perAddress', { limit: 1, prefix: 8 })).toThrow(/perAddress\.prefix/)
  })

  it.each([
    [{}, '192.0.2.1', '192.0.2.1', true],
    [{}, '192.0.2.1', '192.0.2.2', false],
    [{}, '192.0.2.1', '::ffff:192.0.2.1', true],
    [{ ipv4Prefix: 24 }, '192.0.2.1', '192.0.2.200', true],
    [{ ipv4Prefix: 24 }, '192.0.2.1', '::ffff:192.0.2.200', true],
    [{ ipv4Prefix: 25 }, '192.0.2.1', '192.0.2.200', false],
    [{}, '2001:db8::1', '2001:db8::2:0:0:1', true],
    [{}, '2001:db8::1', '2001:db8:0:1::1', false],
    [{ ipv6Prefix: 128 }, '2001:db8::1', '2001:db8::2', false],
    [{ ipv6Prefix: 128 }, '2001:db8::1', '2001:db8:0::1', true],
    [{ ipv6Prefix: 48 }, '2001:db8::1', '2001:db8:0:1::1', true],
    [{ ipv6Prefix: 1, ipv4Prefix: 1 }, '::1', '1.0.0.1', false],
    [{}, '', '192.0.2.1', false],
    [{}, '', '', true],
  ])('by %j, %s and %s count as one: %s', (options, one, other, expected) => {
    expect(isSame(options, one, other)).toBe(expected)
  })

  it('has no room for one more at the limit, and forgets who has none', () => {
    const counts = new AddressCounts(requireAddressLimit('limit', 2))
    const [first, second] = [{}, {}]
    counts.enter(first, ip('192.0.2.1'))
    expect(counts.isFull(ip('192.0.2.1'))).toBe(false)
    counts.enter(second, ip('192.0.2.1'))
    expect(counts.isFull(ip('192.0.2.1'))).toBe(true)
    counts.leave(first)
    counts.leave(first)
    expect([counts.isFull(ip('192.0.2.1')), counts.size]).toEqual([false, 1])
    counts.leave(second)
    counts.leave({})
    expect(counts.size).toBe(0)
  })

  it('remembers nothing of 100,000 addresses that have come and gone', () => {
    const counts = new AddressCounts(requireAddressLimit('limit', 1))
    for (let number = 0; number < 100_000; number++) {
      const connection = {}
      counts.enter(connection, ip(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`))
      counts.enter(connection, unix)
      counts.leave(connection)
    }
    expect(counts.size).toBe(0)
  })

  it('does not count clients of a unix socket', () => {
    const counts = new AddressCounts(requireAddressLimit('limit', 1))
    counts.enter({}, unix)
    expect([counts.isFull(unix), counts.size]).toEqual([false, 0])
  })
})
