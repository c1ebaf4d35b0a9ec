// One page that looks: a stream of server-sent events. Nothing is queued for it. While it is slow
// it gets nothing, and then all at once.
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Hello, LogFrame, OpenedConnection } from '../protocol.ts'
import type { WatchedConnection } from './watched-connection.ts'

/** A page that takes nothing for so long is cut off; a browser connects again by itself. */
const MAX_STALL = 60_000

export class Viewer {
  readonly id = randomBytes(8).toString('hex')
  readonly #response: ServerResponse
  /** How much of the log it has been given. */
  logPlace = 0
  /** It has missed a frame, or has had none yet. */
  isStale = true
  #opened: WatchedConnection | undefined
  #openedTold = ''
  #stalledSince: number | undefined

  constructor(response: ServerResponse, control: boolean) {
    this.#response = response
    this.#write('hello', JSON.stringify({ viewer: this.id, control } satisfies Hello))
  }

  open(connection: WatchedConnection | undefined): void {
    this.#opened = connection
    this.#openedTold = ''
  }

  /**
   * Whether a frame would be sent now rather than be kept in memory. Cuts off a page that has
   * stalled.
   */
  isReady(now: number): boolean {
    const isReady = !this.#response.writableNeedDrain
    if (isReady) this.#stalledSince = undefined
    else {
      this.isStale = true
      this.#stalledSince ??= now
      if (now - this.#stalledSince > MAX_STALL) this.#response.destroy()
    }
    return isReady
  }

  /** What it has opened, as JSON, if anything about it is new. */
  takeOpened(): string | undefined {
    const connection = this.#opened
    if (!connection) return undefined
    const { server, history } = connection
    const told = JSON.stringify({ server, row: connection.row(), history } satisfies OpenedConnection)
    if (told === this.#openedTold) return undefined
    this.#openedTold = told
    return told
  }

  /** `servers` is JSON. */
  send(now: number, servers: string, log: LogFrame, opened: string | undefined): void {
    const rest = opened === undefined ? '' : `,"opened":${opened}`
    this.#write('frame', `{"now":${now},"servers":${servers},"log":${JSON.stringify(log)}${rest}}`)
  }

  /** So that both ends notice when the other is gone. */
  keepAlive(): void {
    this.#response.write(':\n\n')
  }

  end(): void {
    this.#response.end()
  }

  #write(event: string, json: string): void {
    // JSON has no line ends of its own, so one line of data is enough.
    this.#response.write(`event: ${event}\ndata: ${json}\n\n`)
  }
}
