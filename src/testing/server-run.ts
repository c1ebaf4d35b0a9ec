// A server of this library while a path is run against it: real clients, and handlers that settle
// on demand.
import { once } from 'node:events'
import { createServer, type Server as NetServer } from 'node:net'
import type { SimulatedClock } from 'xstate'
import type { Libc } from '../os/libc.ts'
import type { Call, Calls } from './calls.ts'
import { Client } from './client.ts'
import type { AcceptedConnection, DrivenServer } from './driven.ts'
import { isFinOnItsWay } from './fin.ts'
import type { ClientView, ListenerModelEvent } from './listener-events.ts'
import type { ListenerExpectations } from './listener-expectations.ts'
import { PromisedCalls } from './promised-calls.ts'
import type { DriverRun } from './test-server.ts'
import { turn } from './turn.ts'

interface RunParts {
  readonly server: DrivenServer
  readonly port: number
  readonly calls: Calls
  /** That of the server, if it has taken it. */
  readonly clock: SimulatedClock | undefined
  readonly libc: Libc | undefined
}

/** In milliseconds: the longest that a server waits before it tries again to accept. */
const LONGEST_RETRY = 1_000
/** The default of `drain`. */
const DRAIN_TIMEOUT = 15_000

/** Where the server asks whose client has everything, and lets go of those. */
const ASKS_WHO_HAS_ALL: ReadonlySet<string> = new Set(['time.passes', 'drain', 'drain.expired'])

type Observed = { [Name in keyof ListenerExpectations]?: unknown }

export class ServerRun implements DriverRun<ListenerModelEvent, ListenerExpectations> {
  /** In the order in which they have tried to connect. */
  readonly clients: Client[] = []
  readonly #parts: RunParts
  readonly #promised = new PromisedCalls()
  #stranger: NetServer | undefined
  #isOver = false

  constructor(parts: RunParts) {
    this.#parts = parts
    // Handlers of the model throw, and that is expected.
    parts.server.on('error', () => {})
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    switch (event.type) {
      case 'connect':
        return this.#connect()
      case 'client.resets':
        return this.#client(event.client).reset()
      case 'client.stays':
        this.#requireClock()
        this.#client(event.client).socket.allowHalfOpen = true
        return
      case 'address.taken':
        return this.#takeAddress()
      case 'address.freed':
        return this.#freeAddress()
      case 'at.once':
        // The kernel queues them in the order in which they were begun.
        if (event.events.every(({ type }) => type === 'connect')) {
          await Promise.all(event.events.map(() => this.#connect()))
          return
        }
        if (event.events.some(({ type }) => ASKS_WHO_HAS_ALL.has(type))) await this.#untilFinsAreThere()
        for (const one of event.events) this.#performAtOnce(one)
        return
      default:
        if (ASKS_WHO_HAS_ALL.has(event.type)) await this.#untilFinsAreThere()
        return this.#performAtOnce(event)
    }
  }

  observe(): Observed {
    const { state, numConnections, numWaiting, actor } = this.#parts.server
    const { value, context } = actor.getSnapshot()
    return {
      state,
      numConnections,
      ...(numWaiting !== undefined && { numWaiting }),
      connections: this.#connections.map((connection) => connection.state),
      clients: this.clients.map((client) => this.#viewOf(client)),
      handlerCalls: this.#parts.calls.all.length,
      pending: this.#promised.pending,
      drained: this.#promised.drained,
      listener: { value, context },
    }
  }

  /** While a stranger has the address, a client would be the stranger's. */
  async probe(): Promise<() => Observed> {
    if (this.#stranger) return () => this.observe()
    const client = new Client(this.#parts.port)
    this.clients.push(client)
    await client.tried
    return () => ({ newClient: this.#viewOf(client) })
  }

  async end(): Promise<void> {
    const { server, calls } = this.#parts
    this.#isOver = true
    await this.#freeAddress()
    for (const client of this.clients) client.destroy()
    const { length } = calls.all
    this.#promised.keep('close', server.close({ closeExistingConnections: true }))
    calls.settleAll()
    await server.closeFinishedAndHandlersDetermined
    await turn()
    if (calls.all.length > length) throw new Error('the handler was called after the server was closed')
  }

  #performAtOnce(event: ListenerModelEvent): void {
    const { server } = this.#parts
    switch (event.type) {
      case 'handler.returns':
        return this.#call(event.client).settle()
      case 'handler.throws':
        return this.#call(event.client).fail(new Error('thrown because the model says so'))
      case 'pause':
        return server.pause(event.strategy ? { strategy: event.strategy } : {})
      case 'resume':
        return this.#promised.keep('resume', server.resume())
      case 'drop.start':
      case 'drop.stop':
        return server.setDropIncomingConnections(event.type === 'drop.start')
      case 'limit.changed':
        server.maxConnections = event.maxConnections
        return
      case 'close':
        // The methods do not ask a second time; anybody can ask the actor.
        if (server.isClosed) server.actor.send(event)
        return this.#promised.keep(
          'close',
          server.close({ closeExistingConnections: event.closeExistingConnections === true }),
        )
      case 'drain':
        if (server.isClosed) server.actor.send(event)
        return this.#promised.keep(
          'drain',
          server.drain(event.timeout === undefined ? {} : { timeout: event.timeout }),
        )
      case 'drain.expired':
        return this.#requireClock().increment(DRAIN_TIMEOUT)
      case 'time.passes':
        return this.#requireClock().increment(LONGEST_RETRY)
      default:
        throw new Error(`a driver cannot bring about ${event.type} here`)
    }
  }

  /** In real time a client that stays would be cut off, and tests would sleep. */
  #requireClock(): SimulatedClock {
    const { clock } = this.#parts
    if (clock) return clock
    throw new Error(
      'the server must have the settings of its driver, { ...options, ...settings }, or the model includeFaults: false',
    )
  }

  #connect(): Promise<void> {
    const client = new Client(this.#parts.port)
    this.clients.push(client)
    return client.tried
  }

  async #takeAddress(): Promise<void> {
    this.#stranger = createServer().listen(this.#parts.port, '127.0.0.1')
    await once(this.#stranger, 'listening')
  }

  async #freeAddress(): Promise<void> {
    if (!this.#stranger) return
    await once(this.#stranger.close(), 'close')
    this.#stranger = undefined
  }

  /** The patience of the test ends it. */
  async #untilFinsAreThere(): Promise<void> {
    const isAnyOnItsWay = () => this.#connections.some((one) => isFinOnItsWay(one, this.#parts.libc))
    while (!this.#isOver && isAnyOnItsWay()) await turn()
  }

  /** In the order of acceptance. */
  get #connections(): AcceptedConnection[] {
    return [...this.#parts.server.connections].sort((one, other) => one.id - other.id)
  }

  #client(number: number | undefined): Client {
    const isServed = (client: Client) => this.#viewOf(client) === 'served'
    const client = number === undefined ? this.clients.find(isServed) : this.clients[number]
    if (!client) throw new Error('there is no such client')
    return client
  }

  #viewOf(client: Client): ClientView {
    return client.viewWhere(this.#callOf(client) !== undefined)
  }

  #callOf(client: Client): Call | undefined {
    return this.#parts.calls.of(client.port)
  }

  #call(number: number | undefined): Call {
    const first = this.#connections.find(({ state }) => state !== 'closing')
    const call =
      number === undefined
        ? this.#parts.calls.all.find(({ connection }) => connection === first)
        : this.#callOf(this.#client(number))
    if (!call) throw new Error('no handler runs for that client')
    return call
  }
}
