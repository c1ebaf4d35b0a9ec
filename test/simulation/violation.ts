/** A promise that was not kept. */
export class Violation extends Error {
  /** What looked. */
  readonly oracle: string

  constructor(oracle: string, message: string) {
    super(`${oracle}: ${message}`)
    this.oracle = oracle
  }
}
