// The sockets at an inspector's port. Who has shown the token has a place; those who have not share
// a few, and the one that has waited longest makes room for the next. So nobody without the token
// can shut out who has it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const MAX_STRANGERS = 64
/** More than the pages and viewers that are served can use. */
const MAX_GUESTS = 256
/**
 * Requests on one socket whose responses are not sent yet: each is kept in memory whole. No browser
 * sends a second one.
 */
const MAX_UNANSWERED = 8

export class Sockets {
  /** The oldest first. */
  readonly #strangers = new Set<Socket>()
  readonly #guests = new Set<Socket>()
  readonly #unanswered = new WeakMap<Socket, number>()

  accept(socket: Socket): void {
    socket.unref()
    this.#strangers.add(socket)
    socket.on('close', () => {
      this.#strangers.delete(socket)
      this.#guests.delete(socket)
    })
    if (this.#strangers.size <= MAX_STRANGERS) return
    const [oldest] = this.#strangers
    if (!oldest) return
    this.#strangers.delete(oldest)
    oldest.destroy()
  }

  /**
   * Whether there is a place for a socket that has shown the token; it then has it until it is
   * closed.
   */
  admit(socket: Socket): boolean {
    if (this.#guests.has(socket)) return true
    if (this.#guests.size >= MAX_GUESTS) return false
    this.#strangers.delete(socket)
    this.#guests.add(socket)
    return true
  }

  /**
   * Whether a request is to be answered at all. Cuts off who asks for more and more and takes
   * nothing.
   */
  mayAsk({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (socket.destroyed) return false
    const unanswered = (this.#unanswered.get(socket) ?? 0) + 1
    this.#unanswered.set(socket, unanswered)
    response.on('close', () => this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 1) - 1))
    if (unanswered <= MAX_UNANSWERED) return true
    socket.destroy()
    return false
  }
}
