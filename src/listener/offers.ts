import type { Socket } from 'node:net'
import type { DropReason } from '../admission/admission.ts'
import type { Ends } from '../common/address.ts'

/** A connection that the acceptor has closed already, and its ends. */
export class Refused {
  readonly ends: Ends

  constructor(ends: Ends) {
    this.ends = ends
  }
}

/** A connection that a rule keeps out. */
export class Denied {
  readonly ends: Socket
  readonly reason: DropReason

  constructor(socket: Socket, reason: DropReason) {
    this.ends = socket
    this.reason = reason
  }
}

/** The accepted connections that the chart has not answered yet, one for each offer. */
export class Offers {
  readonly #offered: (Socket | Refused | Denied)[] = []

  add(offered: Socket | Refused | Denied): void {
    this.#offered.push(offered)
  }

  /** The ends of the one that the chart answers next, and why a rule keeps it out, if one does. */
  get next(): { ends: Ends; reason: DropReason | undefined } | undefined {
    const [offered] = this.#offered
    if (!offered) return undefined
    if (offered instanceof Denied) return offered
    return { ends: offered instanceof Refused ? offered.ends : offered, reason: undefined }
  }

  /** The socket of the one that is answered; `undefined` where the acceptor has closed it. */
  take(): Socket | undefined {
    const offered = this.#offered.shift()
    if (offered instanceof Denied) return offered.ends
    return offered instanceof Refused ? undefined : offered
  }
}
