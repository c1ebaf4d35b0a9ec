import type { Server as NetServer, Socket } from 'node:net'

/** The number of the descriptor that a handle or a socket polls, -1 where there is none (on Windows, or once it is closed). */
export function descriptorOf(handle: NetServer | Socket): number {
  return (handle as unknown as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}
