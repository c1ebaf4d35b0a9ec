// Tells that libuv has accepted and closed clients because no descriptor was left. It says nothing
// itself, but it does so by means of a descriptor that it keeps in reserve: it closes that, accepts
// and closes all waiting clients, and opens the folder `/` in its place. So the reserve gets a mark
// that a new one lacks.
import { constants, fstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import type { Libc } from './libc.ts'

const F_GETFL = 3
const F_SETFL = 4
/** Changes nothing for the null device, nor for a folder. */
const MARK = constants.O_NONBLOCK
const ACCESS_MODES = constants.O_WRONLY | constants.O_RDWR
const STANDARD_STREAMS = 3
/** libuv opens it with its first stream, when few descriptors are open. */
const MAX_DESCRIPTOR = 1024

/** Other runtimes have no libuv, or another one. */
const isOtherRuntime = 'bun' in process.versions || 'deno' in process.versions

/**
 * Descriptors that may be the reserve of an event loop of this process, with their marked flags.
 */
const marked = new Map<number, number>()
let uses = 0

/** Looks for the reserve, unless it is known. To be called when something listens. */
export function findReserve(libc: Libc | undefined): void {
  if (!libc || process.platform !== 'linux' || marked.size > 0 || isOtherRuntime) return
  try {
    for (const name of readdirSync('/proc/self/fd')) {
      const fd = Number(name)
      if (fd >= STANDARD_STREAMS && fd < MAX_DESCRIPTOR && isLikeReserve(fd)) mark(fd, libc)
    }
  } catch {
    // No /proc in this sandbox.
  }
}

/**
 * How often any event loop of this process was seen to have used up its reserve, `undefined` where
 * the machine does not tell. It costs less than a microsecond.
 */
export function usesOfReserve(libc: Libc | undefined): number | undefined {
  if (!libc || marked.size === 0) return undefined
  for (const [fd, flags] of marked) {
    if (libc.fcntl(fd, F_GETFL, 0) === flags) continue
    marked.delete(fd)
    // Else it belonged to other code, which has closed it.
    if (!isRoot(fd)) continue
    uses++
    mark(fd, libc)
  }
  return uses
}

function mark(fd: number, libc: Libc): void {
  const flags = libc.fcntl(fd, F_GETFL, 0)
  if (flags === -1 || (flags & ACCESS_MODES) !== 0) return
  if (libc.fcntl(fd, F_SETFL, flags | MARK) !== -1) marked.set(fd, libc.fcntl(fd, F_GETFL, 0))
}

function isLikeReserve(fd: number): boolean {
  try {
    const name = readlinkSync(`/proc/self/fd/${fd}`)
    return name === '/dev/null' || name === '/'
  } catch {
    return false
  }
}

function isRoot(fd: number): boolean {
  try {
    const [found, root] = [fstatSync(fd), statSync('/')]
    return found.dev === root.dev && found.ino === root.ino
  } catch {
    return false
  }
}
