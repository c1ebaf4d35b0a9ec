// Finds out that accept(2) fails. libuv does not tell: it tries again in each turn of the event
// loop.
import type { ServerOpts, Socket } from 'node:net'
import { setImmediate } from '../common/timers.ts'
import { acceptNow, unknownAcceptError } from '../os/accept.ts'
import { isSomebodyWaiting } from '../os/accept-queue.ts'
import type { Libc } from '../os/libc.ts'

/**
 * libuv accepts a client in each turn of the loop if it can. One turn may be another process's luck
 * with the same queue.
 */
const TURNS_IN_VAIN = 3

export interface AcceptCheckOptions {
  socket: ServerOpts
  libc: Libc | undefined
  /** The listening descriptor, -1 while nothing polls it. */
  descriptor: () => number
  /** Number of connections that were accepted so far. */
  accepted: () => number
  onAccepted: (socket: Socket) => void
  onError: (error: NodeJS.ErrnoException) => void
}

export class AcceptCheck {
  readonly #options: AcceptCheckOptions
  #isChecking = false

  constructor(options: AcceptCheckOptions) {
    this.#options = options
  }

  /** Reports an error if clients wait, and none is accepted in a few turns of the event loop. */
  start(): void {
    if (this.#isChecking || !this.#isSomebodyWaiting) return
    this.#isChecking = true
    const { accepted } = this.#options
    const before = accepted()
    let left = TURNS_IN_VAIN
    const check = () => {
      this.#isChecking = false
      if (accepted() !== before || !this.#isSomebodyWaiting) return
      if (--left === 0) return this.#acceptByHand()
      this.#isChecking = true
      setImmediate(check)
    }
    setImmediate(check)
  }

  get #isSomebodyWaiting(): boolean {
    const { descriptor, libc } = this.#options
    const fd = descriptor()
    return fd >= 0 && isSomebodyWaiting(fd, libc) === true
  }

  /**
   * Calls accept(2) to hear its error. If it has none any more, that is one client like the others.
   */
  #acceptByHand(): void {
    const { libc, descriptor, socket: options, onAccepted, onError } = this.#options
    let socket: Socket | undefined
    try {
      if (!libc) throw unknownAcceptError()
      socket = acceptNow(descriptor(), libc, options)
    } catch (error) {
      return onError(error as NodeJS.ErrnoException)
    }
    if (socket) onAccepted(socket)
  }
}
