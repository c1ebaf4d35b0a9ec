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
  #numCutBefore = 0

  constructor(connections: Connections) {
    this.#connections = connections
  }

  get finished(): Promise<DrainResult> {
    return this.#result.promise
  }

  start(): void {
    this.#atStart = [...this.#connections.those('unfinished'), ...this.#connections.those('ended')]
    const cut = this.#connections.those('cut')
    // One that a close has discarded is among all that were.
    this.#numCutBefore = cut.filter((connection) => !this.#connections.isDiscarded(connection)).length
  }

  /** Those whose handler has settled and whose peer has everything are no loss. */
  expire(): void {
    this.#connections.makePlaces(Infinity, 0, Infinity)
    this.#atExpiry = this.#connections.those('unfinished')
  }

  finish(): void {
    const cut = new Set(this.#atExpiry)
    const settled = this.#atStart.filter((connection) => !cut.has(connection))
    this.#atStart = []
    this.#atExpiry = []
    this.#result.resolve({
      settled: settled.length,
      destroyed: this.#numCutBefore + cut.size + this.#connections.numDiscarded,
    })
  }
}
