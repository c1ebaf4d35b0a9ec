import { Alarm } from '../common/alarm.ts'
import type { Clock } from '../common/clock.ts'
import type { Connections } from '../connection/connections.ts'

/**
 * Between two looks at the queue of a full server, and the least time that a peer which has
 * everything is given to end its side: a wait that a client hardly notices, and a hundred times
 * what an honest peer near by needs.
 */
const TIME_BETWEEN_LOOKS = 100

/**
 * Looks whether the places of lingering connections are wanted: for waiting clients, or by a drain.
 */
export class PlaceWatch {
  readonly #connections: Connections
  readonly #minWaiting: () => number
  readonly #report: (count: number) => void
  readonly #alarm: Alarm
  #isWatchingQueue = false
  #isHastening = false

  constructor(
    connections: Connections,
    clock: Clock,
    minWaiting: () => number,
    report: (count: number) => void,
  ) {
    this.#connections = connections
    this.#minWaiting = minWaiting
    this.#report = report
    this.#alarm = new Alarm(clock, () => this.#look(), { isUnref: true })
  }

  watchQueue(): void {
    this.#isWatchingQueue = true
    this.lookLater()
  }

  unwatchQueue(): void {
    this.#isWatchingQueue = false
  }

  requestPlaces(count: number): void {
    this.#connections.makePlaces(count, TIME_BETWEEN_LOOKS)
  }

  /** From now on all places are wanted. */
  hasten(): void {
    this.#isHastening = true
    this.#look()
  }

  /** Only while a connection lingers: else there is nothing to gain. */
  lookLater(): void {
    const isOfUse = (this.#isWatchingQueue || this.#isHastening) && this.#connections.isAnyLingering
    if (isOfUse && !this.#alarm.isSet) this.#alarm.set(TIME_BETWEEN_LOOKS)
  }

  #look(): void {
    if (this.#isHastening) this.requestPlaces(Infinity)
    else if (this.#isWatchingQueue) {
      const count = this.#minWaiting()
      if (count > 0) this.#report(count)
    }
    this.lookLater()
  }

  end(): void {
    this.#isWatchingQueue = false
    this.#isHastening = false
    this.#alarm.cancel()
  }
}
