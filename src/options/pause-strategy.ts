// Which pause strategy is possible on this machine.
import type { PauseStrategy } from '../../machines/index.ts'
import { HoldUnavailableError, RebindUnavailableError } from '../common/errors.ts'
import type { Target } from './where-to-listen.ts'

const NEEDS_OF_HOLD =
  'Linux or macOS, Node (or Bun outside of worker threads), the optional dependency koffi (npm install koffi), and a process that is no worker of node:cluster'

let hasToldFallback = false
let hasWarnedOfShare = false

/**
 * The strategy asked for, if it can be done here; else the best one that can. Says once that `hold`
 * cannot.
 */
export function resolvePauseStrategy(
  asked: PauseStrategy | undefined,
  target: Target,
  canHold: boolean,
): PauseStrategy {
  if (asked !== undefined) assertPauseStrategy(asked, target, canHold)
  // Without a duplicate of its own, a server on an inherited descriptor could only stop accepting
  // for good.
  if (target.kind === 'fd' && !canHold) {
    throw new HoldUnavailableError(`A server on { fd } must be able to hold, which needs ${NEEDS_OF_HOLD}`)
  }
  if (asked !== undefined) return asked
  if (canHold) {
    warnOfShare(target)
    return 'hold'
  }
  tellFallback()
  return 'rebind'
}

/** Throws where a pause strategy that was asked for by name cannot be done. */
export function assertPauseStrategy(strategy: PauseStrategy, target: Target, canHold: boolean): void {
  if (strategy === 'hold' && !canHold) {
    throw new HoldUnavailableError(`The pause strategy 'hold' needs ${NEEDS_OF_HOLD}`)
  }
  if (strategy === 'hold') warnOfShare(target)
  if (strategy === 'rebind' && target.kind === 'fd') {
    throw new RebindUnavailableError(
      `The pause strategy 'rebind' is not possible on { fd: ${target.fd} }: only the process that bound it knows how to bind it again`,
    )
  }
}

/** Says once that a server that holds keeps its share of a port that is shared out. */
function warnOfShare(target: Target): void {
  if (hasWarnedOfShare || target.kind !== 'port' || !target.reusePort) return
  hasWarnedOfShare = true
  process.emitWarning(
    "With reusePort, a full or paused server that holds goes on getting its share of new clients, who wait though others have room. The pause strategy 'rebind' leaves them to the others.",
    { type: 'XstateTcpWarning', code: 'XSTATE_TCP_REUSE_PORT_HOLDS' },
  )
}

function tellFallback(): void {
  if (hasToldFallback) return
  hasToldFallback = true
  process.emitWarning(
    `A full or paused server refuses new clients instead of letting them wait ('rebind' instead of 'hold'). To hold, it needs ${NEEDS_OF_HOLD}.`,
    { type: 'XstateTcpWarning', code: 'XSTATE_TCP_NO_HOLD' },
  )
}
