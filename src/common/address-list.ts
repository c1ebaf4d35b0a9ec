// Lists of addresses and CIDR blocks. What cannot be understood is in no list.
import type { Address } from './address.ts'
import { formatIPv4, formatIPv6, maskOf, parseIP, parseIPv4, parseIPv6, unmapped } from './ip.ts'
import { invalid } from './validate.ts'

/** All addresses whose first `bits` are those of `groups`. */
interface Block {
  readonly groups: readonly number[]
  readonly bits: number
}

const EXPECTED = "an IP address, a CIDR block such as '10.0.0.0/8' or 'fd00::/8', or 'unix'"

/**
 * Addresses, CIDR blocks and `'unix'`, for clients of a unix socket. An IPv4-mapped IPv6 address
 * is taken for the IPv4 address that it stands for, in a list and of a client: `::/0` is all of
 * IPv6, and nothing of IPv4. One is looked up by binary search.
 */
export class AddressList {
  readonly #ipv4: Blocks
  readonly #ipv6: Blocks
  readonly #hasUnix: boolean

  /**
   * Throws a `TypeError` that names the entry for one that is malformed: a zone id, a leading zero,
   * an address with bits beyond its prefix.
   */
  constructor(name: string, entries: readonly unknown[]) {
    const blocks = entries.flatMap((entry, index) =>
      entry === 'unix' ? [] : [parseBlock(`${name}[${index}]`, entry)],
    )
    this.#ipv4 = new Blocks(blocks.filter(({ groups }) => groups.length === 2))
    this.#ipv6 = new Blocks(blocks.filter(({ groups }) => groups.length === 8))
    this.#hasUnix = entries.includes('unix')
  }

  get isEmpty(): boolean {
    return !this.#hasUnix && this.#ipv4.isEmpty && this.#ipv6.isEmpty
  }

  /** False for an address that is none, as that of a peer that is gone. */
  has(address: Address): boolean {
    if (address.family === 'unix') return this.#hasUnix
    const groups = parseIP(address.address)
    if (!groups) return false
    return groups.length === 2 ? this.#ipv4.has(groups) : this.#ipv6.has(groups)
  }
}

function parseBlock(name: string, entry: unknown): Block {
  if (typeof entry !== 'string') return invalid(name, EXPECTED, entry)
  const [address = '', prefix, ...more] = entry.split('/')
  const groups = parseIPv4(address) ?? parseIPv6(address)
  if (!groups || more.length > 0) return invalid(name, EXPECTED, entry)
  const width = groups.length * 16
  const bits = prefix === undefined ? width : Number(prefix)
  if (prefix !== undefined && (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || bits > width)) {
    return invalid(name, `a CIDR block with a prefix from 0 to ${width}`, entry)
  }
  const masked = groups.map((group, index) => group & maskOf(bits - index * 16))
  if (masked.some((group, index) => group !== groups[index])) {
    const format = width === 32 ? formatIPv4 : formatIPv6
    return invalid(
      name,
      `a CIDR block without bits beyond its prefix, as ${format(masked)}/${bits} is`,
      entry,
    )
  }
  const inner = bits >= 96 ? unmapped(groups) : undefined
  return inner ? { groups: inner, bits: bits - 96 } : { groups, bits }
}

function isIn({ groups, bits }: Block, address: readonly number[]): boolean {
  for (let index = 0; index * 16 < bits; index++) {
    if (((address[index] ?? 0) & maskOf(bits - index * 16)) !== groups[index]) return false
  }
  return true
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Blocks of one family. They lie within each other or apart: only the outermost are kept. */
class Blocks {
  readonly #sorted: Block[] = []

  constructor(blocks: readonly Block[]) {
    const sorted = blocks.toSorted((one, other) => compare(one.groups, other.groups) || one.bits - other.bits)
    for (const block of sorted) {
      const last = this.#sorted.at(-1)
      if (!last || !isIn(last, block.groups)) this.#sorted.push(block)
    }
  }

  get isEmpty(): boolean {
    return this.#sorted.length === 0
  }

  /** Only the last block that does not begin after the address can have it. */
  has(address: readonly number[]): boolean {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare((this.#sorted[middle] as Block).groups, address) <= 0) low = middle + 1
      else high = middle
    }
    const block = this.#sorted[low - 1]
    return block !== undefined && isIn(block, address)
  }
}
