import type { LiveConnection } from '../../src/connection/live-connection.ts'
import type { Connection } from '../../src/index.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { loadLibc } from '../../src/os/libc.ts'
import { unacknowledged } from '../../src/os/send-queue.ts'

const libc = await loadLibc()

/** The client has everything, FIN included. */
export function hasAll(connection: Connection): boolean {
  const { socket } = connection as LiveConnection
  const isClosing = connection.state === 'closing' && socket !== undefined
  return isClosing && unacknowledged(descriptorOf(socket), libc) === 0
}
