// What all servers of the bench have in common, so that they do the same work.
import { readFileSync } from 'node:fs'

export const HOST = '127.0.0.1'

/**
 * More than any work lets wait: beyond it, the kernel drops SYNs, and what is measured is its clock
 * of one second.
 */
export const BACKLOG = 2048

/** That of the tests. */
export function certificate() {
  const text = readFileSync(new URL('../support/certificate.ts', import.meta.url), 'utf8')
  const [key, cert] = text.match(/-----BEGIN[^`]*/g)
  return { key, cert }
}

/** What is done with each line: enough that nobody can leave it out. */
export class LineCounter {
  #lines = 0
  #length = 0

  add(line) {
    this.#lines++
    this.#length += line.length
  }

  report() {
    return `${this.#lines} ${this.#length}`
  }
}

/** How many sockets were served at once. */
export const places = {
  taken: 0,
  most: 0,
  enter() {
    this.most = Math.max(this.most, ++this.taken)
  },
  leave() {
    this.taken--
  },
  take(socket) {
    this.enter()
    socket.once('close', () => this.leave())
  },
}
