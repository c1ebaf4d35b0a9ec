// A worker process of node:cluster, which listens through its primary process.
import cluster from 'node:cluster'

const callbacks = new Set<() => void>()

/**
 * Runs `callback` once this worker is disconnected from its primary process; call what it gives to
 * forget that.
 */
export function onDisconnect(callback: () => void): () => void {
  if (!cluster.isWorker) return () => {}
  // One listener for all: Node warns of more than ten.
  if (callbacks.size === 0) process.once('disconnect', tell)
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size === 0) process.removeListener('disconnect', tell)
  }
}

/** Throws where there is no primary process that could answer any more. */
export function assertConnected(): void {
  if (cluster.worker?.isConnected() === false) throw disconnectedError()
}

export function disconnectedError(): NodeJS.ErrnoException {
  const code = 'ENOTCONN'
  const message = `listen ${code}: this worker is disconnected from the primary process of its cluster`
  return Object.assign(new Error(message), { code, syscall: 'listen' })
}

function tell(): void {
  const told = [...callbacks]
  callbacks.clear()
  for (const callback of told) callback()
}
