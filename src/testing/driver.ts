// Drives a server of this library as its model says: real clients, and handlers that settle on
// demand.
import type { PauseStrategy } from '../../machines/index.ts'
import { requireFunction } from '../common/validate.ts'
import { type Call, Calls, type DriverHandler, type DriverWhere, onSomePort } from './calls.ts'
import { Client } from './client.ts'
import type { ListenerModelEvent } from './listener-events.ts'
import type { ListenerExpectations } from './listener-expectations.ts'
import type { Driver, DriverRun } from './test-server.ts'

/** As much of a `Server` as a driver needs. */
export interface DrivenServer {
  readonly state: string
  readonly numConnections: number
  readonly connections: Iterable<DrivenConnection>
  readonly actor: { getSnapshot(): { readonly value: unknown; readonly context: unknown } }
  readonly closeFinishedAndHandlersDetermined: Promise<void>
  maxConnections: number
  pause(options?: { strategy?: PauseStrategy }): void
  resume(): Promise<void>
  setDropIncomingConnections(isDropping: boolean): void
  close(options?: { closeExistingConnections?: boolean }): Promise<void>
  drain(options?: { timeout?: number }): Promise<unknown>
  on(name: 'error', listener: (error: Error) => void): unknown
}

interface DrivenConnection {
  readonly id: number
  readonly state: string
}

/**
 * A driver for servers of this library, whose model is made by `createListenerModel` with the same
 * options: it performs what clients, handlers and the methods of the server do (no faults), and
 * observes everything but `newClient`.
 *
 * `start` is called for each path, and starts your server with the port and the handler that it is
 * given; again, with another port, if that one is taken. The handler must get its arguments as they
 * are. Nothing else may connect to the server.
 *
 * @example
 * ```ts
 * const driver = createDriver((where, handler) =>
 *   Server.create(where, handler, { maxConnections: 2, onHandlerError: 'ignore' }),
 * )
 * ```
 */
export function createDriver(
  start: (where: DriverWhere, handler: DriverHandler) => Promise<DrivenServer>,
): Driver<ListenerModelEvent, ListenerExpectations> {
  requireFunction('start', start)
  return {
    can: ({ type }) => POSSIBLE.has(type),
    start: async () => {
      const calls = new Calls()
      const { server, port } = await onSomePort((where) => start(where, calls.handler))
      return new ServerRun(server, port, calls)
    },
  }
}

const POSSIBLE: ReadonlySet<ListenerModelEvent['type']> = new Set([
  'connect',
  'client.resets',
  'handler.returns',
  'handler.throws',
  'pause',
  'resume',
  'drop.start',
  'drop.stop',
  'limit.changed',
  'close',
  'drain',
])

class ServerRun implements DriverRun<ListenerModelEvent, ListenerExpectations> {
  readonly #server: DrivenServer
  readonly #port: number
  readonly #calls: Calls
  readonly #clients: Client[] = []

  constructor(server: DrivenServer, port: number, calls: Calls) {
    this.#server = server
    this.#port = port
    this.#calls = calls
    // Handlers of the model throw, and that is expected.
    server.on('error', () => {})
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    const server = this.#server
    switch (event.type) {
      case 'connect': {
        const client = new Client(this.#port)
        this.#clients.push(client)
        return client.tried
      }
      case 'client.resets':
        return this.#client(event.client).reset()
      case 'handler.returns':
        return this.#call(event.client).settle()
      case 'handler.throws':
        return this.#call(event.client).fail(new Error('thrown because the model says so'))
      case 'pause':
        return server.pause(event.strategy ? { strategy: event.strategy } : {})
      case 'resume':
        return void server.resume()
      case 'drop.start':
      case 'drop.stop':
        return server.setDropIncomingConnections(event.type === 'drop.start')
      case 'limit.changed':
        server.maxConnections = event.maxConnections
        return
      case 'close':
        return void server.close({ closeExistingConnections: event.closeExistingConnections === true })
      case 'drain':
        return void server.drain(event.timeout === undefined ? {} : { timeout: event.timeout })
      default:
        throw new Error('a driver brings about no faults; make the model with includeFaults: false')
    }
  }

  observe(): Omit<{ [Name in keyof ListenerExpectations]: unknown }, 'newClient'> {
    const { state, numConnections, actor } = this.#server
    const { value, context } = actor.getSnapshot()
    return {
      state,
      numConnections,
      connections: this.#connections.map((connection) => connection.state),
      clients: this.#clients.map((client) => client.viewWhere(this.#callOf(client) !== undefined)),
      listener: { value, context },
    }
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.destroy()
    void this.#server.close({ closeExistingConnections: true })
    this.#calls.settleAll()
    await this.#server.closeFinishedAndHandlersDetermined
  }

  /** In the order of acceptance. */
  get #connections(): DrivenConnection[] {
    return [...this.#server.connections].sort((one, other) => one.id - other.id)
  }

  #client(number: number | undefined): Client {
    const isServed = (client: Client) => client.viewWhere(this.#callOf(client) !== undefined) === 'served'
    const client = number === undefined ? this.#clients.find(isServed) : this.#clients[number]
    if (!client) throw new Error('there is no such client')
    return client
  }

  #callOf(client: Client): Call | undefined {
    return this.#calls.of(client.port)
  }

  #call(number: number | undefined): Call {
    const first = this.#connections.find(({ state }) => state !== 'closing')
    const call =
      number === undefined
        ? this.#calls.all.find(({ connection }) => connection === first)
        : this.#callOf(this.#client(number))
    if (!call) throw new Error('no handler runs for that client')
    return call
  }
}
