// What the readers and writers of a server hold in memory, and who is cut when that is too much.
import { formatAddress } from '../common/address.ts'
import { attempt } from '../common/each.ts'
import { BufferLimitError } from '../common/errors.ts'
import { BufferAccount } from '../streams/buffer-account.ts'
import type { SocketReader } from '../streams/socket-reader.ts'
import type { LiveConnection } from './live-connection.ts'

/**
 * Once there is too much, as much as this part of the limit is freed below it. To look for those
 * who hold the most takes time for each connection, so that is not to be done for every byte.
 */
const MARGIN = 1 / 64
const FIRST_PRUNING = 16

/** Anything that can be made to hold nothing. */
interface Holder {
  readonly held: number
  free(): void
}

export class Buffers {
  readonly account: BufferAccount
  readonly #live: readonly LiveConnection[]
  /**
   * What handlers that were forgotten may still read. The connections are over, so they are not
   * among the live ones.
   */
  readonly #left = new Map<LiveConnection, SocketReader>()
  #pruneAt = FIRST_PRUNING

  /** `live` is that which the supervisor keeps. */
  constructor(max: number, live: readonly LiveConnection[]) {
    this.account = new BufferAccount(max, () => this.#makeRoom())
    this.#live = live
  }

  /** A handler is forgotten, and `reader` is left to it. */
  leave(connection: LiveConnection, reader: SocketReader): void {
    if (reader.held === 0) return
    // Handlers need not settle ever.
    if (this.#left.size >= this.#pruneAt) this.#prune()
    this.#left.set(connection, reader)
  }

  /** It reads no more. */
  handlerEnded(connection: LiveConnection): void {
    if (this.#left.size === 0) return
    this.#left.get(connection)?.discard()
    this.#left.delete(connection)
  }

  #prune(): void {
    for (const [connection, reader] of this.#left) {
      if (reader.held === 0) this.#left.delete(connection)
    }
    this.#pruneAt = Math.max(FIRST_PRUNING, 2 * this.#left.size)
  }

  /** Those who hold the most are cut; what is left of connections that are over goes first. */
  #makeRoom(): void {
    const { account } = this
    const left = [...this.#left.values()].map((reader) => ({
      held: reader.held,
      free: () => reader.cutOff(),
    }))
    const live: Holder[] = []
    // These give up what they hold as it is.
    let going = 0
    for (const connection of this.#live) {
      const { held } = connection
      if (held === 0) continue
      if (connection.is('cuttable')) live.push({ held, free: () => this.#cut(connection, held) })
      else going += held
    }
    if (account.held - going <= account.max) return
    const enough = account.max * (1 - MARGIN) + going
    for (const holder of [...left.sort(byHeld), ...live.sort(byHeld)]) {
      if (account.held <= enough) return
      attempt(() => holder.free())
    }
  }

  #cut(connection: LiveConnection, held: number): void {
    const peer = formatAddress(connection.address)
    connection.bufferTooLarge(new BufferLimitError(peer, held, this.account.max))
  }
}

function byHeld(one: Holder, other: Holder): number {
  return other.held - one.held
}
