// The event loop: libuv's phases, one callback at a time.
import type { Time } from './time.ts'

/** Something that is polled. */
export interface Polled {
  /** It accepts. */
  readonly isListening: boolean
  /** What it would be called for now; 0 if it would not. */
  readonly events: number
  /** Each of its callbacks, and what libuv does between them. */
  callbacks(events: number): Iterable<() => void>
}

/** Something that was closed, and is told so at the end of the turn. */
export interface Closing {
  closed(): Iterable<() => void>
}

export class Loop {
  /** How often it has turned. */
  count = 0
  /** What a callback takes, in milliseconds. */
  callbackTime = 0
  readonly polled = new Set<Polled>()
  readonly #time: Time
  /** Chooses which of those that are ready comes first. */
  readonly #first: (count: number) => number
  readonly #onThrown: (error: unknown) => void
  readonly #immediates: (() => void)[] = []
  #fed: Polled[] = []
  #closing: Closing[] = []
  readonly #callbacks = this.#run()

  constructor(time: Time, first: (count: number) => number, onThrown: (error: unknown) => void) {
    this.#time = time
    this.#first = first
    this.#onThrown = onThrown
  }

  setImmediate(callback: () => void): void {
    this.#immediates.push(callback)
  }

  /** To be called as if it were writable, in the next turn. */
  feed(polled: Polled): void {
    if (!this.#fed.includes(polled)) this.#fed.push(polled)
  }

  close(closing: Closing): void {
    this.#closing.push(closing)
  }

  /** How many handles accept. */
  get numListening(): number {
    let count = 0
    for (const { isListening } of this.polled) if (isListening) count++
    return count
  }

  /** Runs the next callback. False where a whole turn has had none. */
  runNext(): boolean {
    const { value } = this.#callbacks.next()
    if (!value) return false
    try {
      value()
    } catch (error) {
      this.#onThrown(error)
    }
    this.#time.pass(this.callbackTime)
    return true
  }

  *#run(): Generator<(() => void) | undefined, undefined> {
    for (;;) {
      this.count++
      let isIdle = true
      for (const callback of this.#turn()) {
        isIdle = false
        yield callback
      }
      if (isIdle) yield undefined
    }
  }

  *#turn(): Generator<() => void> {
    yield* this.#timers()
    for (const polled of this.#fed.splice(0)) yield* polled.callbacks(POLLOUT)
    yield* this.#poll()
    for (let left = this.#immediates.length; left > 0; left--) {
      const immediate = this.#immediates.shift()
      if (immediate) yield immediate
    }
    const closing = this.#closing
    this.#closing = []
    for (const one of closing) yield* one.closed()
  }

  *#timers(): Generator<() => void> {
    const due = this.#time.due()
    for (const timer of due) if (timer.isSet) yield () => timer.ring()
  }

  /** The kernel is asked once; what has changed meanwhile is found out by the calls. */
  *#poll(): Generator<() => void> {
    const ready: { polled: Polled; events: number }[] = []
    for (const polled of this.polled) {
      const { events } = polled
      if (events !== 0) ready.push({ polled, events })
    }
    if (ready.length > 1) ready.push(...ready.splice(0, this.#first(ready.length)))
    for (const { polled, events } of ready) if (this.polled.has(polled)) yield* polled.callbacks(events)
  }
}

export const POLLIN = 1
export const POLLOUT = 4
export const POLLHUP = 16
