// Loops over the results of reads.
import { nextTurn } from './next-turn.ts'

type Shape<Item> = (item: Item | null) => IteratorResult<Item, undefined>

type Result<Item> = IteratorYieldResult<Item>

/**
 * A plain object, `{ value, done: false }`, but not by a literal: V8 comes to make those of a busy
 * literal in the old generation, where each keeps its chunk until the next full collection.
 */
const Result = function <Item>(this: Result<Item>, value: Item): void {
  this.value = value
  this.done = false
} as unknown as new <Item>(
  value: Item,
) => Result<Item>
Object.assign(Result, { prototype: Object.prototype })

/**
 * Iterates over the results of reads. `ready` gives a result that can be had at once, without the
 * price of a read; `wait` reads.
 */
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
    // A loop that does not look at `done` gives way to the event loop.
    if (this.#isOver) return nextTurn({ value: undefined, done: true })
    const value = this.#ready()
    return value === undefined ? this.#wait(this.#shape) : Promise.resolve(new Result(value))
  }

  /** No `then` of a promise for this: it would cost each read another promise. */
  readonly #shape: Shape<Item> = (item) => {
    if (item !== null) return new Result(item)
    this.#isOver = true
    return { value: undefined, done: true }
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    const result = { value: undefined, done: true } as const
    if (this.#isOver) return nextTurn(result)
    this.#isOver = true
    return Promise.resolve(result)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
