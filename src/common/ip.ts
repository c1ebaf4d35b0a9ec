// IP addresses as numbers: strict to read, and written as RFC 5952 says.

const DOT = 46
const ZERO = 48
const COLON = 58

/** Two groups of 16 bits; undefined for what is no dotted quad, or has leading zeroes. */
export function parseIPv4(text: string): number[] | undefined {
  return quadAt(text, 0)
}

/** The dotted quad from there to the end. */
function quadAt(text: string, start: number): number[] | undefined {
  const groups = [0, 0]
  let octet = 0
  let digits = 0
  let index = 0
  for (let at = start; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit >= 0 && digit <= 9) {
      const isLeadingZero = digits === 1 && octet === 0
      octet = octet * 10 + digit
      digits++
      if (isLeadingZero || octet > 255) return undefined
      continue
    }
    const isEnd = at === text.length
    if (digits === 0 || (!isEnd && text.charCodeAt(at) !== DOT) || isEnd !== (index === 3)) return undefined
    groups[index >> 1] = (groups[index >> 1] as number) * 256 + octet
    octet = 0
    digits = 0
    index++
  }
  return groups
}

/** Eight groups of 16 bits; undefined for anything else, zone ids included. */
export function parseIPv6(text: string): number[] | undefined {
  const groups: number[] = []
  /** How many groups are before `::`. */
  let before = text.startsWith('::') ? 0 : -1
  let at = before === 0 ? 2 : 0
  while (at < text.length) {
    const start = at
    let group = 0
    for (let digit = hexAt(text, at); digit >= 0; digit = hexAt(text, ++at)) group = group * 16 + digit
    if (text.charCodeAt(at) === DOT) {
      // The last 32 bits may be a dotted quad.
      const quad = quadAt(text, start)
      if (!quad) return undefined
      groups.push(...quad)
      break
    }
    if (at === start || at - start > 4) return undefined
    groups.push(group)
    if (at === text.length) break
    if (text.charCodeAt(at++) !== COLON || at === text.length) return undefined
    if (text.charCodeAt(at) !== COLON) continue
    if (before !== -1) return undefined
    before = groups.length
    at++
  }
  if (before === -1) return groups.length === 8 ? groups : undefined
  // `::` stands for one group at least.
  if (groups.length > 7) return undefined
  const zeroes = new Array<number>(8 - groups.length).fill(0)
  return [...groups.slice(0, before), ...zeroes, ...groups.slice(before)]
}

/**
 * The groups of an address as the OS names it: two of an IPv4 address, IPv4-mapped ones included,
 * eight of another IPv6 address, whose zone (`fe80::1%eth0`) is left out. Undefined for what is no
 * address.
 */
export function parseIP(text: string): number[] | undefined {
  const ipv4 = parseIPv4(text)
  if (ipv4) return ipv4
  const zoneAt = text.indexOf('%')
  const ipv6 = parseIPv6(zoneAt === -1 ? text : text.slice(0, zoneAt))
  return ipv6 && (unmapped(ipv6) ?? ipv6)
}

/** Of the first `bits` of a group. */
export function maskOf(bits: number): number {
  if (bits >= 16) return 0xffff
  return bits <= 0 ? 0 : (0xffff << (16 - bits)) & 0xffff
}

/** -1 where there is no hexadecimal digit. */
function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

export function formatIPv4([high = 0, low = 0]: readonly number[]): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** The two groups of the IPv4 address in an IPv4-mapped one (`::ffff:192.0.2.1`). */
export function unmapped(groups: readonly number[]): number[] | undefined {
  const isMapped = groups[5] === 0xffff && groups.every((group, index) => index >= 5 || group === 0)
  return isMapped ? groups.slice(6) : undefined
}

export function formatIPv6(groups: readonly number[]): string {
  const quad = unmapped(groups)
  if (quad) return `::ffff:${formatIPv4(quad)}`
  const { start, length } = longestZeroes(groups)
  const text = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

function longestZeroes(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > longest.length) longest = { start, length }
  }
  return longest
}
