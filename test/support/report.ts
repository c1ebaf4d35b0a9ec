import type { ListenerReport } from '../../machines/index.ts'
import { ChartActor } from '../../src/chart/chart-actor.ts'
import type { Server } from '../../src/index.ts'

/** Reports to the listener what others cause, as its acceptor would. */
export function report(server: Server, event: ListenerReport): void {
  const { actor } = server
  if (!(actor instanceof ChartActor)) throw new TypeError('no actor of a chart')
  actor.receive(event)
}
