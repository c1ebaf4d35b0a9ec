import { throwLater } from './timers.ts'

/**
 * Calls `action` for each item. What it throws is an uncaught exception, later, and keeps none of the others from its turn.
 */
export function forEachOf<Item>(items: Iterable<Item>, action: (item: Item) => void): void {
  for (const item of items) attempt(() => action(item))
}

/** Calls `action`. What it throws is an uncaught exception, later. */
export function attempt(action: () => void): void {
  try {
    action()
  } catch (error) {
    throwLater(error)
  }
}
