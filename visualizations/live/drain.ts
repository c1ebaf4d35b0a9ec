// A drain that was asked for: how long it still waits, and what came of it.
import type { Connection, Server } from '../../src/index.ts'

const TIMEOUT = 15_000

export class Drain {
  readonly #server: Server
  #due: number | undefined
  readonly #cutOff = new Set<Connection>()

  constructor(server: Server) {
    this.#server = server
  }

  /** What it waits for; undefined before it was begun, and once it waits no longer. */
  get waiting(): string | undefined {
    const { numConnections } = this.#server
    if (this.#due === undefined || numConnections === 0 || this.#cutOff.size > 0) return undefined
    const seconds = Math.max(0, Math.ceil((this.#due - Date.now()) / 1000))
    const what = numConnections === 1 ? '1 connection' : `${numConnections} connections`
    return `Draining: waits ${seconds} s for ${what}; Ctrl-C cuts.`
  }

  /** Sets the time until which it waits. Gives whether this is the first call. */
  begin(): boolean {
    const isFirst = this.#due === undefined
    this.#due ??= Date.now() + TIMEOUT
    return isFirst
  }

  /** Resolves with what came of it. */
  async run(): Promise<string> {
    const { settled, destroyed } = await this.#server.drain({ timeout: TIMEOUT })
    // The server knows what it destroyed itself, when the time was over.
    const cutOff = Math.min(this.#cutOff.size, settled)
    return `Drained: ${settled - cutOff} settled, ${destroyed + cutOff} destroyed.`
  }

  /** Destroys what is left. */
  cut(): void {
    for (const connection of this.#server.connections) {
      if (connection.state !== 'abandoned') this.#cutOff.add(connection)
      connection.destroy()
    }
  }
}
