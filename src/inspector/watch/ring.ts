// The last things of an endless stream. A reader keeps its place, and learns how much it has
// missed.

export class Ring<Item> {
  readonly #capacity: number
  readonly #items: Item[] = []
  #end = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  push(item: Item): void {
    this.#items[this.#end++ % this.#capacity] = item
  }

  /** How many there ever were: the place of a reader that has seen all. */
  get end(): number {
    return this.#end
  }

  /** The newest `max` of those from `place` on, oldest first, and the number of the others. */
  since(place: number, max: number): { items: Item[]; missed: number } {
    const start = Math.max(place, this.#end - Math.min(max, this.#capacity), 0)
    const items: Item[] = []
    for (let at = start; at < this.#end; at++) items.push(this.#items[at % this.#capacity] as Item)
    return { items, missed: start - place }
  }

  clear(): void {
    this.#items.length = 0
    this.#end = 0
  }
}
