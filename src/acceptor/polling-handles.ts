// The handles that poll one listening socket. libuv accepts one connection a turn of the event loop by each, so there are more of them,
// on duplicates of the same descriptor, the more clients come. Of what goes wrong with accept(2), libuv tells nothing, so these look for
// themselves.
import type { Server as NetServer, Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Ends } from '../common/address.ts'
import { type Clock, unrefTimer } from '../common/clock.ts'
import { monotonicNow, setImmediate } from '../common/timers.ts'
import { acceptNow, isSomebodyWaiting, unknownAcceptError } from '../os/accept-queue.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
import { limitReader } from '../os/descriptor-limit.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Duplicate } from '../os/duplicate.ts'
import type { Libc } from '../os/libc.ts'
import { findReserve, usesOfReserve } from '../os/reserve.ts'
import { createHandle, type HandleOptions } from './bind.ts'
import { DescriptorBudget } from './descriptor-budget.ts'
import { isSameSocket } from './inherit.ts'

export interface PollingOptions {
  socket: HandleOptions['socket']
  backlog: number
  most: number
  duplicate: Duplicate | undefined
  libc: Libc | undefined
  clock: Clock
  onConnection: (socket: Socket) => void
  isRefusing: () => boolean
  onRefused: (ends: Ends) => void
  /** The only handle cannot listen, or clients wait and accept(2) fails. */
  onError: (error: NodeJS.ErrnoException) => void
  /** There are no longer enough descriptors to go on; `isTooLate` where libuv has closed clients, or may have. */
  onExhausted: (isTooLate: boolean) => void
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
/** While clients come, the table of descriptors is looked at so often, or after so many of them. */
const TIME_BETWEEN_LOOKS = 10
const CLIENTS_BETWEEN_LOOKS = 64

/** By the injected clock: how long what only a look finds can go unnoticed without clients, in milliseconds. */
const LOOK_PERIOD = 1_000
/** libuv accepts somebody in each turn of the loop if it can. One turn may be another process's luck with the same queue. */
const TURNS_IN_VAIN = 3
/** An idle loop turns a few times a second, one that is woken in vain some ten thousand times. */
const TURNS_OF_IDLE_LOOP = 100

export const NO_DESCRIPTOR = -1

export class PollingHandles {
  readonly #options: PollingOptions
  readonly #budget: DescriptorBudget
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
  #lookedAt = Number.NEGATIVE_INFINITY
  #acceptedSinceLook = 0
  /** All that were accepted, and how many these were at the last periodic look. */
  #accepted = 0
  #acceptedAtPeriod = 0
  /** Whether all handles were in use in some turn since the last periodic look. */
  #wasFullyUsed = false
  #turnsAtPeriod = 0
  #timer: unknown
  /** How often libuv had closed clients; `undefined` where nobody can tell. */
  #usesOfReserve: number | undefined
  /** It has, and nobody was told. */
  #hasLost = false
  /** accept(2) has failed, and nobody was accepted since. */
  #isFailing = false
  #isVerifying = false

