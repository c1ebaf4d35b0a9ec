// A client: a program of its own, whose steps the schedule chooses.
import type { Connection, End } from '../kernel/connection.ts'
import type { Kernel } from '../kernel/kernel.ts'

export class Peer {
  readonly id: number
  readonly #kernel: Kernel
  connection: Connection | undefined
  /** It has asked for a connection, which may be refused, or wait for a SYN to be taken. */
  hasCalled = false
  /** How it has seen the end of the answer. */
  end: 'fin' | 'reset' | undefined
  /** It has ended its side, or does not send any more. */
  hasEnded = false
  /** It has left before the end of the answer, or reset the connection. */
  hasLeft = false
  #lines = 0

  constructor(id: number, kernel: Kernel) {
    this.id = id
    this.#kernel = kernel
  }

  get #socket(): End | undefined {
    return this.hasLeft ? undefined : this.connection?.client
  }

  call(): void {
    if (this.connection) return
    this.hasCalled = true
    this.connection = this.#kernel.connect()
  }

  /** A line of so many bytes. */
  send(length: number): void {
    const end = this.#socket
    if (!end || this.hasEnded) return
    const line = `${this.id}.${this.#lines++} `.padEnd(length - 1, 'x')
    end.writeBytes(Buffer.from(`${line.slice(0, Math.max(0, length - 1))}\n`))
  }

  /** Sends FIN, and goes on reading. */
  endSide(): void {
    const end = this.#socket
    if (!end || this.hasEnded) return
    this.hasEnded = true
    end.shutdown()
  }

  read(max: number): boolean {
    const end = this.#socket
    if (!end || this.end) return false
    const bytes = end.readBytes(max)
    if (typeof bytes === 'number') {
      if (end.isReset) this.end = 'reset'
      return end.isReset
    }
    if (bytes.length === 0) this.end = end.incoming.isEndDelivered ? 'fin' : 'reset'
    return true
  }

  /** Closes its socket, whatever is under way. */
  leave(): void {
    const end = this.#socket
    if (!end) return
    this.#leaves()
    end.close()
  }

  reset(kept: number): void {
    const end = this.#socket
    if (!end) return
    this.#leaves()
    end.abort(kept)
  }

  #leaves(): void {
    this.hasLeft = true
    this.hasEnded = true
  }

  /** What it has read of the answer. */
  get received(): Buffer {
    const incoming = this.connection?.client.incoming
    return incoming ? incoming.soFar(incoming.read) : Buffer.alloc(0)
  }
}
