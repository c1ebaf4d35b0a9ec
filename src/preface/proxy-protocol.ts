// The option `proxyProtocol`.
import type { Address } from '../common/address.ts'
import { AddressList } from '../common/address-list.ts'
import { invalid, rejectUnknownKeys, requireObject, requireOneOf } from '../common/validate.ts'
import {
  MAX_HEADER_SIZE,
  type ParseProxyHeaderOptions,
  PROXY_VERSIONS,
  requireMaxHeaderSize,
  requireVersions,
} from './proxy-header.ts'

/** Who sends headers of the PROXY protocol, and which; see `ServerOptions.proxyProtocol`. */
export interface ProxyProtocolOptions extends ParseProxyHeaderOptions {
  /**
   * The proxies: IP addresses, CIDR blocks, and `'unix'` for the clients of a unix socket; or
   * `'any'`. There is no default: whoever is listed can name any client it likes. Whoever is listed
   * has to send a header.
   */
  from: readonly string[] | 'any'
  /**
   * What becomes of those that are not in `from`, of whom a header is never read.
   *
   * - `'drop'`: they are closed at once, and told by the event `'drop'`;
   * - `'direct'`: they are served as they are.
   * @default 'drop'
   */
  others?: 'drop' | 'direct'
}

/** The option, checked. */
export interface ProxyProtocol extends Required<ParseProxyHeaderOptions> {
  readonly others: 'drop' | 'direct'
  /** Whether a client has to send a header. */
  isFrom(address: Address): boolean
}

export function requireProxyProtocol(name: string, value: unknown): ProxyProtocol {
  const given = requireObject(name, value, '{ from, versions?, maxHeaderSize?, others? }')
  rejectUnknownKeys(name, given, ['from', 'versions', 'maxHeaderSize', 'others'])
  const options = given as Partial<Record<keyof ProxyProtocolOptions, unknown>>
  const { from, versions = PROXY_VERSIONS, maxHeaderSize = MAX_HEADER_SIZE, others = 'drop' } = options
  const list = from === 'any' ? undefined : requireList(`${name}.from`, from)
  return {
    versions: requireVersions(`${name}.versions`, versions),
    maxHeaderSize: requireMaxHeaderSize(`${name}.maxHeaderSize`, maxHeaderSize),
    others: requireOneOf(`${name}.others`, others, ['drop', 'direct']),
    isFrom: (address) => list?.has(address) ?? true,
  }
}

function requireList(name: string, value: unknown): AddressList {
  if (!Array.isArray(value) || value.length === 0) {
    return invalid(name, "a list of addresses, CIDR blocks and 'unix', or 'any'", value)
  }
  return new AddressList(name, value)
}
