import type { ListenerReport } from '../../machines/index.ts'
import type { Address } from '../common/address.ts'
import { nextTick } from '../common/timers.ts'
import { whenSettled } from '../connection/handler.ts'
import type { ErrorPolicy } from '../options/checks.ts'

/**
 * Applies an error policy to what a handler threw, and tells how it ended: one of the chart's three
 * policy events.
 */
export function applyErrorPolicy(
  policy: ErrorPolicy,
  address: Address,
  error: unknown,
  report: (event: ListenerReport) => void,
): void {
  if (policy === 'raise') return report({ type: 'policy.raised', error })
  if (policy === 'ignore') return report({ type: 'policy.ignored' })
  const raise = (thrown: unknown) => report({ type: 'policy.raised', error: thrown })
  // The user's code never runs inside a transition, where a close() would have to wait for its
  // turn.
  nextTick(() => {
    try {
      const result = policy(address, error)
      report({ type: 'policy.called' })
      whenSettled(result, undefined, raise)
    } catch (thrown) {
      raise(thrown)
    }
  })
}
