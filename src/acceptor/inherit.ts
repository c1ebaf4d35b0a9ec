// A listening socket opened by another process: systemd, a parent.
import { fstatSync } from 'node:fs'
import type { Server as NetServer } from 'node:net'
import type { Duplicate } from '../os/duplicate.ts'
import { listenOnDescriptor } from './bind.ts'
import type { HandleOptions } from './handle.ts'

/**
 * Polls a duplicate of `fd`. Rejects where `fd` is not open or no socket that can listen; the
 * duplicate is closed then.
 */
export async function listenOnDuplicate(
  fd: number,
  duplicate: Duplicate | undefined,
  options: HandleOptions,
): Promise<NetServer> {
  if (!fstatSync(fd).isSocket()) throw systemError('ENOTSOCK', `file descriptor ${fd} is not a socket`)
  const copy = duplicate?.(fd) ?? -1
  if (copy === -1) throw systemError('EMFILE', `file descriptor ${fd} cannot be duplicated`)
  return listenOnDescriptor(copy, options)
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
