import type { Socket } from 'node:net'
import type { Ends } from '../common/address.ts'

/** A connection that the acceptor has closed already, and its ends. */
export class Refused {
  readonly ends: Ends

  constructor(ends: Ends) {
    this.ends = ends
  }
}

/** The accepted connections that the chart has not answered yet, one for each offer. */
export class Offers {
  readonly #offered: (Socket | Refused)[] = []

  add(offered: Socket | Refused): void {
    this.#offered.push(offered)
  }

  /** The ends of the one that the chart answers next. */
  get ends(): Ends | undefined {
    const [offered] = this.#offered
    return offered instanceof Refused ? offered.ends : offered
  }

  /** The socket of the one that is answered; `undefined` where the acceptor has closed it. */
  take(): Socket | undefined {
    const offered = this.#offered.shift()
    return offered instanceof Refused ? undefined : offered
  }
}
