// Measures the rate of those who get in, and tells the chart when it is spent, and when it is not.
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import { AcceptRate, type AcceptRateLimit } from '../admission/accept-rate.ts'
import { Alarm } from '../common/alarm.ts'
import type { Clock } from '../common/clock.ts'

const SPENT = Object.freeze({ type: 'rate.spent' })
const REFILLED = Object.freeze({ type: 'rate.refilled' })

export class Throttle {
  readonly #rate: AcceptRate
  readonly #report: (event: ListenerReport) => void
  readonly #alarm: Alarm
  #awaited: 'one' | 'all' = 'one'

  constructor(limit: Required<AcceptRateLimit>, clock: Clock, report: (event: ListenerReport) => void) {
    this.#rate = new AcceptRate(limit, clock)
    this.#report = report
    this.#alarm = new Alarm(clock, () => this.#look(), { isUnref: true })
  }

  /** How many may get in now. */
  get available(): number {
    return this.#rate.available
  }

  /** One has got in. */
  take(): void {
    if (this.#rate.take()) this.#report(SPENT)
  }

  /** Where the socket is closed meanwhile, to bind it again for one client is of no use. */
  schedule(strategy: PauseStrategy): void {
    this.#awaited = strategy === 'hold' ? 'one' : 'all'
    this.#alarm.set(this.#rate.timeUntil(this.#awaited))
  }

  cancel(): void {
    this.#alarm.cancel()
  }

  /** A timer may ring early, and its clock may be another than that which is measured by. */
  #look(): void {
    const left = this.#rate.timeUntil(this.#awaited)
    if (left > 0) this.#alarm.set(left)
    else this.#report(REFILLED)
  }
}
