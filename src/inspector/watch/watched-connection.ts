// One connection of a server that is watched.
import { formatAddress } from '../../common/address.ts'
import type { Connection } from '../../connection/connection.ts'
import type { ConnectionRow, LogEntry } from '../protocol.ts'

/** A connection's chart has no loops, so that nearly always this is all of them. */
const KEPT = 24

export class WatchedConnection {
  readonly handle: Connection
  readonly server: number
  state = ''
  /** The last events, oldest first. */
  history: readonly LogEntry[] = []
  /** Whether the pages have heard of it. */
  isTold = false
  #bytesRead = 0
  #bytesWritten = 0

  constructor(handle: Connection, server: number) {
    this.handle = handle
    this.server = server
  }

  get id(): number {
    return this.handle.id
  }

  remember(entry: LogEntry): void {
    // An array that is pushed to takes room for seventeen; most connections have four.
    const { history } = this
    this.history = history.length < KEPT ? [...history, entry] : [...history.slice(1), entry]
  }

  /** Whether bytes have come or gone since `row` was asked for. */
  get hasNewBytes(): boolean {
    const { bytesRead, bytesWritten } = this.handle
    return bytesRead !== this.#bytesRead || bytesWritten !== this.#bytesWritten
  }

  row(): ConnectionRow {
    const { id, acceptedAt, bytesRead, bytesWritten } = this.handle
    this.#bytesRead = bytesRead
    this.#bytesWritten = bytesWritten
    return [id, this.state, addressesOf(this.handle), acceptedAt, bytesRead, bytesWritten]
  }
}

/** The client, the proxy that it comes by, and the version of TLS, if any. */
function addressesOf({ address, peerAddress, tls }: Connection): string {
  const client = formatAddress(address)
  const ends = peerAddress === address ? client : `${client} via ${formatAddress(peerAddress)}`
  return tls ? `${ends}, ${tls.protocol}` : ends
}
