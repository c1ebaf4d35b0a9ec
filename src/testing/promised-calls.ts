// The calls of a server's methods that return promises, and what becomes of these.
import { inspect } from 'node:util'

export class PromisedCalls {
  readonly #pending: { shown: string }[] = []
  readonly #drained: unknown[] = []

  /** Those that have not resolved, in their order. One that was rejected says why. */
  get pending(): string[] {
    return this.#pending.map(({ shown }) => shown)
  }

  /** What those of `drain` have resolved with. */
  get drained(): unknown[] {
    return [...this.#drained]
  }

  keep(method: 'close' | 'drain' | 'resume', promise: PromiseLike<unknown>): void {
    const call = { shown: method as string }
    this.#pending.push(call)
    Promise.resolve(promise).then(
      (result) => {
        this.#pending.splice(this.#pending.indexOf(call), 1)
        if (method === 'drain') this.#drained.push(result)
      },
      (error) => {
        call.shown = `${method}, rejected with ${error instanceof Error ? error.message : inspect(error)}`
      },
    )
  }
}
