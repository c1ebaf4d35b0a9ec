import type { ListenerReport } from '../../machines/index.ts'
import type { Server } from '../../src/index.ts'
import { reports } from '../../src/listener/listener.ts'

/** Reports to the listener what others cause, as its acceptor would. */
export function report(server: Server, event: ListenerReport): void {
  const { actor } = server as unknown as { actor: { [reports]: (event: ListenerReport) => void } }
  actor[reports](event)
}
