// What the page knows of the servers.
import { isWithin } from '../../common/state.ts'
import type { ConnectionRow, Frame, Second, ServerFrame } from '../protocol.ts'

export class ServerView {
  frame: ServerFrame
  readonly connections = new Map<number, ConnectionRow>()
  minute: Second[] = []
  /** Changed with each row that comes, goes or changes. */
  version = 0

  constructor(frame: ServerFrame) {
    this.frame = frame
  }

  update(frame: ServerFrame): void {
    // Transitions that have not been shown yet are not lost.
    const transitions = frame.isWhole
      ? frame.transitions
      : [...this.frame.transitions, ...frame.transitions].slice(-30)
    this.frame = { ...frame, transitions }
    if (frame.minute) this.minute = frame.minute
    if (frame.isWhole) this.connections.clear()
    for (const row of frame.rows) this.connections.set(row[0], row)
    for (const id of frame.gone) this.connections.delete(id)
    if (frame.isWhole || frame.rows.length > 0 || frame.gone.length > 0) this.version++
  }
}

export class Store {
  readonly servers = new Map<number, ServerView>()
  #chosen: number | undefined
  /** Of the server's clock before this one, in milliseconds. */
  #ahead = 0

  update({ now, servers }: Frame): void {
    this.#ahead = now - Date.now()
    const isWhole = servers.some((server) => server.isWhole)
    if (isWhole) {
      const ids = new Set(servers.map(({ id }) => id))
      for (const id of this.servers.keys()) if (!ids.has(id)) this.servers.delete(id)
    }
    for (const frame of servers) {
      const known = this.servers.get(frame.id)
      const view = known ?? new ServerView(frame)
      view.update(frame)
      if (!known) this.servers.set(frame.id, view)
    }
  }

  /** Milliseconds since the epoch, as the server has it. */
  get now(): number {
    return Date.now() + this.#ahead
  }

  choose(id: number): void {
    this.#chosen = id
  }

  /**
   * The server that is shown: the one that was chosen, else the first that is not closed, else the
   * last.
   */
  get shown(): ServerView | undefined {
    const chosen = this.#chosen === undefined ? undefined : this.servers.get(this.#chosen)
    if (chosen) return chosen
    const all = [...this.servers.values()]
    const id = (all.find(({ frame }) => !isWithin(frame.state, 'closed')) ?? all.at(-1))?.frame.id
    return id === undefined ? undefined : this.servers.get(id)
  }
}
