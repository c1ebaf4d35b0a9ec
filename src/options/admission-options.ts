// The options of both factories that say who gets in.
import { type AcceptRateLimit, requireAcceptRate } from '../admission/accept-rate.ts'
import { type AddressLimit, requireAddressLimit } from '../admission/address-counts.ts'
import { type AddressRules, type AddressSet, requireAllow, requireBlock } from '../admission/address-rules.ts'
import type { Admit } from '../admission/admission.ts'
import { requireFunction } from '../common/validate.ts'
import { option, optional } from './option.ts'

export const admissionTable = {
  /**
   * Who gets in: a list of IP addresses, CIDR blocks, and `'unix'` for the clients of a unix
   * socket; a `net.BlockList`; or `'any'`. All others are closed at once, and told by `'drop'`. A
   * client whose address nobody knows, as it has gone by itself, is in no list. Can be replaced
   * later by `server.setAllow`.
   * @default 'any'
   * @example
   * const options: ServerOptions = { allow: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'] }
   */
  allow: option<AddressRules | 'any', AddressSet | undefined>({
    doc: "addresses and CIDR blocks that get in, or `'any'`: [Who gets in](../admission/README.md#addresses)",
    default: 'any',
    check: requireAllow,
  }),
  /**
   * Who does not get in, even if it is in `allow`: a list as that, or a `net.BlockList`. A client
   * whose address nobody knows, as it has gone by itself, counts as blocked unless the list is
   * `[]`. Can be replaced later by `server.setBlock`.
   * @default []
   */
  block: option<AddressRules, AddressSet | undefined>({
    doc: 'addresses and CIDR blocks that do not: [Who gets in](../admission/README.md#addresses)',
    default: [],
    check: requireBlock,
  }),
  /**
   * Maximum number of connections of one address: `{ limit, ipv4Prefix, ipv6Prefix }`, or the limit
   * alone. A client over it is closed at once, and told by `'drop'`: it never waits, as the others
   * would behind it. IPv6 clients of one /64 count as one unless told otherwise. Clients of a unix
   * socket have no address, and no such limit.
   * @default none
   * @example
   * const options: ServerOptions = { maxConnectionsPerAddress: { limit: 20, ipv4Prefix: 24 } }
   */
  maxConnectionsPerAddress: optional<number | AddressLimit, Required<AddressLimit>>({
    doc: 'maximum number of connections of one address: [Per address](../admission/README.md#per-address)',
    defaultText: 'none',
    check: requireAddressLimit,
  }),
  /**
   * How many clients get a place each second: `{ perSecond, burst }`, or the number per second
   * alone. `burst`, which is as many unless given, get in at once after a quiet time. When no more
   * may, the server accepts nobody, as if it were full: by `'hold'` clients wait in the kernel's
   * queue and are served in their order, by `'rebind'` they are refused until `burst` may get in
   * again. Whoever is dropped does not count.
   * @default none
   * @example
   * const options: ServerOptions = { maxAcceptRate: { perSecond: 100, burst: 20 } }
   */
  maxAcceptRate: optional<number | AcceptRateLimit, Required<AcceptRateLimit>>({
    doc: 'how many clients get a place each second: [Per second](../admission/README.md#per-second)',
    defaultText: 'none',
    check: requireAcceptRate,
  }),
  /**
   * Asked for each client that the other rules let in, with its address, before it gets a place:
   * whether it gets in. It must answer at once; a promise is an error. One that it does not let in
   * is closed, and told by `'drop'`. If it throws, the client does not get in either, and the error
   * goes to `onHandlerError`. A client that has reset its connection before it was accepted has no
   * address any more: it does not get in, and is not asked about.
   * @default none
   * @example
   * const banned = new Set<string>()
   * const options: ServerOptions = {
   *   admit: (address) => address.family === 'unix' || !banned.has(address.address),
   * }
   */
  admit: optional<Admit>({
    doc: 'a function that says of each address whether it gets in: [Rules of your own](../admission/README.md#rules-of-your-own)',
    defaultText: 'none',
    check: (name, value) => requireFunction(name, value) as Admit,
  }),
}
