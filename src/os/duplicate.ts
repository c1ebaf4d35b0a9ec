// A second descriptor for a listening socket, which Node itself cannot make.
import cluster from 'node:cluster'
import { isMainThread } from 'node:worker_threads'
import { loadLibc } from './libc.ts'

/**
 * A new descriptor of what `fd`, which is open, refers to, or -1 where the process has run out of
 * them.
 */
export type Duplicate = (fd: number) => number

/**
 * `F_DUPFD_CLOEXEC`, by platform: the two whose kernels keep a queue for a listening socket that
 * nothing polls.
 */
const DUPLICATE_COMMAND: Partial<Record<NodeJS.Platform, number>> = { linux: 1030, darwin: 67 }

let known: Duplicate | undefined

/**
 * Resolves with `undefined` where descriptors cannot be duplicated, else always with the same.
 * Rejects where `loadLibc` does.
 */
export async function loadDuplicate(): Promise<Duplicate | undefined> {
  // In a worker of a cluster, `listen({ fd })` means a descriptor of the primary process.
  if (cluster.isWorker) return undefined
  const { bun, deno } = process.versions
  // Deno's handles have no descriptors, and in a worker thread of Bun nothing closes one with its
  // thread.
  if (deno !== undefined || (bun !== undefined && !isMainThread)) return undefined
  known ??= await load()
  return known
}

async function load(): Promise<Duplicate | undefined> {
  const command = DUPLICATE_COMMAND[process.platform]
  const libc = command === undefined ? undefined : await loadLibc()
  if (command === undefined || !libc) return undefined
  const lowest = 0
  return (fd) => libc.fcntl(fd, command, lowest)
}
