// Loops over what can be read.

/** Goes through what a reader reads. `ready` gives what can be had at once, without the price of a read; `wait` reads. */
export class Iteration<Item> implements AsyncIterableIterator<Item> {
  readonly #ready: () => Item | undefined
  readonly #wait: () => Promise<Item | null>
  #isOver = false

  constructor(ready: () => Item | undefined, wait: () => Promise<Item | null>) {
    this.#ready = ready
    this.#wait = wait
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true })
    const value = this.#ready()
    return value === undefined ? this.#waitForNext() : Promise.resolve({ value, done: false })
  }

  async #waitForNext(): Promise<IteratorResult<Item, undefined>> {
    const value = await this.#wait()
    if (value !== null) return { value, done: false }
    this.#isOver = true
    return { value: undefined, done: true }
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#isOver = true
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
