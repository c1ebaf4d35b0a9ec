// The option `maxConnectionsPerAddress`: how many connections each address has.
import type { Address } from '../common/address.ts'
import { maskOf, parseIP } from '../common/ip.ts'
import { rejectUnknownKeys, requireInteger, requireObject } from '../common/validate.ts'

/** How many connections one address may have; see `ServerOptions.maxConnectionsPerAddress`. */
export interface AddressLimit {
  /** At least 1. */
  limit: number
  /**
   * Clients whose IPv4 addresses have so many first bits in common count as one, from 1 to 32.
   * @default 32
   */
  ipv4Prefix?: number
  /**
   * The same of IPv6 addresses, from 1 to 128. Whoever has one address of a network mostly has
   * all of its /64.
   * @default 64
   */
  ipv6Prefix?: number
}

export function requireAddressLimit(name: string, value: unknown): Required<AddressLimit> {
  const isShort = typeof value === 'number'
  const given = isShort ? { limit: value } : requireObject(name, value, 'a number, or { limit, … }')
  rejectUnknownKeys(name, given, ['limit', 'ipv4Prefix', 'ipv6Prefix'])
  const { limit, ipv4Prefix = 32, ipv6Prefix = 64 } = given as Partial<Record<keyof AddressLimit, unknown>>
  return {
    limit: requireInteger(isShort ? name : `${name}.limit`, limit, 1, Number.MAX_SAFE_INTEGER),
    ipv4Prefix: requireInteger(`${name}.ipv4Prefix`, ipv4Prefix, 1, 32),
    ipv6Prefix: requireInteger(`${name}.ipv6Prefix`, ipv6Prefix, 1, 128),
  }
}

/** Counts connections by their addresses. Those that have none are not remembered. */
export class AddressCounts {
  readonly #limit: number
  readonly #ipv4Prefix: number
  readonly #ipv6Prefix: number
  readonly #counts = new Map<string, number>()
  /** By what each connection counts: its address may change, and not all are counted. */
  readonly #keys = new WeakMap<object, string>()

  constructor({ limit, ipv4Prefix, ipv6Prefix }: Required<AddressLimit>) {
    this.#limit = limit
    this.#ipv4Prefix = ipv4Prefix
    this.#ipv6Prefix = ipv6Prefix
  }

  /** How many addresses have connections. */
  get size(): number {
    return this.#counts.size
  }

  isFull(address: Address): boolean {
    const key = this.#keyOf(address)
    return key !== undefined && (this.#counts.get(key) ?? 0) >= this.#limit
  }

  enter(connection: object, address: Address): void {
    const key = this.#keyOf(address)
    if (key === undefined) return
    this.#keys.set(connection, key)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Does nothing for one that was not counted. */
  leave(connection: object): void {
    const key = this.#keys.get(connection)
    if (key === undefined) return
    this.#keys.delete(connection)
    const left = (this.#counts.get(key) ?? 0) - 1
    if (left > 0) this.#counts.set(key, left)
    else this.#counts.delete(key)
  }

  /**
   * Undefined for a client of a unix socket, which has none. All whose addresses nobody knows, as
   * they have gone, count as one.
   */
  #keyOf(address: Address): string | undefined {
    if (address.family === 'unix') return undefined
    const { address: text } = address
    // As it is mostly: nothing to be cut off, and the OS has one way to write it.
    if (address.family === 'IPv4' && this.#ipv4Prefix === 32) return text
    const groups = parseIP(text)
    if (!groups) return ''
    const isIPv4 = groups.length === 2
    const bits = isIPv4 ? this.#ipv4Prefix : this.#ipv6Prefix
    const [high = 0, low = 0] = groups
    // As the OS writes it.
    if (isIPv4 && bits === 32) return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
    let key = isIPv4 ? 'IPv4' : 'IPv6'
    for (let index = 0; index * 16 < bits; index++) {
      key += `:${(groups[index] as number) & maskOf(bits - index * 16)}`
    }
    return key
  }
}
