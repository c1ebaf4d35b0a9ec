import { closeSync } from 'node:fs'

/**
 * Closes a descriptor. An error of close(2) is of no use to anybody: the number is free all the
 * same.
 */
export function closeDescriptor(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // EIO, for instance.
  }
}
