// Which paths were run, and which of them passed.

export class PathResults<Path> {
  readonly #paths: readonly Path[]
  readonly #onComplete: () => void
  /** The last result of each, since tests may be repeated. */
  readonly #hasPassed = new Map<Path, boolean>()
  readonly #running = new Set<Promise<void>>()

  /** `onComplete` is called when each path has a result, and when one then gets another. */
  constructor(paths: readonly Path[], onComplete: () => void) {
    this.#paths = paths
    this.#onComplete = onComplete
  }

  get passed(): Path[] {
    return this.#paths.filter((path) => this.#hasPassed.get(path))
  }

  get numFailed(): number {
    return this.#paths.filter((path) => this.#hasPassed.get(path) === false).length
  }

  get untried(): number {
    return this.#paths.length - this.#hasPassed.size
  }

  /** Keeps what becomes of `run`, and gives it on. */
  async of(path: Path, run: () => Promise<void>): Promise<void> {
    const running = run()
    this.#running.add(running)
    let hasPassed = false
    try {
      await running
      hasPassed = true
    } finally {
      this.#running.delete(running)
      const isNews = this.#hasPassed.get(path) !== hasPassed
      this.#hasPassed.set(path, hasPassed)
      if (isNews && this.untried === 0) this.#onComplete()
    }
  }

  /** Tests may be run side by side. */
  async whenNoneRuns(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
