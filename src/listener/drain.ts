import type { Clock } from '../common/clock.ts'
import type { LiveConnection } from '../connection/live-connection.ts'
import type { Listener } from './listener.ts'

export interface DrainResult {
  /** Connections whose handler settled in time and whose peer got everything. */
  settled: number
  /** Connections that were destroyed, and those that were accepted and never started. */
  destroyed: number
}

/** Closes, waits for the handlers for `timeout` milliseconds, destroys what is left, and resolves when that is done. */
export async function drain(listener: Listener, clock: Clock, timeout: number): Promise<DrainResult> {
  const { actor, connections } = listener
  const atStart = connections.unfinished
  actor.send({ type: 'close' })
  listener.report({ type: 'drain.started' })
  let left: readonly LiveConnection[] = []
  let timer: unknown
  const cutOff = new Promise<void>((resolve) => {
    const cut = () => {
      // Those whose handler has settled and whose peer has everything are no loss.
      connections.makePlaces(Infinity, 0)
      left = connections.unfinished
      listener.report({ type: 'drain.expired' })
      resolve(connections.socketsClosed())
    }
    if (timeout > 0) timer = clock.setTimeout(cut, timeout)
    else cut()
  })
  await Promise.race([listener.drained, cutOff])
  if (timer !== undefined) clock.clearTimeout(timer)
  await listener.closeFinished
  const cut = new Set(left)
  const settled = atStart.filter((connection) => !cut.has(connection))
  return { settled: settled.length, destroyed: cut.size + connections.numDiscarded }
}
