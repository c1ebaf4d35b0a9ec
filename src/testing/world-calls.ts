// The calls of a server's methods that return promises, in its model: which of these settle when.
import type { ModelConnection } from './listener-snapshot.ts'

/** A method of the server that returns a promise. */
export type PromisedCall = 'close' | 'drain' | 'resume'

/** What a drain resolves with. */
export interface DrainCounts {
  readonly settled: number
  readonly destroyed: number
}

/** The connections of a drain, by their clients. */
interface DrainUnderWay {
  readonly atStart: readonly number[]
  readonly atExpiry: readonly number[]
  readonly cutBefore: number
}

/** What the model knows of the calls so far. */
export interface ModelCalls {
  /** Those whose promises have not settled, in their order. */
  readonly pending: readonly PromisedCall[]
  /** What those of `drain` have resolved with. */
  readonly drained: readonly DrainCounts[]
  readonly drain: DrainUnderWay | undefined
}

export const NO_CALLS: ModelCalls = { pending: [], drained: [], drain: undefined }

export class WorldCalls {
  #calls: ModelCalls

  constructor(calls: ModelCalls) {
    this.#calls = calls
  }

  get all(): ModelCalls {
    return this.#calls
  }

  begin(call: PromisedCall): void {
    this.#calls = { ...this.#calls, pending: [...this.#calls.pending, call] }
    const [counts] = this.#calls.drained
    if (call === 'drain' && counts) this.#resolveDrains(counts)
  }

  /** `close` and `resume` say nothing when they have come to their end. */
  resolve(call: PromisedCall): void {
    this.#calls = { ...this.#calls, pending: this.#calls.pending.filter((one) => one !== call) }
  }

  startDrain(connections: readonly ModelConnection[]): void {
    const atStart = connections.filter(({ snapshot }) => !snapshot.hasTag('cut')).map(({ client }) => client)
    const drain = { atStart, atExpiry: [], cutBefore: connections.length - atStart.length }
    this.#calls = { ...this.#calls, drain }
  }

  /** Those whose clients have everything are no loss. */
  expireDrain(connections: readonly ModelConnection[]): void {
    const { drain } = this.#calls
    const lost = connections.filter(({ snapshot }) => snapshot.hasTag('unfinished'))
    const atExpiry = lost.map(({ client }) => client)
    if (drain) this.#calls = { ...this.#calls, drain: { ...drain, atExpiry } }
  }

  finishDrain(): void {
    const { drain } = this.#calls
    if (!drain) return
    const { atStart, atExpiry, cutBefore } = drain
    const settled = atStart.filter((client) => !atExpiry.includes(client))
    this.#resolveDrains({ settled: settled.length, destroyed: cutBefore + atExpiry.length })
  }

  #resolveDrains(counts: DrainCounts): void {
    const waiting = this.#calls.pending.filter((call) => call === 'drain')
    const drained = [...this.#calls.drained, ...waiting.map(() => counts)]
    this.resolve('drain')
    this.#calls = { ...this.#calls, drained }
  }
}
