// A client that finds out by itself whether it is served: by what it receives.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Client } from '../client.ts'
import type { ClientView } from '../listener-events.ts'
import type { BareDriverSettings } from './bare-options.ts'

export class BareClient {
  readonly #client: Client
  readonly #settings: BareDriverSettings
  #isServed = false
  /** The kernel has connected it, and has what it sends; or has not. */
  readonly tried: Promise<void>

  constructor(port: number, host: string, settings: BareDriverSettings) {
    this.#client = new Client(port, host)
    this.#settings = settings
    this.tried = this.#greet()
  }

  get view(): ClientView {
    const { overLimit, isServed = () => true } = this.#settings
    const { received } = this.#client
    if (!this.#isServed && received.length > 0) this.#isServed = isServed(received)
    const view = this.#client.viewWhere(this.#isServed)
    return view === 'reset' && overLimit === 'drop' ? 'dropped' : view
  }

  /** Nothing more can happen to its connection. */
  get isClosed(): boolean {
    return this.#client.socket.closed
  }

  /** Why its connection failed, if it did. */
  get code(): string | undefined {
    return this.#client.code
  }

  async #greet(): Promise<void> {
    await this.#client.tried
    const { hello } = this.#settings
    if (hello === undefined || this.#client.port === 0) return
    this.#client.socket.write(hello)
    await this.#sent()
  }

  get received(): Buffer {
    return this.#client.received
  }

  async reset(): Promise<void> {
    await this.#client.reset()
  }

  /** Makes its handler return, as far as a client can. */
  async askToReturn(): Promise<void> {
    const { returns = (socket: Socket) => socket.end() } = this.#settings
    await returns(this.#client.socket)
    await this.#sent()
  }

  destroy(): void {
    this.#client.destroy()
  }

  /** The kernel has all that was written, and the end. */
  async #sent(): Promise<void> {
    const { socket, closed } = this.#client
    if (socket.destroyed || socket.writableFinished) return
    const done = socket.writableEnded
      ? once(socket, 'finish')
      : new Promise((resolve) => socket.write('', resolve))
    // An error that comes instead is followed by the end.
    await Promise.race([done.catch(() => {}), closed])
  }
}
