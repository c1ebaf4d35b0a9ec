// A server that is known by its port alone, while a path is run against it.
import { monotonicNow, setTimeout } from '../../common/timers.ts'
import type { ListenerModelEvent } from '../listener-events.ts'
import type { ListenerExpectations } from '../listener-expectations.ts'
import type { DriverRun } from '../test-server.ts'
import { BareClient } from './bare-client.ts'
import type { BareDriverSettings, BareServer } from './bare-options.ts'
import { chooseFence, type Fence, waitAt } from './fence.ts'
import { ListeningSockets } from './listening-sockets.ts'

const DEFAULT_HOST = '127.0.0.1'
/** A server, which has `end` if it was started for this run alone. */
type RunServer = { [Name in keyof BareServer]?: BareServer[Name] | undefined } & { port: number }
/** Milliseconds that a server may take to let go of its clients after a path. */
const PATIENCE_AT_END = 2_000

export class BareRun implements DriverRun<ListenerModelEvent, ListenerExpectations> {
  readonly fence: Fence
  readonly #server: RunServer
  readonly #settings: BareDriverSettings
  readonly #sockets: ListeningSockets
  readonly #clients: BareClient[] = []
  /** How many waited to be accepted when the server was last at rest, where that can be seen. */
  #queued: number | undefined

  static async at(server: RunServer, settings: BareDriverSettings): Promise<BareRun> {
    const { host = DEFAULT_HOST, port, pid } = server
    const sockets = await ListeningSockets.at(host, port)
    const inodes = sockets.all().map(({ inode }) => inode)
    return new BareRun(server, settings, sockets, chooseFence(pid, settings.quiet, inodes))
  }

  private constructor(
    server: RunServer,
    settings: BareDriverSettings,
    sockets: ListeningSockets,
    fence: Fence,
  ) {
    this.#server = server
    this.#settings = settings
    this.#sockets = sockets
    this.fence = fence
  }

  /** Whether the kernel's queue of the server can be seen. */
  get isQueueSeen(): boolean {
    return this.#sockets.all().length > 0
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    switch (event.type) {
      case 'connect':
        return this.connect().tried
      case 'client.resets':
        return this.#served(event.client).reset()
      case 'handler.returns':
        return this.#served(event.client).askToReturn()
      default:
        if (!this.#server.perform) throw new Error(`start() has returned no perform for ${event.type}`)
        await this.#server.perform(event)
    }
  }

  connect(): BareClient {
    const { port, host = DEFAULT_HOST } = this.#server
    const client = new BareClient(port, host, this.#settings)
    this.#clients.push(client)
    return client
  }

  async settle(patience: number): Promise<void> {
    await waitAt(this.fence, patience)
    const { waitIn = 'queue', overLimit } = this.#settings
    const isAnyWaiting = this.#clients.some(({ view }) => view === 'waits')
    if (waitIn === 'anywhere' || overLimit === 'drop' || !isAnyWaiting) return
    const sockets = this.#sockets.all()
    this.#queued = sockets.length === 0 ? undefined : sockets.reduce((sum, { queued }) => sum + queued, 0)
  }

  observe(): { clients: readonly string[] } {
    const views = this.#clients.map(({ view }) => view)
    // Who has waited the longest is accepted first.
    let accepted = views.filter((view) => view === 'waits').length - (this.#queued ?? Infinity)
    return { clients: views.map((view) => (view === 'waits' && accepted-- > 0 ? 'accepted' : view)) }
  }

  async end(): Promise<void> {
    if (this.#server.end) {
      for (const client of this.#clients) client.destroy()
      await this.#server.end()
      return
    }
    const problem = await this.#leave()
    const stayed = this.#clients.filter(({ isClosed }) => !isClosed)
    for (const client of stayed) await client.reset()
    await waitAt(this.fence, PATIENCE_AT_END)
    if (problem) throw problem
  }

  /** All clients end their connections, when they are served. Resolves with what went wrong. */
  async #leave(): Promise<Error | undefined> {
    const start = monotonicNow()
    const asked = new Set<BareClient>()
    let cause: unknown
    for (;;) {
      const open = this.#clients.filter(({ isClosed }) => !isClosed)
      if (open.length === 0) return undefined
      for (const client of open) {
        if (client.view !== 'served' || asked.has(client)) continue
        asked.add(client)
        client.askToReturn().catch((error) => {
          cause ??= error
        })
      }
      if (monotonicNow() - start > PATIENCE_AT_END) {
        return new Error(
          `after ${PATIENCE_AT_END} milliseconds the server had not ended ${open.length} of the connections of its clients`,
          { cause },
        )
      }
      await new Promise<void>((resolve) => void setTimeout(resolve, 1))
    }
  }

  #served(number: number | undefined): BareClient {
    const client =
      number === undefined ? this.#clients.find(({ view }) => view === 'served') : this.#clients[number]
    if (!client) throw new Error('no client is served that could do so')
    return client
  }
}
