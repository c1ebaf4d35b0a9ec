// Waiting for signals, many at a time for the same one.
import { attempt } from './each.ts'

/** Hears that a signal is aborted. */
export interface AbortListener {
  aborted(signal: AbortSignal): void
}

/** One that waits for a signal, between those who wait for the same. */
export class AbortWatch {
  readonly listener: AbortListener
  readonly watches: AbortWatches
  before: AbortWatch | undefined
  after: AbortWatch | undefined

  constructor(listener: AbortListener, watches: AbortWatches) {
    this.listener = listener
    this.watches = watches
  }
}

/** All that wait for one signal. */
class AbortWatches {
  readonly #signal: AbortSignal
  #first: AbortWatch | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  add(listener: AbortListener): AbortWatch {
    const watch = new AbortWatch(listener, this)
    watch.after = this.#first
    if (this.#first) this.#first.before = watch
    this.#first = watch
    return watch
  }

  delete(watch: AbortWatch): void {
    const { before, after } = watch
    if (!before && this.#first !== watch) return
    if (before) before.after = after
    else this.#first = after
    if (after) after.before = before
    watch.before = undefined
    watch.after = undefined
    if (this.#first === undefined) this.#close()
  }

  #close(): void {
    bySignal.delete(this.#signal)
    this.#signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    for (let watch = this.#first; watch; watch = this.#first) {
      this.delete(watch)
      const { listener } = watch
      attempt(() => listener.aborted(this.#signal))
    }
  }
}

const bySignal = new WeakMap<AbortSignal, AbortWatches>()

/**
 * Tells `listener` when `signal`, which is not aborted yet, is. The signal has one listener however
 * many wait for it: to remove one of many takes Node a time that grows with their number. It has
 * none while nobody waits: Node keeps some signals alive for as long as they have one.
 */
export function watchAbort(signal: AbortSignal, listener: AbortListener): AbortWatch {
  let watches = bySignal.get(signal)
  if (watches === undefined) {
    watches = new AbortWatches(signal)
    bySignal.set(signal, watches)
  }
  return watches.add(listener)
}

/** A watch that is over is let be. */
export function unwatchAbort(watch: AbortWatch): void {
  watch.watches.delete(watch)
}
