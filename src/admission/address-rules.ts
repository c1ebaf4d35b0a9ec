// The options `allow` and `block`: which addresses a server takes clients of.
import { BlockList } from 'node:net'
import type { Address } from '../common/address.ts'
import { AddressList } from '../common/address-list.ts'
import { formatIPv4, formatIPv6, parseIP } from '../common/ip.ts'
import { invalid, lookAt } from '../common/validate.ts'

/**
 * Some addresses: IP addresses, CIDR blocks, and `'unix'` for the clients of a unix socket; or a
 * `net.BlockList`, whose rules are asked for each client, so that later ones count as well.
 */
export type AddressRules = readonly string[] | BlockList

/** Which addresses are meant. */
export interface AddressSet {
  has(address: Address): boolean
}

/** Of `allow`; undefined where everybody is. */
export function requireAllow(name: string, value: unknown): AddressSet | undefined {
  return value === 'any' ? undefined : requireAddresses(name, value, ", or 'any'")
}

/** Of `block`; undefined where nobody is. */
export function requireBlock(name: string, value: unknown): AddressSet | undefined {
  const rules = requireAddresses(name, value, '')
  return rules instanceof AddressList && rules.isEmpty ? undefined : rules
}

function requireAddresses(name: string, value: unknown, others: string): AddressSet {
  const expected = `a list of addresses, CIDR blocks and 'unix', a net.BlockList${others}`
  const fail = () => invalid(name, expected, value)
  if (lookAt(() => value instanceof BlockList, fail)) return new BlockListRules(value as BlockList)
  if (!lookAt(() => Array.isArray(value), fail)) return fail()
  return new AddressList(
    name,
    lookAt(() => [...(value as unknown[])], fail),
  )
}

/** An IPv4-mapped IPv6 address is the IPv4 address that it stands for, as in our own lists. */
class BlockListRules implements AddressSet {
  readonly #rules: BlockList

  constructor(rules: BlockList) {
    this.#rules = rules
  }

  has(address: Address): boolean {
    const groups = address.family === 'unix' ? undefined : parseIP(address.address)
    if (!groups) return false
    return groups.length === 2
      ? this.#rules.check(formatIPv4(groups), 'ipv4')
      : this.#rules.check(formatIPv6(groups), 'ipv6')
  }
}
