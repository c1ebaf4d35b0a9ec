// The kernel's table of unix sockets: who is bound where. Linux only.
import { fstatSync, readFileSync } from 'node:fs'

/**
 * Seven columns, of which are used the state and the inode, and the path as it was bound, blanks
 * and all.
 */
const ROW = /^(?:\S+\s+){5}(\S+)\s+(\d+)(?: (.*))?$/
const UNCONNECTED = '01'

interface UnixSocket {
  inode: string
  path: string
}

/**
 * Sockets that are bound by themselves; an accepted one bears the path as well. None where the
 * machine does not tell.
 */
function boundSockets(): UnixSocket[] {
  let table: string
  try {
    table = readFileSync('/proc/net/unix', 'utf8')
  } catch {
    return []
  }
  return table.split('\n').flatMap((row) => {
    const [, state, inode, path = ''] = ROW.exec(row) ?? []
    if (state !== UNCONNECTED || inode === undefined || path === '') return []
    // The table shows null bytes as `@`; a path that is none of Linux's abstract names is absolute,
    // or it is not known.
    return [{ inode, path: path.replace(/^@([^@]*)@*$/, '\0$1') }]
  })
}

/** The key of a socket in the table; `''` if it is not open. */
export function inodeOf(fd: number): string {
  try {
    return String(fstatSync(fd, { bigint: true }).ino)
  } catch {
    return ''
  }
}

/** The path of a unix socket bound by another process, `''` where the machine does not tell. */
export function pathOfSocket(fd: number): string {
  const inode = inodeOf(fd)
  return boundSockets().find((socket) => socket.inode === inode)?.path ?? ''
}

/**
 * Whether a process, this one or another, still has the socket with this inode; `false` where the
 * machine does not tell.
 */
export function isStillOpen(inode: string): boolean {
  return boundSockets().some((socket) => socket.inode === inode)
}

/**
 * Whether a socket other than that with this inode was bound to the same path later, or earlier,
 * and is still open.
 */
export function hasRival(inode: string, path: string): boolean {
  return boundSockets().some((socket) => socket.path === path && socket.inode !== inode)
}
