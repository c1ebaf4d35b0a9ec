// Watches for everything that keeps clients from being accepted and that libuv does not tell:
// descriptors that run out, clients that it has closed because of that, errors of accept(2).

import type { ServerOpts, Socket } from 'node:net'
import { type Clock, unrefTimer } from '../common/clock.ts'
import { monotonicNow } from '../common/timers.ts'
import { limitReader } from '../os/descriptor-limit.ts'
import { timeAsleep, turnsOfLoop } from '../os/event-loop.ts'
import type { Libc } from '../os/libc.ts'
import { AcceptCheck } from './accept-check.ts'
import { DescriptorBudget } from './descriptor-budget.ts'
import { Losses } from './losses.ts'

/** The handles that are watched. */
export interface Watched {
  readonly size: number
  /** -1 while nothing is polled. */
  readonly descriptor: number
  /** Closes all but `size` of them. */
  shrinkTo(size: number): void
  /** Whether all of them were in use in some turn since the last call. */
  takeFullUse(): boolean
}

export interface WatchOptions {
  socket: ServerOpts
  libc: Libc | undefined
  clock: Clock
  onAcceptedByHand: (socket: Socket) => void
  /** Clients wait, and accept(2) fails. */
  onError: (error: NodeJS.ErrnoException) => void
  /**
   * There are no longer enough descriptors to go on; `isTooLate` where libuv has closed clients, or
   * may have.
   */
  onExhausted: (isTooLate: boolean) => void
}

/**
 * While clients come, the table of descriptors is looked at after so many of them; where they come
 * slowly, and others have had time to open files, after fewer. A look is three system calls. The
 * time, in milliseconds, is a measure of load, and so not taken from the injected clock.
 */
const CLIENTS_BETWEEN_LOOKS = 64
const FEW_CLIENTS = 16
const LONG_TIME = 10
/**
 * By the injected clock, in milliseconds: without clients, a fault can go unnoticed for so long.
 */
const LOOK_PERIOD = 1_000
/** An idle loop turns a few times a second, one that is woken in vain some ten thousand times. */
const TURNS_OF_IDLE_LOOP = 100
/** The part of the time that a loop sleeps at most if it is woken in vain again and again. */
const MAX_SLEEP_IN_VAIN = 3 / 4

export class AcceptWatch {
  readonly #watched: Watched
  readonly #options: WatchOptions
  readonly #budget: DescriptorBudget
  readonly #losses: Losses
  readonly #check: AcceptCheck
  #lookedAt = Number.NEGATIVE_INFINITY
  #acceptedSinceLook = 0
  /** Connections that were accepted so far, and their number at the last periodic look. */
  #accepted = 0
  #acceptedAtPeriod = 0
  #periodBegan = { turns: 0, asleep: 0, now: 0 }
  #timer: unknown
  /** accept(2) has failed, and no client was accepted since. */
  #isFailing = false

  constructor(watched: Watched, options: WatchOptions) {
    const { libc, socket, onAcceptedByHand } = options
    this.#watched = watched
    this.#options = options
    this.#budget = new DescriptorBudget(limitReader(libc))
    this.#losses = new Losses(libc)
    this.#check = new AcceptCheck({
      socket,
      libc,
      descriptor: () => watched.descriptor,
      accepted: () => this.#accepted,
      onAccepted: onAcceptedByHand,
      onError: (error) => this.#onAcceptError(error),
    })
  }

  /** A descriptor was opened. */
  saw(fd: number): void {
    this.#budget.saw(fd)
  }

  accepted(): void {
    this.#accepted++
    this.#isFailing = false
  }

  hasRoomFor(descriptors: number): boolean {
    return this.#budget.hasRoomFor(descriptors)
  }

  /** Polling begins. */
  begin(): void {
    this.#losses.begin()
    if (this.#isFailing) this.#check.start()
    this.#wait()
  }

  /** Polling is about to end. */
  pause(): void {
    this.#losses.note()
  }

  /** Nothing is polled any more. */
  end(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Takes a new look at the table of descriptors, unless the last one is good enough. */
  look(now: number, accepted = 0): boolean {
    this.#acceptedSinceLook += accepted
    const isLongAgo = now - this.#lookedAt >= LONG_TIME
    if (this.#acceptedSinceLook < (isLongAgo ? FEW_CLIENTS : CLIENTS_BETWEEN_LOOKS)) return false
    this.#lookedAt = now
    this.#acceptedSinceLook = 0
    this.#budget.look()
    return true
  }

  /** Closes handles where descriptors run out, and reports it where not even one can go on. */
  checkRoom(hasLooked: boolean): void {
    const isTooLate = hasLooked && this.#losses.take()
    // The table may be that of the whole machine, of which nothing else tells.
    if (isTooLate) this.#isFailing = true
    if (!isTooLate && this.#budget.hasRoomFor(this.#watched.size)) return
    const isSpent = !this.#losses.isKnown && this.#budget.isSpent
    this.#watched.shrinkTo(1)
    if (isTooLate || isSpent || !this.#budget.hasRoomFor(1)) {
      this.#options.onExhausted(isTooLate || isSpent || this.#losses.take())
    }
  }

  /** For the next look, as long as something is polled. */
  #wait(): void {
    if (this.#timer !== undefined) return
    this.#acceptedAtPeriod = this.#accepted
    this.#watched.takeFullUse()
    this.#periodBegan = { turns: turnsOfLoop(), asleep: timeAsleep(), now: monotonicNow() }
    this.#timer = this.#options.clock.setTimeout(this.#onPeriod, LOOK_PERIOD)
    unrefTimer(this.#timer)
  }

  readonly #onPeriod = (): void => {
    this.#timer = undefined
    if (this.#watched.size === 0) return
    const isCalm = !this.#watched.takeFullUse()
    const hasAccepted = this.#accepted !== this.#acceptedAtPeriod
    const mayTurnInVain = !hasAccepted && this.#isRestless
    this.#wait()
    this.#budget.lookClosely()
    if (isCalm && this.#watched.size > 1) this.#watched.shrinkTo(1)
    this.checkRoom(true)
    if (this.#watched.size === 0) return
    // Without the C library, asking means to read a table of all sockets of the machine.
    if (this.#options.libc || mayTurnInVain) this.#check.start()
  }

  /** Whether the loop has turned often since the period began, and hardly slept. */
  get #isRestless(): boolean {
    const { turns, asleep, now } = this.#periodBegan
    const isAwake = timeAsleep() - asleep <= MAX_SLEEP_IN_VAIN * (monotonicNow() - now)
    return turnsOfLoop() - turns >= TURNS_OF_IDLE_LOOP && isAwake
  }

  #onAcceptError(error: NodeJS.ErrnoException): void {
    this.#isFailing = true
    const { code } = error
    if (code === 'EMFILE' || code === 'ENFILE') this.#options.onExhausted(this.#losses.take())
    else this.#options.onError(error)
  }
}
