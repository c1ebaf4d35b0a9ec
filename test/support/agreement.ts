import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'

/**
 * What is still to come after an agreement comes in so many turns of the event loop, if it comes at
 * all.
 */
const TURNS_OF_PEACE = 3
const MOST_MILLISECONDS = 5_000

/**
 * Turns the event loop until `actual` is what is expected and stays so. No time is awaited: what
 * happens on loopback is delivered by the next turns.
 */
export async function agree(
  actual: () => unknown,
  expected: unknown,
  patience = MOST_MILLISECONDS,
): Promise<void> {
  const start = performance.now()
  for (let turns = 0; turns < TURNS_OF_PEACE; ) {
    if (isDeepStrictEqual(actual(), expected)) turns++
    else if (performance.now() - start > patience) break
    else turns = 0
    await nextTurn()
  }
  expect(actual()).toEqual(expected)
}
