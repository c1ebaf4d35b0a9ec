import { throwLater } from './timers.ts'

/**
 * Calls `action` for each item. An exception becomes an uncaught one, later, and does not keep
 * other items from their turn.
 */
export function forEachOf<Item>(items: Iterable<Item>, action: (item: Item) => void): void {
  for (const item of items) attempt(() => action(item))
}

/** Calls `action`. An exception becomes an uncaught one, later. */
export function attempt(action: () => void): void {
  try {
    action()
  } catch (error) {
    throwLater(error)
  }
}
