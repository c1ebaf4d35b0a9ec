// Who gets in. The rules, in the order in which they are asked; what is not asked costs nothing.
import type { Address } from '../common/address.ts'
import { describeValue, InvalidOptionError } from '../common/errors.ts'
import type { ProxyProtocol } from '../preface/proxy-protocol.ts'
import { AddressCounts, type AddressLimit } from './address-counts.ts'
import type { AddressSet } from './address-rules.ts'

/**
 * Why a connection was closed at once, without a handler:
 *
 * - `'dropping'`: the server drops all of them;
 * - `'blocked'`: its address is in `block`;
 * - `'not-allowed'`: its address is not in `allow`, or not in `proxyProtocol.from`;
 * - `'per-address'`: its address has as many as `maxConnectionsPerAddress` allows;
 * - `'refused'`: `admit` has not let it in, or a rule has thrown.
 */
export type DropReason = 'dropping' | 'blocked' | 'not-allowed' | 'per-address' | 'refused'

/** Says whether a client gets in; see `ServerOptions.admit`. */
export type Admit = (address: Address) => boolean

export interface AdmissionSettings {
  allow: AddressSet | undefined
  block: AddressSet | undefined
  maxConnectionsPerAddress: Required<AddressLimit> | undefined
  admit: Admit | undefined
  proxyProtocol: ProxyProtocol | undefined
}

export class Admission {
  /** Undefined where nobody asks for them. */
  readonly counts: AddressCounts | undefined
  #allow: AddressSet | undefined
  #block: AddressSet | undefined
  readonly #admit: Admit | undefined
  readonly #proxyProtocol: ProxyProtocol | undefined
  readonly #onFailure: (error: unknown, address: Address) => void
  #isOpen = true

  /** `onFailure` hears of what rules of the user's throw; nobody is let in by that. */
  constructor(
    { allow, block, maxConnectionsPerAddress, admit, proxyProtocol }: AdmissionSettings,
    onFailure: (error: unknown, address: Address) => void,
  ) {
    this.#allow = allow
    this.#block = block
    this.#admit = admit
    this.#proxyProtocol = proxyProtocol
    this.#onFailure = onFailure
    if (maxConnectionsPerAddress) this.counts = new AddressCounts(maxConnectionsPerAddress)
    this.#look()
  }

  /** Whether everybody gets in, so that nobody need be looked at. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** For clients from now on. */
  set allow(allow: AddressSet | undefined) {
    this.#allow = allow
    this.#look()
  }

  /** For clients from now on. */
  set block(block: AddressSet | undefined) {
    this.#block = block
    this.#look()
  }

  #look(): void {
    const hasRules = this.#allow || this.#block || this.counts || this.#admit
    this.#isOpen = !(hasRules || this.#proxyProtocol)
  }

  /**
   * Whether who comes from there has to say first who its client is: the rules are for that one
   * then.
   */
  isProxy(peer: Address): boolean {
    return this.#proxyProtocol?.isFrom(peer) ?? false
  }

  /** Why one that was just accepted does not get in; undefined if it does. */
  refuseAtDoor(peer: Address): DropReason | undefined {
    try {
      if (this.#isBlocked(peer)) return 'blocked'
      if (this.isProxy(peer)) return undefined
      // A proxy that has gone is not to be taken for a client that comes by itself.
      if (this.#proxyProtocol && (this.#proxyProtocol.others === 'drop' || isNameless(peer))) {
        return 'not-allowed'
      }
      return this.#refuse(peer)
    } catch (error) {
      return this.#fail(error, peer)
    }
  }

  /** The same of one that a proxy has named. */
  refuseBehindProxy(client: Address): DropReason | undefined {
    try {
      return this.#isBlocked(client) ? 'blocked' : this.#refuse(client)
    } catch (error) {
      return this.#fail(error, client)
    }
  }

  /** A rule of the user's has thrown, be it `admit` or a list with a `check` of its own. */
  #fail(error: unknown, address: Address): DropReason {
    this.#onFailure(error, address)
    return 'refused'
  }

  #refuse(client: Address): DropReason | undefined {
    if (this.#allow && !this.#allow.has(client)) return 'not-allowed'
    if (this.counts?.isFull(client)) return 'per-address'
    if (this.#admit && !this.#isAdmitted(this.#admit, client)) return 'refused'
    return undefined
  }

  #isBlocked(address: Address): boolean {
    if (!this.#block) return false
    return this.#block.has(address) || isNameless(address)
  }

  #isAdmitted(admit: Admit, address: Address): boolean {
    if (isNameless(address)) return false
    const answer: unknown = admit(address)
    if (typeof answer === 'boolean') return answer
    // A promise that nobody waits for may yet be rejected.
    if (answer instanceof Promise) Reflect.apply(Promise.prototype.then, answer, [undefined, () => {}])
    throw new InvalidOptionError(
      `admit() must return true or false, and at once, but it returned ${describeValue(answer)}`,
    )
  }
}

/**
 * One that has gone before it was accepted has no address any more, and what it had sent can still
 * be read. Nobody who is kept out may get in so.
 */
function isNameless(address: Address): boolean {
  return address.family !== 'unix' && address.address === ''
}
