import { BlockList } from 'node:net'
import { describe, expect, it, test } from 'vitest'
import { requireAllow, requireBlock } from '../../src/admission/address-rules.ts'
import type { Address } from '../../src/index.ts'
import { expectInvalid } from '../support/invalid.ts'

const ip = (address: string): Address => ({
  family: address.includes(':') ? 'IPv6' : 'IPv4',
  address,
  port: 1,
})
const unix: Address = { family: 'unix', path: '/run/app.sock' }

test("allow: 'any' and block: [] are no rules", () => {
  expect([requireAllow('allow', 'any'), requireBlock('block', [])]).toEqual([undefined, undefined])
  expect(requireAllow('allow', [])?.has(ip('127.0.0.1'))).toBe(false)
})

test.each([
  ['localhost', 'allow[1]'],
  ['10.0.0.1/8', 'allow[1]'],
  ['10.0.0.0/33', 'allow[1]'],
  ['010.0.0.1', 'allow[1]'],
  ['fe80::1%eth0', 'allow[1]'],
  ['', 'allow[1]'],
  [7, 'allow[1]'],
])('the entry %j is malformed, and is named', (entry, name) => {
  expectInvalid(() => requireAllow('allow', ['127.0.0.1', entry]), name, entry)
})

describe('a net.BlockList', () => {
  const rules = new BlockList()
  rules.addSubnet('10.0.0.0', 8, 'ipv4')
  rules.addAddress('2001:db8::1', 'ipv6')
  const block = requireBlock('block', rules)

  it('is asked, for later rules as well', () => {
    expect(block?.has(ip('10.1.2.3'))).toBe(true)
    expect(block?.has(ip('11.1.2.3'))).toBe(false)
    expect(block?.has(ip('2001:db8:0:0::1'))).toBe(true)
    rules.addAddress('11.1.2.3', 'ipv4')
    expect(block?.has(ip('11.1.2.3'))).toBe(true)
  })

  it('has IPv4-mapped addresses as the IPv4 ones, and those with a zone without it', () => {
    rules.addAddress('fe80::1', 'ipv6')
    expect(block?.has(ip('::ffff:10.1.2.3'))).toBe(true)
    expect(block?.has(ip('fe80::1%eth0'))).toBe(true)
  })

  it('has no client of a unix socket, and none that is gone', () => {
    expect([block?.has(unix), block?.has(ip(''))]).toEqual([false, false])
  })
})
