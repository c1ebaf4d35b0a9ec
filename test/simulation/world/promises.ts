/** A promise that the library has given. */
interface Promised {
  readonly name: string
  isSettled: boolean
}

/** The promises of a library, and which of them have settled. */
export class Promises {
  readonly #all: Promised[] = []

  add(name: string, promise: Promise<unknown>): void {
    const promised = { name, isSettled: false }
    this.#all.push(promised)
    const settle = () => {
      promised.isSettled = true
    }
    promise.then(settle, settle)
  }

  get unsettled(): string[] {
    return this.#all.filter(({ isSettled }) => !isSettled).map(({ name }) => name)
  }
}
