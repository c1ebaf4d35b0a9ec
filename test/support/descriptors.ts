// What this process has open.
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'

// The first time that it listens, libuv opens a descriptor for itself and keeps it.
const first = createServer().listen(0, '127.0.0.1')
await once(first, 'listening')
first.close()
await once(first, 'close')

/** The numbers of the open descriptors, but for the one that looking takes. */
export function openDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => nameOf(fd) !== undefined)
}

/** What `fd` refers to (`socket:[123]`, a path), `undefined` where it is closed. */
export function nameOf(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return undefined
  }
}
