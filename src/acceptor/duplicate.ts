// A second descriptor for a listening socket, which Node itself cannot make. The optional dependency `koffi` calls fcntl(2).
import cluster from 'node:cluster'

/** A new descriptor of what `fd` refers to, or -1 where the process has run out of them. */
export type Duplicate = (fd: number) => number

/** `F_DUPFD_CLOEXEC`, by platform: the two whose kernels keep a queue for a listening socket that nobody polls. */
const DUPLICATE_COMMAND: Partial<Record<NodeJS.Platform, number>> = { linux: 1030, darwin: 67 }

let loading: Promise<Duplicate | undefined> | undefined

/** Resolves with `undefined` where descriptors cannot be duplicated. Never rejects; loads `koffi` once. */
export function loadDuplicate(): Promise<Duplicate | undefined> {
  // In a worker of a cluster, `listen({ fd })` means a descriptor of the primary process.
  if (cluster.isWorker) return Promise.resolve(undefined)
  loading ??= load()
  return loading
}

async function load(): Promise<Duplicate | undefined> {
  const command = DUPLICATE_COMMAND[process.platform]
  if (command === undefined) return undefined
  try {
    const { default: koffi } = await import('koffi')
    const fcntl = koffi.load(null).func('int fcntl(int fd, int command, ...)')
    const lowest = 0
    return (fd) => fcntl(fd, command, 'int', lowest) as number
  } catch {
    return undefined
  }
}
