// A client of a server that is tested: it remembers what it saw.
import { connect, type Socket } from 'node:net'
import type { ClientView } from './listener-events.ts'

/** Bytes that it keeps of what it receives. */
const MAX_KEPT = 65_536

export class Client {
  readonly socket: Socket
  #hasLeft = false
  #hasEnded = false
  #code: string | undefined
  #port = 0
  #received = Buffer.alloc(0)
  /** The kernel has connected it, or has not. */
  readonly #tried: Promise<void>
  readonly #closed: Promise<void>

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host })
    this.socket
      .on('data', (data: Buffer) => {
        if (this.#received.length < MAX_KEPT) this.#received = Buffer.concat([this.#received, data])
      })
      .on('end', () => {
        this.#hasEnded = true
      })
      .on('error', ({ code }: NodeJS.ErrnoException) => {
        this.#code ??= code ?? 'unknown'
      })
    this.#closed = new Promise((resolve) => this.socket.once('close', () => resolve()))
    const connected = new Promise<void>((resolve) => {
      this.socket.once('connect', () => {
        this.#port = this.socket.localPort ?? 0
        resolve()
      })
    })
    this.#tried = Promise.race([connected, this.#closed])
  }

  /** By which the server knows it; 0 for one that was never connected. */
  get port(): number {
    return this.#port
  }

  /** What the server has sent, or its beginning. */
  get received(): Buffer {
    return this.#received
  }

  get tried(): Promise<void> {
    return this.#tried
  }

  get closed(): Promise<void> {
    return this.#closed
  }

  /** Why its connection failed, if it did. */
  get code(): string | undefined {
    return this.#code
  }

  /** Sends RST. */
  async reset(): Promise<void> {
    this.#hasLeft = true
    this.socket.resetAndDestroy()
    await this.#closed
  }

  viewWhere(isServed: boolean): ClientView {
    if (this.#hasLeft) return 'left'
    if (this.#code === 'ECONNREFUSED') return 'refused'
    const isOver = this.#hasEnded || this.#code !== undefined
    if (isServed) return isOver ? 'ended' : 'served'
    if (!isOver) return 'waits'
    return this.#hasEnded ? 'dropped' : 'reset'
  }

  destroy(): void {
    this.socket.destroy()
  }
}
