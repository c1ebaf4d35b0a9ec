// What this side does to a connection whose handler runs, and which failures follow from it.
import { UnexpectedEndError } from '../common/errors.ts'
import { isOfGoneSocket } from './leaving.ts'

/** Of causes of an error that are looked at: they may be a circle. */
const MAX_CAUSES = 16

/** The reason of the signal of a connection that was ended without an error. */
export function endingReason(): Error {
  return new DOMException('The connection was ended on this side', 'AbortError')
}

/** Whether an error is this reason, or was caused by it. */
export function isDueTo(error: unknown, reason: unknown): boolean {
  try {
    let cause = error
    for (let count = 0; count <= MAX_CAUSES; count++) {
      if (cause === reason) return true
      if (!(cause instanceof Error)) return false
      cause = cause.cause
    }
  } catch {
    // A Proxy may throw when it is looked at.
  }
  return false
}

/**
 * Whether it is what readers, and Node's streams, say of a connection that is no more, where this
 * side has ended it: they do not say why.
 */
export function isOfEnding(error: unknown): boolean {
  try {
    return error instanceof UnexpectedEndError || isOfGoneSocket(error)
  } catch {
    return false
  }
}
