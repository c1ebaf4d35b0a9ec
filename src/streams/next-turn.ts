// Promises that settle a turn of the event loop later. One that has settled already would, in a
// loop that awaits nothing else, keep the event loop from ever going on.
import { setImmediate } from '../common/timers.ts'

export function nextTurn<Result>(result: Result): Promise<Result> {
  return new Promise((resolve) => setImmediate(() => resolve(result)))
}

export function rejectNextTurn(error: unknown): Promise<never> {
  return new Promise((_resolve, reject) => setImmediate(() => reject(error)))
}