  constructor(options: PollingOptions) {
    this.#options = options
    this.#budget = new DescriptorBudget(limitReader(options.libc))
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
    const { socket, backlog, isRefusing, isNextTheLast } = this.#options
    const { isRefd } = this
    return {
      socket,
      backlog,
      isRefd,
      onConnection: this.#onConnection,
      isRefusing,
      onRefused: this.#onRefused,
      onError: this.#onError,
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
    this.#onFirst()
  }

  /** More handles are made of what this gives, from now on. */
  multiplyFrom(source: (() => number) | undefined): void {
    this.#source = source
  }

  /** Polls by one handle more. Where that one cannot listen, `onError` is told why, unless others poll already. */
  add(): 'added' | 'no-descriptor' | 'failed' {
    const source = this.#source?.() ?? NO_DESCRIPTOR
    if (source === NO_DESCRIPTOR) return 'no-descriptor'
    const fd = this.#options.duplicate?.(source) ?? NO_DESCRIPTOR
    if (fd === NO_DESCRIPTOR) return 'no-descriptor'
    this.#budget.saw(fd)
    const handle = this.#handles[this.#size] ?? createHandle(this.handleOptions)
    handle.listen({ fd }, this.#options.backlog)
    if (handle.listening) {
      this.#handles[this.#size++] = handle
      if (this.#size === 1) this.#onFirst()
      return 'added'
    }
    // Node closes the duplicate if it made a handle of it, and forgets it if it could not.
    if (isSameSocket(fd, source)) closeDescriptor(fd)
    // It emits why in a moment; it is not used again.
    this.#handles.length = this.#size
    return 'failed'
  }

  /** Whether one connection at least can be accepted. */
  get hasDescriptors(): boolean {
    this.#lookAgain(monotonicNow())
    return this.#budget.hasRoomFor(1)
  }

  /** No accept(2) after this, also not in the rest of this turn. */
  close(): void {
    if (this.#size > 0) this.#noteLoss()
    this.#shrinkTo(0)
  }

  /** Nothing is polled any more. */
  end(): void {
    this.close()
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
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

  /** A handle could not listen. */
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (this.#size === 0) this.#options.onError(error)
  }

  #countAccepted(): void {
    this.#accepted++
    this.#isFailing = false
    if (this.#acceptedInTurn++ === 0) setImmediate(this.#endTurn)
  }

  /**
   * Twice as many handles if each has accepted a connection in this turn, and it was a long one; half as many once most of them have
   * often enough found nothing to accept: each new client wakes all of them.
   */
  readonly #endTurn = (): void => {
    const accepted = this.#acceptedInTurn
    this.#acceptedInTurn = 0
    this.#acceptedSinceLook += accepted
    this.#budget.saw(this.#lastAccepted)
    const now = monotonicNow()
    const hasLooked = this.#lookAgain(now)
    const length = now - this.#turnEndedAt
    this.#turnEndedAt = now
    if (this.#size === 0) return
    if (accepted >= this.#size) this.#wasFullyUsed = true
    if (2 * accepted > this.#size) this.#vainly = 0
    else this.#vainly += this.#size - accepted
    // A single handle is always fully used; only a second one tells whether more clients wait.
    const isWorthIt = this.#size === 1 ? now - this.#aloneSince >= TIME_ALONE : length >= LONG_TURN
    if (accepted >= this.#size && isWorthIt) this.#grow()
    else if (this.#vainly >= MOST_IN_VAIN) this.#shrink()
    this.#checkRoom(hasLooked)
  }

  /** Polling begins. */
  #onFirst(): void {
    findReserve(this.#options.libc)
    // What others of this process lost meanwhile is no loss of this server.
    this.#usesOfReserve = usesOfReserve(this.#options.libc)
    if (this.#isFailing) this.#verify()
    this.#watch()
  }

  /** Takes a new look at the table of descriptors, unless the last one is good enough. */
  #lookAgain(now: number): boolean {
    const age = now - this.#lookedAt
    if (age < TIME_BETWEEN_LOOKS && this.#acceptedSinceLook < CLIENTS_BETWEEN_LOOKS) return false
    this.#lookedAt = now
    this.#acceptedSinceLook = 0
    this.#budget.look()
    return true
  }

  #checkRoom(hasLooked: boolean): void {
    const isTooLate = hasLooked && this.#takeLoss()
    // The table may be that of the whole machine, of which nothing else tells.
    if (isTooLate) this.#isFailing = true
    if (!isTooLate && this.#budget.hasRoomFor(this.#size)) return
    const isSpent = this.#usesOfReserve === undefined && this.#budget.isSpent
    this.#shrinkTo(1)
    if (isTooLate || isSpent || !this.#budget.hasRoomFor(1)) {
      this.#options.onExhausted(isTooLate || isSpent || this.#takeLoss())
    }
  }

  /** Notes down whether libuv has closed clients. */
  #noteLoss(): void {
    const uses = usesOfReserve(this.#options.libc)
    if (uses !== undefined && uses > (this.#usesOfReserve ?? uses)) this.#hasLost = true
    this.#usesOfReserve = uses
  }

  /** Whether libuv has closed clients since the last time. */
  #takeLoss(): boolean {
    this.#noteLoss()
    const hasLost = this.#hasLost
    this.#hasLost = false
    return hasLost
  }

  /** Looks once in a while, for as long as something is polled. */
  #watch(): void {
    if (this.#timer !== undefined) return
    this.#startPeriod()
    this.#timer = this.#options.clock.setTimeout(this.#onPeriod, LOOK_PERIOD)
    unrefTimer(this.#timer)
  }

  #startPeriod(): void {
    this.#acceptedAtPeriod = this.#accepted
    this.#wasFullyUsed = false
    this.#turnsAtPeriod = turnsOfLoop()
  }

  readonly #onPeriod = (): void => {
    this.#timer = undefined
    if (this.#size === 0) return
    const isCalm = !this.#wasFullyUsed
    const hasAccepted = this.#accepted !== this.#acceptedAtPeriod
    const hasTurned = turnsOfLoop() - this.#turnsAtPeriod >= TURNS_OF_IDLE_LOOP
    this.#watch()
    this.#budget.lookClosely()
    if (isCalm && this.#size > 1) this.#shrinkTo(1)
    this.#checkRoom(true)
    if (this.#size === 0) return
    // Without the C library, asking means to read a table of all sockets of the machine.
    if (this.#options.libc || (hasTurned && !hasAccepted)) this.#verify()
  }

  /** Tells if clients wait, and none is accepted in a few turns of the event loop. */
  #verify(): void {
    if (this.#isVerifying || this.#size === 0 || !this.#isSomebodyWaiting) return
    this.#isVerifying = true
    const before = this.#accepted
    let left = TURNS_IN_VAIN
    const check = () => {
      this.#isVerifying = false
      if (this.#size === 0 || this.#accepted !== before || !this.#isSomebodyWaiting) return
      if (--left === 0) return this.#acceptByHand()
      this.#isVerifying = true
      setImmediate(check)
    }
    setImmediate(check)
  }

  get #isSomebodyWaiting(): boolean {
    return isSomebodyWaiting(this.descriptor, this.#options.libc) === true
  }

  /** Calls accept(2) to hear its error. If it has none any more, that is one client like the others. */
  #acceptByHand(): void {
    const { libc, socket: socketOptions, isRefusing } = this.#options
    let socket: Socket | undefined
    try {
      if (!libc) throw unknownAcceptError()
      socket = acceptNow(this.descriptor, libc, socketOptions)
    } catch (error) {
      this.#isFailing = true
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EMFILE' || code === 'ENFILE') this.#options.onExhausted(this.#takeLoss())
      else this.#options.onError(error as NodeJS.ErrnoException)
      return
    }
    if (!socket) return
    if (!isRefusing()) return this.#onConnection(socket)
    this.#onRefused(socket)
    socket.destroy()
  }

  #grow(): void {
    const wanted = Math.min(2 * this.#size, this.#options.most)
    // Each takes a descriptor itself, and one for what it accepts.
    const isPossible = this.#source !== undefined && this.#budget.hasRoomFor(2 * wanted - this.#size)
    while (isPossible && this.#size < wanted && this.add() === 'added');
    if (this.#size === 1) this.#aloneSince = monotonicNow()
  }

  #shrink(): void {
    this.#vainly = 0
    this.#shrinkTo(Math.ceil(this.#size / 2))
    if (this.#size === 1) this.#aloneSince = monotonicNow()
  }

  #shrinkTo(wanted: number): void {
    while (this.#size > wanted) this.#handles[--this.#size]?.close()
  }
}

/** How often the event loop has turned, 0 where that is not told: by runtimes other than Node. */
function turnsOfLoop(): number {
  const timing: { uvMetricsInfo?: { loopCount: number } } | undefined = performance.nodeTiming
  return timing?.uvMetricsInfo?.loopCount ?? 0
}
