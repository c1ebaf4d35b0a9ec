import { setImmediate as nextTurn } from 'node:timers/promises'

/** Gives the event loop so many turns: what is due, and polled, has happened then. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}

/**
 * Lets so many ticks of Node pass, and the microtasks after each: less than a turn of the event
 * loop.
 */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await new Promise<void>((resolve) => process.nextTick(resolve))
}
