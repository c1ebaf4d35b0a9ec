import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressList } from '../../src/common/address-list.ts'
import { ipv4, ipv6 } from '../preface/headers.ts'
import { expectInvalid } from '../support/invalid.ts'

const at = (address: string) =>
  ({ family: address.includes(':') ? 'IPv6' : 'IPv4', address, port: 1 }) as const
const list = (...entries: string[]) => new AddressList('from', entries)

describe('AddressList', () => {
  it('has what node:net finds in the same blocks', () => {
    // The message names the block that the address is in.
    const blockOf = (address: string, bits: number): string => {
      try {
        list(`${address}/${bits}`)
        return `${address}/${bits}`
      } catch (error) {
        return / as (\S+) is/.exec(String(error))?.[1] ?? ''
      }
    }
    const block = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
      fc.tuple(
        // Node does not unmap what is in a list.
        ipv6.filter((address) => !address.startsWith('::ffff:')),
        fc.integer({ min: 1, max: 128 }),
      ),
    )
    const addresses = fc.array(
      fc.oneof(
        ipv4,
        ipv6.filter((address) => !address.startsWith('::ffff:')),
      ),
    )
    fc.assert(
      fc.property(fc.array(block, { maxLength: 20 }), addresses, (blocks, addresses) => {
        // Node finds IPv4 in blocks of IPv6 as well.
        const theirs = { ipv4: new BlockList(), ipv6: new BlockList() }
        const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4')
        const entries = blocks.map(([address, bits]) => blockOf(address, bits))
        for (const entry of entries) {
          const [address = '', bits] = entry.split('/')
          theirs[familyOf(address)].addSubnet(address, Number(bits), familyOf(address))
        }
        const ours = list(...entries)
        for (const address of [...addresses, ...entries.map((entry) => entry.split('/')[0] ?? '')]) {
          const family = familyOf(address)
          expect([address, ours.has(at(address))]).toEqual([address, theirs[family].check(address, family)])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes an IPv4-mapped address for the IPv4 address in it, on both sides', () => {
    expect(list('10.0.0.0/8').has(at('::ffff:10.1.2.3'))).toBe(true)
    expect(list('::ffff:10.0.0.0/104').has(at('10.1.2.3'))).toBe(true)
    expect(list('::/0').has(at('10.1.2.3'))).toBe(false)
    expect(list('::/0').has(at('::ffff:10.1.2.3'))).toBe(false)
    expect(list('0.0.0.0/0').has(at('::1'))).toBe(false)
  })

  it('has clients of a unix socket only by name', () => {
    const unix = { family: 'unix', path: '/run/app.sock' } as const
    expect(list('unix').has(unix)).toBe(true)
    expect(list('0.0.0.0/0', '::/0').has(unix)).toBe(false)
    expect(list('unix').has(at('127.0.0.1'))).toBe(false)
  })

  it('has no address that it cannot read', () => {
    const all = list('0.0.0.0/0', '::/0')
    for (const address of ['', 'nonsense', '1.2.3', '01.2.3.4', '1.2.3.4 ', '::1::']) {
      expect(all.has(at(address))).toBe(false)
    }
  })

  it('has link-local clients whatever their interface', () => {
    expect(list('fe80::/10').has(at('fe80::1%eth0'))).toBe(true)
  })

  it('keeps a block that lies in another one from hiding it', () => {
    const nested = list('10.0.0.0/8', '10.1.0.0/16', '10.1.1.1')
    expect(nested.has(at('10.1.1.2'))).toBe(true)
    expect(nested.has(at('10.200.0.1'))).toBe(true)
    expect(nested.has(at('11.0.0.0'))).toBe(false)
    expect(nested.has(at('9.255.255.255'))).toBe(false)
  })

  it.each([
    '',
    'any',
    'localhost',
    '10.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.1/8',
    '010.0.0.1',
    'fe80::1%eth0',
    '::/129',
    '1::2::3',
    ' 10.0.0.1',
    7,
    null,
  ])('rejects the entry %j by name', (entry) => {
    expectInvalid(() => new AddressList('proxyProtocol.from', ['::1', entry]), 'proxyProtocol.from[1]', entry)
  })

  it('names the block that an address with bits beyond its prefix is in', () => {
    expect(() => list('10.1.2.3/8')).toThrow('as 10.0.0.0/8 is')
    expect(() => list('2001:db8::1/32')).toThrow('as 2001:db8::/32 is')
  })
})
