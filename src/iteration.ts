// Loops over what can be read.

type Shape<Item> = (item: Item | null) => IteratorResult<Item, undefined>

/** Goes through what a reader reads. `ready` gives what can be had at once, without the price of a read; `wait` reads. */
export class Iteration<Item> implements AsyncIterableIterator<Item> {
  readonly #ready: () => Item | undefined
  readonly #wait: (shape: Shape<Item>) => Promise<IteratorResult<Item, undefined>>
  #isOver = false

  constructor(
    ready: () => Item | undefined,
    wait: (shape: Shape<Item>) => Promise<IteratorResult<Item, undefined>>,
  ) {
    this.#ready = ready
    this.#wait = wait
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true })
    const value = this.#ready()
    return value === undefined ? this.#wait(this.#shape) : Promise.resolve({ value, done: false })
  }

  /** No `then` of a promise for this: it would cost each read another promise. */
  readonly #shape: Shape<Item> = (item) => {
    if (item !== null) return { value: item, done: false }
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
