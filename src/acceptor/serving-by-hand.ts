// Serves those who wait at a full server, as places become free, without polling: to open a handle
// for one client and to close it again costs ten system calls.
import { AsyncLocalStorage } from 'node:async_hooks'
import { codeOf } from '../common/errors.ts'
import { nextTick, setImmediate } from '../common/timers.ts'
import type { ListeningSocket } from './listening-socket.ts'
import { NO_DESCRIPTOR, type PollingHandles } from './polling-handles.ts'

/** What opening and closing a polling handle costs, in calls that accept a client. */
export const CALLS_TO_POLL = 10

export interface ServingOptions {
  polling: PollingHandles
  socket: ListeningSocket
  /** Whether connections are accepted only to be closed. */
  isRefusing: () => boolean
  /** Nobody waits, or too many do, or only a handle will tell what is wrong. */
  poll: () => void
  /** There are not enough descriptors to go on. */
  onExhausted: () => void
}

/**
 * Accepts one client as soon as the caller is done, two in the next turn of the event loop, four in
 * the one after that. Not all at once: those who are served together leave together, and their
 * places would wait for each other.
 */
export class ServingByHand {
  readonly #options: ServingOptions
  readonly #inContext = AsyncLocalStorage.snapshot()
  #isOn = false
  #isTickDue = false
  /** Something was accepted in this turn. */
  #isTurnSpent = false
  /** How many may be accepted before it is worth polling, and how many of them in the next turn. */
  #left = 0
  #share = 1

  constructor(options: ServingOptions) {
    this.#options = options
  }

  /** Whether it accepts, until it is stopped. */
  get isOn(): boolean {
    return this.#isOn
  }

  /**
   * Whether it is possible, and costs less than a handle. It is possible only where nobody else
   * knows the descriptor, who could have closed it, or let accept(2) block.
   */
  isOfUse(places: number): boolean {
    const { polling, socket, isRefusing } = this.#options
    return (
      places <= CALLS_TO_POLL && polling.canAccept && socket.ownDescriptor !== NO_DESCRIPTOR && !isRefusing()
    )
  }

  start(): void {
    this.#isOn = true
    this.#left = CALLS_TO_POLL
    this.#share = 1
    if (this.#isTurnSpent || this.#isTickDue) return
    this.#isTickDue = true
    nextTick(this.#onTick)
  }

  /** Accepts nobody after this. */
  stop(): void {
    this.#isOn = false
  }

  /** Not in the context of the client that has left. */
  readonly #onTick = (): void => {
    this.#isTickDue = false
    if (this.#isOn) this.#inContext(this.#serve)
  }

  readonly #onTurn = (): void => {
    this.#isTurnSpent = false
    if (this.#isOn) this.#serve()
  }

  readonly #serve = (): void => {
    this.#isTurnSpent = true
    setImmediate(this.#onTurn)
    const share = this.#share
    this.#share *= 2
    for (let count = 0; count < share; count++) {
      const isServed = this.#left-- > 0 && this.#accept()
      if (!this.#isOn) return
      if (!isServed) return this.#options.poll()
    }
  }

  #accept(): boolean {
    const { polling, socket, onExhausted } = this.#options
    const fd = socket.ownDescriptor
    try {
      return fd !== NO_DESCRIPTOR && polling.accept(fd)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EMFILE' || code === 'ENFILE') onExhausted()
      return false
    }
  }
}
