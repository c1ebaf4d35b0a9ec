import { deferred } from '../common/deferred.ts'
import type { Connections } from '../connection/connections.ts'
import type { LiveConnection } from '../connection/live-connection.ts'

export interface DrainResult {
  /** Connections whose handler settled in time and whose peer got everything. */
  settled: number
  /** Connections that were destroyed, and those that were accepted and never started. */
  destroyed: number
}

/** Which connections a drain finds, and which it leaves: what its result is made of. */
export class Drain {
  readonly #connections: Connections
  readonly #result = deferred<DrainResult>()
  #atStart: readonly LiveConnection[] = []
  #atExpiry: readonly LiveConnection[] = []

  constructor(connections: Connections) {
    this.#connections = connections
  }

  get finished(): Promise<DrainResult> {
    return this.#result.promise
  }

  start(): void {
    this.#atStart = this.#connections.unfinished
  }

  /** Those whose handler has settled and whose peer has everything are no loss. */
  expire(): void {
    this.#connections.makePlaces(Infinity, 0)
    this.#atExpiry = this.#connections.unfinished
  }

  finish(): void {
    const cut = new Set(this.#atExpiry)
    const settled = this.#atStart.filter((connection) => !cut.has(connection))
    this.#atStart = []
    this.#atExpiry = []
    this.#result.resolve({
      settled: settled.length,
      destroyed: cut.size + this.#connections.numDiscarded,
    })
  }
}
