// What becomes of one client at the server, as its handler sees it.
import type { End } from '../kernel/connection.ts'

export class Visit {
  /** Of the client's connection: they are counted in the order of the handshakes. */
  readonly id: number
  readonly kind: number
  /** The server's end, as the kernel has it. */
  readonly end: End
  /** What the handler has written, as far as it was told that it might be sent. */
  written = ''
  /** What it has read. */
  read = ''
  /** It has read on until the end. */
  hasSeenEnd = false
  endReason: string | undefined
  /** Nobody could find out any more how it has ended. */
  isTooLateToAsk = false
  /** How much the process had taken from the kernel by then. */
  takenAtEnd = 0
  isRunning = true
  /** By simulated time; `endedAt` as the library sees it. */
  readonly startedAt: number
  endedAt = 0
  /** Why its client may lack some of its answer, or it some of what its client has sent. */
  excuse: string | undefined
  #goOn: (() => void)[] = []
  #mayGoOn = 0

  readonly #clock: { readonly now: number }
  #isForgotten = false

  constructor(id: number, kind: number, end: End, clock: { readonly now: number }) {
    this.id = id
    this.kind = kind
    this.end = end
    this.startedAt = clock.now
    this.#clock = clock
  }

  /** It has written to nobody: the library does not wait for it any more. */
  forgotten(): void {
    if (this.isRunning && !this.#isForgotten) this.endedAt = this.#clock.now
    this.#isForgotten = true
  }

  ended(): void {
    this.isRunning = false
    if (!this.#isForgotten) this.endedAt = this.#clock.now
  }

  /** What the process has taken from the kernel. */
  get received(): string {
    const { incoming } = this.end
    return incoming.soFar(incoming.read).toString('latin1')
  }

  /** Resolves when the schedule lets the handler go on. */
  turn(): Promise<void> {
    if (this.#mayGoOn > 0) {
      this.#mayGoOn--
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#goOn.push(resolve))
  }

  goOn(): void {
    const resolve = this.#goOn.shift()
    if (resolve) resolve()
    else this.#mayGoOn++
  }

  /** From now on it never waits. */
  goOnForEver(): void {
    this.#mayGoOn = Infinity
    for (const resolve of this.#goOn.splice(0)) resolve()
  }
}
