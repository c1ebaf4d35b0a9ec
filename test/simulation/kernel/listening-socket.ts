import type { Connection } from './connection.ts'

/** A listening socket, which lives as long as a descriptor refers to it. */
export class ListeningSocket {
  readonly inode: number
  readonly port: number
  backlog = 0
  isListening = false
  references = 0
  /** Clients whose handshake is complete. */
  readonly queue: Connection[] = []

  constructor(inode: number, port: number) {
    this.inode = inode
    this.port = port
  }

  /** Whether a handshake completes. */
  get hasRoom(): boolean {
    return this.isListening && this.queue.length <= this.backlog
  }

  /** Those who wait are reset; gives them. */
  close(): Connection[] {
    this.isListening = false
    const waiting = this.queue.splice(0)
    for (const connection of waiting) connection.server.abort(0)
    return waiting
  }
}
