import { onTestFinished } from 'vitest'

/**
 * Keeps the event loop busy until the test is over: each turn has so many milliseconds of other
 * work.
 */
export function keepLoopBusy(milliseconds: number): void {
  let next: NodeJS.Immediate
  const work = () => {
    for (const end = performance.now() + milliseconds; performance.now() < end; );
    next = setImmediate(work)
  }
  work()
  onTestFinished(() => clearImmediate(next))
}
