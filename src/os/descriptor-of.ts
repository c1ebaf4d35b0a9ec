import type { Server as NetServer, Socket } from 'node:net'
import { nativeHandleOf } from './native-handle.ts'

/**
 * The descriptor that a handle or a socket polls, -1 if there is none (on Windows, or once it is
 * closed).
 */
export function descriptorOf(handle: NetServer | Socket): number {
  return nativeHandleOf(handle)?.fd ?? -1
}
