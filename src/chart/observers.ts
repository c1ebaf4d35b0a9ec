// Whom an actor tells of its snapshots, as XState's does.
import { type Observer, type Readable, type Subscription, toObserver } from 'xstate'
import { attempt, forEachOf } from '../common/each.ts'

/** What XState's `subscribe` takes. */
export type Subscribed<T> = [
  next: Observer<T> | ((value: T) => void),
  error?: (error: unknown) => void,
  complete?: () => void,
]

export function observerOf<T>([next, error, complete]: Subscribed<T>): Observer<T> {
  return toObserver(next, error, complete)
}

/** What an observer throws is an uncaught exception, later, and the others are told. */
export class Observers<T> {
  readonly #observers = new Set<Observer<T>>()

  get isEmpty(): boolean {
    return this.#observers.size === 0
  }

  add(observer: Observer<T>): Subscription {
    this.#observers.add(observer)
    return { unsubscribe: () => void this.#observers.delete(observer) }
  }

  next(value: T): void {
    forEachOf(this.#observers, (observer) => observer.next?.(value))
  }

  complete(): void {
    forEachOf(this.#observers, complete)
    this.#observers.clear()
  }
}

export function complete(observer: Observer<never>): void {
  attempt(() => observer.complete?.())
}

/** A part of what `actor` is in, which is told when it changes. */
export function select<T, Selected>(
  actor: { getSnapshot(): T; subscribe(next: (value: T) => void): Subscription },
  selector: (snapshot: T) => Selected,
  isEqual: (one: Selected, other: Selected) => boolean,
): Readable<Selected> {
  const get = () => selector(actor.getSnapshot())
  const subscribe = (...subscribed: Subscribed<Selected>) => {
    const observer = observerOf(subscribed)
    let before = get()
    return actor.subscribe((snapshot) => {
      const selected = selector(snapshot)
      if (isEqual(before, selected)) return
      before = selected
      observer.next?.(selected)
    })
  }
  return { get, subscribe }
}
