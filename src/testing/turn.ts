// Waiting without sleeping: what happens on loopback is there in the next turns of the event loop.
import { setImmediate } from '../common/timers.ts'

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
