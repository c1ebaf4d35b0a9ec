// Servers that a test need not clean up, and handlers that settle when the test says so.
import type { Socket } from 'node:net'
import { afterEach } from 'vitest'
import { type Deferred, deferred } from '../../src/common/deferred.ts'
import {
  type Address,
  type Connection,
  type CreateOptions,
  type Handler,
  Server,
  type ServerOptions,
  type SocketHandler,
  type WhereToListen,
} from '../../src/index.ts'
import { destroyClients } from './client.ts'

export const loopback = { port: 0, host: '127.0.0.1' } as const

const servers = new Set<Server>()

/** `Server.createSock`, on loopback unless told otherwise; drained at the end of the test. */
export async function serve<const Where extends WhereToListen = typeof loopback>(
  handler: SocketHandler,
  options: ServerOptions = {},
  where: Where = loopback as unknown as Where,
): Promise<Server<Where>> {
  const server = await Server.createSock(where, handler, options)
  servers.add(server)
  return server
}

/** `Server.create` on loopback; drained at the end of the test. */
export async function create(
  handler: Handler,
  options: CreateOptions = {},
): Promise<Server<typeof loopback>> {
  const server = await Server.create(loopback, handler, options)
  servers.add(server)
  return server
}

afterEach(async () => {
  destroyClients()
  const left = [...servers]
  servers.clear()
  await Promise.all(left.map((server) => server.drain({ timeout: 0 })))
})

/** One run of a handler, which the test settles. */
export interface Run {
  address: Address
  socket: Socket
  connection: Connection
  settle: () => void
  fail: (error: unknown) => void
}

/** A handler whose runs wait for the test. */
export class ManualHandler {
  /** All runs that were ever started, in order. */
  readonly runs: Run[] = []
  running = 0
  mostRunning = 0
  readonly #waiting: { count: number; done: Deferred<void> }[] = []

  readonly handle: SocketHandler = async (address, socket, connection) => {
    const outcome = deferred()
    this.runs.push({ address, socket, connection, settle: outcome.resolve, fail: outcome.reject })
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    for (const { count, done } of this.#waiting) if (this.runs.length >= count) done.resolve()
    try {
      await outcome.promise
    } finally {
      this.running--
    }
  }

  /** Resolves with the run of that number, counted from 0, once it is started. */
  async run(index: number): Promise<Run> {
    if (this.runs.length <= index) {
      const done = deferred()
      this.#waiting.push({ count: index + 1, done })
      await done.promise
    }
    return this.runs[index] as Run
  }

  settleAll(): void {
    for (const run of this.runs) run.settle()
  }
}

/** Resolves when the listener's chart is in that state, of whatever depth: now, or later. */
export function untilSnapshot(
  server: Server,
  state: Parameters<ReturnType<Server['actor']['getSnapshot']>['matches']>[0],
): Promise<void> {
  const { actor } = server
  return new Promise((resolve) => {
    const check = () => {
      if (!actor.getSnapshot().matches(state)) return
      subscription.unsubscribe()
      resolve()
    }
    const subscription = actor.subscribe(check)
    check()
  })
}
