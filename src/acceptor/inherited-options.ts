// What the sockets of clients have from the socket that they came to. On Linux each begins with its
// `noDelay` and `keepAlive`, which saves up to five system calls for each client.
import type { Server as NetServer, ServerOpts } from 'node:net'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Libc } from '../os/libc.ts'
import { nativeHandleOf } from '../os/native-handle.ts'
import { lengthOfTcpQueue } from '../os/queue-length.ts'

const MILLISECONDS = 1_000

export class InheritedOptions {
  readonly #options: ServerOpts
  readonly #libc: Libc | undefined
  #areSet = false
  /** How many are accepted next who may have come before the options were set. */
  #earlier = 0

  constructor(options: ServerOpts, libc: Libc | undefined) {
    this.#options = options
    this.#libc = libc
  }

  /**
   * To be told of each socket that is listened on, with a handle of it. One that is not ours alone
   * is left as it is.
   */
  listens(handle: NetServer, isOurs: boolean): void {
    this.#earlier = 0
    this.#areSet = isOurs && this.#set(handle)
  }

  /** Whether the client that is accepted next has them already. */
  get areOnNext(): boolean {
    return this.#areSet && this.#earlier === 0
  }

  /** To be told of each client that was accepted. */
  accepted(): void {
    if (this.#earlier > 0) this.#earlier--
  }

  #set(handle: NetServer): boolean {
    const { noDelay, keepAlive, keepAliveInitialDelay = 0 } = this.#options
    const native = nativeHandleOf(handle)
    // Neither a unix socket nor another runtime has them.
    if (!this.#libc || !native?.setNoDelay || !native.setKeepAlive) return false
    if (noDelay && native.setNoDelay(true) !== 0) return false
    const seconds = Math.trunc(keepAliveInitialDelay / MILLISECONDS)
    if (keepAlive && native.setKeepAlive(true, seconds) !== 0) return false
    // The socket has listened since before.
    const waiting = lengthOfTcpQueue(descriptorOf(handle), this.#libc)
    this.#earlier = waiting ?? 0
    return waiting !== undefined
  }
}
