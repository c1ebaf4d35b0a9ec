// The driver of a server with what only the inside of the library can bring about: an accept(2)
// that fails, and a process without descriptors.
import type { InspectionEvent } from 'xstate'
import { Server, type ServerOptions } from '../../src/index.ts'
import type { Client } from '../../src/testing/client.ts'
import { startRun } from '../../src/testing/driver.ts'
import type {
  Driver,
  DriverRun,
  Factory,
  ListenerExpectations,
  ListenerModelEvent,
} from '../../src/testing/index.ts'
import type { ServerRun } from '../../src/testing/server-run.ts'
import { countOf } from '../support/count.ts'
import { report } from '../support/report.ts'

export interface InsideOptions {
  server: ServerOptions
  factory?: Factory | undefined
  inspect?: (event: InspectionEvent) => void
}

export function createInsideDriver(options: InsideOptions): Driver<ListenerModelEvent, ListenerExpectations> {
  return { start: () => ListenerRun.start(options) }
}

export class ListenerRun implements DriverRun<ListenerModelEvent, ListenerExpectations> {
  readonly #run: ServerRun
  readonly #server: Server
  readonly #count: Count

  private constructor(run: ServerRun, server: Server, count: Count) {
    this.#run = run
    this.#server = server
    this.#count = count
  }

  static async start({
    server: given,
    factory = 'createSock',
    inspect,
  }: InsideOptions): Promise<ListenerRun> {
    const count = new Count()
    const { run, server } = await startRun((where, handler, settings) =>
      Server[factory](where, (...args: Parameters<typeof handler>) => count.during(handler(...args)), {
        ...given,
        ...settings,
        ...(inspect && { inspect }),
      }),
    )
    return new ListenerRun(run, server, count)
  }

  /** The most handlers that ran at the same time. */
  get mostRunning(): number {
    return this.#count.most
  }

  client(index: number): Client {
    return this.#run.clients[index] as Client
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    if (event.type === 'accept.exhausted' || event.type === 'accept.failed')
      return report(this.#server, event)
    if (event.type !== 'at.once' || !event.events.some(({ type }) => type === 'accept.exhausted')) {
      return this.#run.perform(event)
    }
    for (const one of event.events) await this.perform(one)
  }

  observe(): ReturnType<ServerRun['observe']> {
    countOf(this.#server)
    return this.#run.observe()
  }

  probe(): ReturnType<ServerRun['probe']> {
    return this.#run.probe()
  }

  end(): Promise<void> {
    return this.#run.end()
  }
}

class Count {
  #now = 0
  most = 0

  async during(promise: Promise<void>): Promise<void> {
    this.most = Math.max(this.most, ++this.#now)
    try {
      await promise
    } finally {
      this.#now--
    }
  }
}
