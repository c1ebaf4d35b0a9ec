// A client that says what a path says, and keeps what it gets.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from '../../common/timers.ts'

/** A request that is longer is sent in so many pieces, instead of one byte after the other. */
const MAX_PIECES = 256

export class ProtocolClient {
  readonly #socket: Socket
  #received: Buffer[] = []
  #view: 'open' | 'ended' | 'reset' | 'left' = 'open'

  /** Connects to a port of 127.0.0.1, or a path. */
  constructor(where: number | string) {
    this.#socket = connect(typeof where === 'number' ? { port: where, host: '127.0.0.1' } : { path: where })
    this.#socket
      .setNoDelay(true)
      .on('data', (chunk) => this.#received.push(chunk))
      .on('end', () => this.#see('ended'))
      .on('error', () => this.#see('reset'))
  }

  get view(): 'open' | 'ended' | 'reset' | 'left' {
    return this.#view
  }

  /** Everything since it was last forgotten. */
  get received(): Buffer {
    if (this.#received.length > 1) this.#received = [Buffer.concat(this.#received)]
    return this.#received[0] ?? Buffer.alloc(0)
  }

  forget(): void {
    this.#received = []
  }

  /** In one segment, if it is no larger than that; with FIN, if it is the last one. */
  async send(bytes: Buffer, isLast: boolean): Promise<void> {
    if (this.#socket.writableEnded) return
    const isSent = isLast ? once(this.#socket, 'finish') : undefined
    if (isLast) this.#socket.end(bytes)
    else this.#socket.write(bytes)
    await isSent
  }

  /** The server reads each piece by itself, if it reads at all. */
  async trickle(bytes: Buffer): Promise<void> {
    const size = Math.ceil(bytes.length / MAX_PIECES)
    for (let at = 0; at < bytes.length; at += size) {
      this.#socket.write(bytes.subarray(at, at + size))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  /** Sends RST. */
  async reset(): Promise<void> {
    this.#view = 'left'
    const closed = once(this.#socket, 'close')
    this.#socket.resetAndDestroy()
    await closed
  }

  async connected(): Promise<void> {
    if (this.#socket.connecting) await once(this.#socket, 'connect')
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #see(view: 'ended' | 'reset'): void {
    if (this.#view === 'open') this.#view = view
  }
}
