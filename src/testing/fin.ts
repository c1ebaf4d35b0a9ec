// When a client's kernel has acknowledged the end of its connection, which takes it up to 40 ms.
import type { Socket } from 'node:net'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Libc } from '../os/libc.ts'
import { unacknowledged } from '../os/send-queue.ts'

/** As the kernel counts it. */
const FIN = 1

interface ClosingConnection {
  readonly state: string
  /** Connections have it, though their type does not say so. */
  readonly socket?: Socket | undefined
}

/**
 * The client has everything but FIN; or it has seen the end, and its kernel has yet to acknowledge
 * that.
 */
export function isFinOnItsWay(
  { state, socket }: ClosingConnection,
  libc: Libc | undefined,
  hasClientSeenEnd = false,
): boolean {
  if (state !== 'closing' || !socket) return false
  const rest = unacknowledged(descriptorOf(socket), libc)
  return rest === FIN || (hasClientSeenEnd && rest !== undefined && rest > FIN)
}
