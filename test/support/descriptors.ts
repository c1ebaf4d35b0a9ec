// What this process has open.
import { readdirSync, readlinkSync } from 'node:fs'

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
