// A listening socket that somebody else opened: systemd, a parent process.
import { closeSync, fstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { Server as NetServer } from 'node:net'
import { createHandle, type HandleOptions } from './bind.ts'
import type { Duplicate } from './duplicate.ts'

/** Seven columns, the last of which is the inode, and the path as it was bound, blanks and all. */
const ROW_OF_UNIX_SOCKET = /^(?:\S+\s+){6}(\d+)(?: (.*))?$/

/** Polls a duplicate of `fd`. Rejects where `fd` is not open or no socket that can listen; the duplicate is closed then. */
export async function listenOnDuplicate(
  fd: number,
  duplicate: Duplicate | undefined,
  options: HandleOptions,
): Promise<NetServer> {
  if (!fstatSync(fd).isSocket()) throw systemError('ENOTSOCK', `file descriptor ${fd} is not a socket`)
  const copy = duplicate?.(fd) ?? -1
  if (copy === -1) throw systemError('EMFILE', `file descriptor ${fd} cannot be duplicated`)
  const handle = createHandle({ ...options, onError: () => {} })
  try {
    await new Promise<void>((resolve, reject) => {
      handle.once('error', reject)
      handle.listen({ fd: copy }, options.backlog, resolve)
    })
  } catch (error) {
    // Node closes the copy if it made a handle of it, and forgets it if it could not.
    if (isSameSocket(copy, fd)) closeSync(copy)
    throw error
  }
  return handle.removeAllListeners('error').on('error', options.onError)
}

/** The path of a unix socket that somebody else bound, `''` where the machine does not tell. */
export function pathOfSocket(fd: number): string {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
    for (const row of readFileSync('/proc/net/unix', 'utf8').split('\n')) {
      const [, found, path = ''] = ROW_OF_UNIX_SOCKET.exec(row) ?? []
      // The table shows null bytes as `@`; a path that is none of Linux's abstract names is absolute, or nobody can tell.
      if (found === inode) return path.replace(/^@([^@]*)@*$/, '\0$1')
    }
  } catch {
    // No /proc on this machine.
  }
  return ''
}

export function isSameSocket(one: number, other: number): boolean {
  try {
    return fstatSync(one).ino === fstatSync(other).ino
  } catch {
    return false
  }
}

export function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`listen ${code}: ${message}`), { code, syscall: 'listen' })
}
