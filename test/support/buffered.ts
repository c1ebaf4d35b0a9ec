// What the readers and writers of a server hold in memory.
import type { Connections } from '../../src/connection/connections.ts'
import type { Server } from '../../src/index.ts'
import type { BufferAccount } from '../../src/streams/buffer-account.ts'

/** In bytes. It must be made before the server has its first client. */
export class Buffered {
  /** Of all moments since this was made. */
  max = 0
  readonly #account: BufferAccount

  constructor(server: Server) {
    const { buffers } = server.connections as Connections
    if (!buffers) throw new Error('nothing is counted')
    const { account } = buffers
    this.#account = account
    const { add } = account
    account.add = (bytes) => {
      Reflect.apply(add, account, [bytes])
      this.max = Math.max(this.max, account.held)
    }
  }

  get held(): number {
    return this.#account.held
  }
}
