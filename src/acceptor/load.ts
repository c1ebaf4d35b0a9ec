// Tells from the connections of each turn of the event loop how many handles are of use.
//
// libuv lets one new client in per turn and handle. Where turns are short, one handle does: others
// would find nothing to accept, and cost. Where others keep the loop busy, new clients would wait
// longer and longer; there they get a share of each turn: as many handles as fit into it, and no
// more than clients wait. No number here is of one machine: times are compared with times of the
// same turns, system calls with system calls.

/**
 * The part of a turn that may go into accepting clients and starting their handlers. Serving one
 * costs about as much again, so those who were there before keep about half of the time.
 */
export const SHARE = 1 / 4
/**
 * What it costs to open and close a handle, in calls of accept(2) that find nothing: a duplicate,
 * listen(2), what libuv asks of a new descriptor, epoll_ctl(2) twice, close(2).
 */
export const CALLS_TO_REOPEN = 10
/**
 * Where nobody tells whether clients wait, more handles are tried after so many full turns at most.
 * A trial that fails costs some 20 system calls; the turns between, each long enough for more than
 * one handle, have a hundred times that.
 */
export const MAX_TURNS_BETWEEN_TRIALS = 32

/**
 * What a client costs changes slowly. So it is measured in two turns of so many in a row: in each,
 * measuring would be a part of it.
 */
const MEASURING_PERIOD = 16
const TURNS_TO_MEASURE = 2

/** A turn of the event loop in which connections were accepted, when it has polled. */
export interface Turn {
  accepted: number
  /** How many handles polled. */
  size: number
  /** In milliseconds. */
  now: number
  /** Since whenever, in milliseconds: how long the loop has slept. */
  idle: number
  /** How often the loop has turned, without connections as well. */
  count: number
  /** What one client costs until its handler has started, in milliseconds; NaN if not known. */
  cost: number
}

const LONG_AGO = { now: 0, idle: 0, count: Number.NEGATIVE_INFINITY }

export class Load {
  readonly #max: number
  readonly #waiting: () => number | undefined
  #wasFullyUsed = false
  /** The last turn, if all handles were in use. */
  #last = LONG_AGO
  /** How many turns there were in a row, without the first, in each of which all were in use. */
  #inARow = 0
  /** How many handles would have been right in that turn. */
  #lastWanted = 1
  /** Since all were in use: calls that found nothing, and the most handles that found something. */
  #vainly = 0
  #mostUsed = 1
  /** Whether the last number of clients was a guess; whether handles were opened on one. */
  #isGuess = false
  #isTrial = false
  #turnsSinceTrial = 0
  #turnsBetweenTrials = 1

  /**
   * `waiting` is how many clients wait; `undefined` where the machine does not tell. It is called
   * where there is time for more handles.
   */
  constructor(max: number, waiting: () => number | undefined) {
    this.#max = max
    this.#waiting = waiting
  }

  /** Whether all handles were in use in some turn since the last call. */
  takeFullUse(): boolean {
    const wasFullyUsed = this.#wasFullyUsed
    this.#wasFullyUsed = false
    return wasFullyUsed
  }

  /** Whether the cost of the clients of this turn will make a difference. */
  get isCostWanted(): boolean {
    return this.#mayGrow && (this.#inARow - 1) % MEASURING_PERIOD < TURNS_TO_MEASURE
  }

  get #mayGrow(): boolean {
    return this.#inARow > 0 && this.#max > 1
  }

  /** A turn has ended. Tells how many handles there should be. */
  turnEnded(turn: Turn): number {
    const { accepted, size, count } = turn
    if (size === 0) return 0
    if (accepted < size) return this.#partlyUsed(accepted, size)
    this.#wasFullyUsed = true
    this.#vainly = 0
    this.#mostUsed = 1
    if (this.#isTrial) this.#endTrial(1)
    const last = this.#last
    this.#last = turn
    // A turn in which nobody came shows that nobody waited.
    this.#inARow = count - last.count <= 1 ? this.#inARow + 1 : 0
    if (!this.#mayGrow) {
      this.#lastWanted = size
      return size
    }
    const lastWanted = this.#lastWanted
    const wanted = this.#wantedBy(turn, turn.now - last.now - (turn.idle - last.idle))
    this.#lastWanted = wanted
    // A single long turn may be a collection of garbage.
    const more = Math.min(wanted, lastWanted)
    if (more <= size) return Math.min(size, Math.max(wanted, lastWanted))
    this.#isTrial = this.#isGuess
    return more
  }

  #wantedBy({ size, cost }: Turn, time: number): number {
    if (Number.isNaN(cost)) return size
    const fitting = Math.min(this.#max, Math.max(1, Math.floor((SHARE * time) / cost)))
    if (fitting <= size) return fitting
    const waiting = this.#waiting()
    this.#isGuess = waiting === undefined
    return Math.min(fitting, size + (waiting ?? this.#guess(size)))
  }

  /** As many more as there are, which is to be found out; none if that was tried of late. */
  #guess(size: number): number {
    return ++this.#turnsSinceTrial < this.#turnsBetweenTrials ? 0 : size
  }

  #endTrial(turnsToTheNext: number): void {
    this.#isTrial = false
    this.#turnsSinceTrial = 0
    this.#turnsBetweenTrials = Math.min(turnsToTheNext, MAX_TURNS_BETWEEN_TRIALS)
  }

  #partlyUsed(accepted: number, size: number): number {
    this.#last = LONG_AGO
    this.#inARow = 0
    if (this.#isTrial) this.#endTrial(2 * this.#turnsBetweenTrials)
    this.#vainly += size - accepted
    this.#mostUsed = Math.max(this.#mostUsed, accepted)
    // Open handles have cost as much as it would have to close them and open them again.
    if (this.#vainly < CALLS_TO_REOPEN * (size - this.#mostUsed)) return size
    const used = this.#mostUsed
    this.#vainly = 0
    this.#mostUsed = 1
    return used
  }
}
