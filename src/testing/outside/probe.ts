// Finds out with one client whether a server is one that can be tested.
import { monotonicNow, setTimeout } from '../../common/timers.ts'
import { within } from '../run-path.ts'
import { BareRun } from './bare-run.ts'
import type { CheckOptions } from './cli-options.ts'
import type { Fence } from './fence.ts'

/** Nothing can be said of such a server: it is not there, or holds no connections to count. */
export class UnfitServerError extends Error {}

export interface Probed {
  readonly fence: Fence
  readonly isQueueSeen: boolean
}

/**
 * One client connects, is served, and leaves. Rejects with an `UnfitServerError` where it does not
 * come to that.
 */
export async function probe({ server, settings, patience }: CheckOptions): Promise<Probed> {
  const run = await BareRun.at(server, settings).catch(refuse)
  const { fence, isQueueSeen } = run
  try {
    await serveOne(run, patience)
  } catch (error) {
    await run.end().catch(() => {})
    throw error
  }
  await run
    .end()
    .catch(({ message }) => refuse({ message: `${message}; if it needs to be told so, give --goodbye` }))
  return { fence, isQueueSeen }
}

async function serveOne(run: BareRun, patience: number): Promise<void> {
  const client = run.connect()
  const start = monotonicNow()
  await within(patience, client.tried).catch(refuse)
  while (client.view === 'waits' && monotonicNow() - start < patience) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1))
  }
  await run.settle(patience).catch(refuse)
  const { view, code, received } = client
  if (view === 'served') return
  const shown = received.length > 0 ? `; it had received ${JSON.stringify(received.toString())}` : ''
  refuse({ message: problemOf(view, code, patience) + shown })
}

function refuse({ message }: { message: string }): never {
  throw new UnfitServerError(message)
}

function problemOf(view: string, code: string | undefined, patience: number): string {
  switch (view) {
    case 'refused':
      return 'nothing listens there (ECONNREFUSED)'
    case 'waits':
      return `a client was connected, and not served within ${patience} milliseconds; if the server says nothing until it is spoken to, give --hello`
    case 'ended':
      return 'the server ended the connection of its only client by itself; what holds none has no limit to test'
    default:
      return code === undefined || code === 'ECONNRESET'
        ? 'the server closed the connection of a client without serving it; are others connected to it?'
        : `a client could not connect (${code})`
  }
}
