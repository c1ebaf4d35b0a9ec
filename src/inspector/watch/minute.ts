// The last minute of a server, second by second.
import type { Counts, Second } from '../protocol.ts'

const SECONDS = 60

/** What is counted, in the order of `Counts`. */
export const counted = { accepted: 0, dropped: 1, refused: 2, errors: 3 } as const
export type Counted = keyof typeof counted

export class Minute {
  /** The newest last. */
  readonly #seconds: Second[] = []

  /**
   * `at` in seconds since the epoch, never smaller than before by more than a clock that is set
   * back would make it.
   */
  count(at: number, what: Counted): void {
    const second = this.#reach(at)
    const index = counted[what] + 2
    second[index] = (second[index] as number) + 1
  }

  setConnections(at: number, connections: number): void {
    this.#reach(at)[1] = connections
  }

  /** The seconds up to `at`, oldest first; at most 60. */
  until(at: number): readonly Second[] {
    this.#reach(at)
    return this.#seconds
  }

  #reach(at: number): Second {
    let last = this.#seconds.at(-1)
    if (last && at <= last[0]) return last
    const connections = last?.[1] ?? 0
    // Nothing was heard in between: the number of connections was what it had been.
    const first = last ? Math.max(last[0] + 1, at - SECONDS + 1) : at
    const nothing: Counts = [0, 0, 0, 0]
    for (let next = first; next <= at; next++) {
      last = [next, connections, ...nothing]
      this.#seconds.push(last)
    }
    this.#seconds.splice(0, this.#seconds.length - SECONDS)
    return last as Second
  }
}
