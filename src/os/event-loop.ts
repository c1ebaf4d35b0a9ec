// What Node tells of its event loop. Other runtimes do not.
import { performance } from 'node:perf_hooks'

const timing: { uvMetricsInfo?: { loopCount: number }; idleTime?: number } | undefined =
  performance.nodeTiming

/** How often the event loop has turned; 0 where that is not told. */
export function turnsOfLoop(): number {
  return timing?.uvMetricsInfo?.loopCount ?? 0
}

/** How long the event loop has slept, in milliseconds; 0 where that is not told. */
export function timeAsleep(): number {
  return timing?.idleTime ?? 0
}
