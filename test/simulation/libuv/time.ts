// Simulated time: timers that ring when the loop comes to them.

export class SimulatedTimer {
  readonly due: number
  readonly #callback: () => void
  readonly #interval: number | undefined
  readonly #time: Time
  isSet = true

  constructor(time: Time, callback: () => void, due: number, interval?: number) {
    this.#time = time
    this.#callback = callback
    this.due = due
    this.#interval = interval
  }

  ring(): void {
    this.cancel()
    if (this.#interval !== undefined) this.#time.set(this.#callback, this.#interval, true)
    this.#callback()
  }

  cancel(): void {
    this.isSet = false
    this.#time.forget(this)
  }

  /** As of Node's timers. */
  unref(): this {
    return this
  }
}

export class Time {
  /** In milliseconds. */
  now = 1_000
  /** Of which the loop has slept. */
  asleep = 0
  readonly #timers = new Set<SimulatedTimer>()

  set(callback: () => void, milliseconds: number, isInterval = false): SimulatedTimer {
    const delay = Math.max(1, milliseconds)
    const timer = new SimulatedTimer(this, callback, this.now + delay, isInterval ? delay : undefined)
    this.#timers.add(timer)
    return timer
  }

  forget(timer: SimulatedTimer): void {
    this.#timers.delete(timer)
  }

  get numTimers(): number {
    return this.#timers.size
  }

  /** When the next timer is due. */
  get next(): number | undefined {
    let next: number | undefined
    for (const { due } of this.#timers) if (next === undefined || due < next) next = due
    return next
  }

  /** Those that are due now, in their order. */
  due(): SimulatedTimer[] {
    if (this.#timers.size === 0) return []
    const due = [...this.#timers].filter((timer) => timer.due <= this.now)
    return due.length > 1 ? due.sort((one, other) => one.due - other.due) : due
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
  }
}
