import { setImmediate as nextTurn } from 'node:timers/promises'

/** Gives the event loop so many turns: what is due, and polled, has happened then. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn()
}
