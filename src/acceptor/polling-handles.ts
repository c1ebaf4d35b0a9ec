// The handles that poll one listening socket. libuv accepts one connection a turn of the event loop by each, so there are more of them,
// on duplicates of the same descriptor, the more clients come.
import type { Server as NetServer, Socket } from 'node:net'
import type { Ends } from '../address.ts'
import { createHandle, descriptorOf, type HandleOptions } from './bind.ts'
import { DescriptorBudget } from './descriptor-budget.ts'
import { softDescriptorLimit } from './descriptor-limit.ts'
import type { Duplicate } from './duplicate.ts'

export interface PollingOptions {
  socket: HandleOptions['socket']
  backlog: number
  most: number
  duplicate: Duplicate | undefined
  onConnection: (socket: Socket) => void
  isRefusing: () => boolean
  onRefused: (ends: Ends) => void
  onError: (error: NodeJS.ErrnoException) => void
  /** There are no longer enough descriptors to go on. */
  onExhausted: () => void
  /** Whether the next connection is the last one that there is room for. */
  isNextTheLast: () => boolean
  /** A handle that listens was closed, and not by this. */
  onClosedByOthers: () => void
}

/** A call of accept(2) that finds nothing costs about a third of opening a handle again. */
const MOST_IN_VAIN = 32
/*
 * In milliseconds. Both are measures of load and nothing that a user waits for, so they are not taken from the injected clock.
 */
/** Before a second handle is tried again: many turns of an idle loop, one or two of a busy one. */
const TIME_ALONE = 10
/** A turn in which others have so much to do that one or two new clients in each are too few. In shorter ones, more handles only cost. */
const LONG_TURN = 0.5

export const NO_DESCRIPTOR = -1

export class PollingHandles {
  readonly #options: PollingOptions
  readonly #budget = new DescriptorBudget(softDescriptorLimit())
  /** The first `#size` of these are listening. They are used again and again: each costs a kilobyte. */
  readonly #handles: NetServer[] = []
  #size = 0
  #isRefd = true
  /** What more handles are made of, or -1 if it is gone; without it there is one at the most. */
  #source: (() => number) | undefined
  /** Connections accepted in this turn of the event loop, and the descriptor of the last one. */
  #acceptedInTurn = 0
  #lastAccepted = NO_DESCRIPTOR
  /** Wakings in vain, in a row of turns in which most handles found nothing to accept. */
  #vainly = 0
  /** When the last turn ended in which something was accepted. */
  #turnEndedAt = Number.NEGATIVE_INFINITY
  /** When the last handle but one was found to be of no use. */
  #aloneSince = Number.NEGATIVE_INFINITY

  constructor(options: PollingOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  get isRefd(): boolean {
    return this.#isRefd
  }

  /** The descriptor of one of them, -1 if there is none. */
  get descriptor(): number {
    const [first] = this.#handles
    return this.#size > 0 && first ? descriptorOf(first) : NO_DESCRIPTOR
  }

  /** As each handle is to be created, from now on. */
  get handleOptions(): HandleOptions {
    const { socket, backlog, onError, isRefusing, isNextTheLast } = this.#options
    const { isRefd } = this
    return {
      socket,
      backlog,
      isRefd,
      onConnection: this.#onConnection,
      isRefusing,
      onRefused: this.#onRefused,
      onError,
      onClosed: this.#onClosed,
      beforeAccept: () => {
        if (isNextTheLast()) this.close()
      },
    }
  }

  /** Takes a handle that listens already for the only one. */
  adopt(handle: NetServer): void {
    // It may have changed while the handle was being bound.
    if (this.#isRefd) handle.ref()
    else handle.unref()
    this.#handles[0] = handle
    this.#size = 1
  }

  /** More handles are made of what this gives, from now on. */
  multiplyFrom(source: (() => number) | undefined): void {
    this.#source = source
  }

  /** Polls by one handle more; false if there is no descriptor for it. */
  add(): boolean {
    const source = this.#source?.() ?? NO_DESCRIPTOR
    if (source === NO_DESCRIPTOR) return false
    const fd = this.#options.duplicate?.(source) ?? NO_DESCRIPTOR
    if (fd === NO_DESCRIPTOR) return false
    this.#budget.saw(fd)
    const handle = this.#handles[this.#size] ?? createHandle(this.handleOptions)
    this.#handles[this.#size++] = handle
    handle.listen({ fd }, this.#options.backlog)
    return true
  }

  /** Whether one connection at least can be accepted. */
  get hasDescriptors(): boolean {
    return this.#budget.hasRoomFor(1)
  }

  /** No accept(2) after this, also not in the rest of this turn. */
  close(): void {
    this.#shrinkTo(0)
  }

  ref(): void {
    this.#isRefd = true
    for (const handle of this.#handles) handle.ref()
  }

  unref(): void {
    this.#isRefd = false
    for (const handle of this.#handles) handle.unref()
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#countAccepted()
    this.#lastAccepted = descriptorOf(socket)
    this.#options.onConnection(socket)
  }

  readonly #onRefused = (ends: Ends): void => {
    this.#countAccepted()
    this.#options.onRefused(ends)
  }

  readonly #onClosed = (handle: NetServer): void => {
    const index = this.#handles.indexOf(handle)
    if (index !== -1 && index < this.#size) this.#options.onClosedByOthers()
  }

  #countAccepted(): void {
    if (this.#acceptedInTurn++ === 0) setImmediate(this.#endTurn)
  }

  /**
   * Twice as many handles if each has accepted a connection in this turn, and it was a long one; half as many once most of them have
   * often enough found nothing to accept: each new client wakes all of them.
   */
  readonly #endTurn = (): void => {
    const accepted = this.#acceptedInTurn
    this.#acceptedInTurn = 0
    this.#budget.saw(this.#lastAccepted)
    const now = performance.now()
    const length = now - this.#turnEndedAt
    this.#turnEndedAt = now
    if (this.#size === 0) return
    if (2 * accepted > this.#size) this.#vainly = 0
    else this.#vainly += this.#size - accepted
    // A single handle is always fully used; only a second one tells whether more clients wait.
    const isWorthIt = this.#size === 1 ? now - this.#aloneSince >= TIME_ALONE : length >= LONG_TURN
    if (accepted >= this.#size && isWorthIt) this.#grow()
    else if (this.#vainly >= MOST_IN_VAIN) this.#shrink()
    if (this.#budget.hasRoomFor(this.#size)) return
    this.#shrinkTo(1)
    if (!this.hasDescriptors) this.#options.onExhausted()
  }

  #grow(): void {
    const wanted = Math.min(2 * this.#size, this.#options.most)
    // Each takes a descriptor itself, and one for what it accepts.
    const isPossible = this.#source !== undefined && this.#budget.hasRoomFor(2 * wanted - this.#size)
    while (isPossible && this.#size < wanted && this.add());
  }

  #shrink(): void {
    this.#vainly = 0
    this.#shrinkTo(Math.ceil(this.#size / 2))
    if (this.#size === 1) this.#aloneSince = performance.now()
  }

  #shrinkTo(wanted: number): void {
    while (this.#size > wanted) this.#handles[--this.#size]?.close()
  }
}
