import type { LiveConnection } from '../../src/connection/live-connection.ts'
import type { Connection } from '../../src/index.ts'
import { descriptorOf } from '../../src/os/descriptor-of.ts'
import { loadLibc } from '../../src/os/libc.ts'
import { unacknowledged } from '../../src/os/send-queue.ts'

const libc = await loadLibc()
/** As the kernel counts it. */
const FIN = 1

/** The client has everything but FIN, whose acknowledgement may take some 40 ms. */
export function isFinOnItsWay(connection: Connection): boolean {
  return connection.state === 'closing' && restOf(connection) === FIN
}

/** The client has everything, FIN included. */
export function hasAll(connection: Connection): boolean {
  return connection.state === 'closing' && restOf(connection) === 0
}

function restOf(connection: Connection): number | undefined {
  const { socket } = connection as LiveConnection
  return socket && unacknowledged(descriptorOf(socket), libc)
}
