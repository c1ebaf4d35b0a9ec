// Performs on a real server what happens in the listener's model, and tells what came of it.
import { once } from 'node:events'
import { createServer, type Server as NetServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type InspectionEvent, SimulatedClock } from 'xstate'
import { type Connection, Server, type ServerOptions } from '../../src/index.ts'
import type { ClientView, ListenerExpectations, ListenerModelEvent } from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'
import { type Client, connectTo } from '../support/client.ts'
import { countOf } from '../support/count.ts'
import { isFinOnItsWay } from '../support/fin.ts'
import { onPortForNoClient } from '../support/port.ts'
import { report } from '../support/report.ts'
import { ManualHandler, type Run } from '../support/serve.ts'

/** As much as the model expects of a server, and as can be seen without a new client. */
export type Observed = Omit<ListenerExpectations, 'newClient'>

/** What `observeAll` is to return where the model expects this. */
export function observable({ newClient, ...expected }: ListenerExpectations): object {
  const hasSocket = newClient !== 'refused'
  if (!isQueueKnown) return { ...expected, hasSocket }
  return { ...expected, hasSocket, numWaiting: expected.clients.filter((view) => view === 'waits').length }
}

const isQueueKnown = process.platform === 'linux'
const LONGEST_RETRY = 1_000
const DRAIN_TIMEOUT = 15_000
/** In milliseconds; clients that stay go when their places are wanted, and not before. */
const LONGER_THAN_A_PATH = 1_000_000

export class ListenerReplay {
  readonly #server: Server
  readonly #handler: ManualHandler
  readonly #clock: SimulatedClock
  readonly #clients: { client: Client; port: number; hasLeft: boolean }[] = []
  #stranger: NetServer | undefined

  private constructor(server: Server, handler: ManualHandler, clock: SimulatedClock) {
    this.#server = server
    this.#handler = handler
    this.#clock = clock
  }

  static async start(
    options: ServerOptions,
    inspect?: (event: InspectionEvent) => void,
    factory: 'createSock' | 'create' = 'createSock',
  ): Promise<ListenerReplay> {
    const handler = new ManualHandler()
    const clock = new SimulatedClock()
    const all = {
      ...options,
      clock,
      flushTimeout: LONGER_THAN_A_PATH,
      lingerTimeout: LONGER_THAN_A_PATH,
      ...(inspect && { inspect }),
    }
    const server = await onPortForNoClient((where) =>
      factory === 'createSock'
        ? Server.createSock(where, handler.handle, all)
        : Server.create(
            where,
            // The model has no use for the socket.
            (address, _reader, _writer, connection) =>
              handler.handle(address, undefined as never, connection),
            all,
          ),
    )
    server.on('error', () => {})
    return new ListenerReplay(server, handler, clock)
  }

  readonly observe = (): Observed => {
    const { state, actor } = this.#server
    const { value, context } = actor.getSnapshot()
    return {
      state,
      numConnections: countOf(this.#server),
      connections: this.#connections.map((connection) => connection.state as 'serving'),
      clients: this.#clients.map((_, index) => this.#viewOf(index)),
      listener: { value, context },
    }
  }

  /** With whether there is a socket that a new client can reach, and how many wait there. */
  readonly observeAll = (): object => ({
    ...this.observe(),
    hasSocket: this.#server.listeningSocket.fd !== -1,
    ...(isQueueKnown && { numWaiting: this.#server.numWaiting }),
  })

  /**
   * Checks by a real client what one sees now; while a stranger has the address, it would be the
   * stranger's. Only where the client makes no difference can the replay go on.
   */
  async probe({ newClient, listener, clients }: ListenerExpectations, isLast: boolean): Promise<void> {
    const changesNothing =
      newClient === 'refused' || (newClient === 'dropped' && listener.context.failures === 0)
    if (this.#stranger || !(changesNothing || isLast)) return
    await this.perform({ type: 'connect' })
    await agree(() => this.#viewOf(clients.length), newClient)
    if (!isLast) this.#clients.pop()
  }

  /** The most handlers that ran at the same time. */
  get mostServed(): number {
    return this.#handler.mostRunning
  }

  client(index: number): Client {
    return (this.#clients[index] as { client: Client }).client
  }

  async perform(event: ListenerModelEvent): Promise<void> {
    switch (event.type) {
      case 'connect': {
        const client = connectTo(this.#server)
        const entry = { client, port: 0, hasLeft: false }
        this.#clients.push(entry)
        await client.connected.then(
          () => {
            entry.port = client.localPort
          },
          () => client.closed,
        )
        return
      }
      case 'client.resets': {
        const index = event.client ?? this.#clients.findIndex((_, i) => this.#viewOf(i) === 'served')
        const entry = this.#clients[index] as { client: Client; hasLeft: boolean }
        entry.hasLeft = true
        entry.client.reset()
        await entry.client.closed
        return
      }
      case 'client.stays': {
        const index = event.client ?? this.#clients.findIndex((_, i) => this.#viewOf(i) === 'served')
        this.client(index).socket.allowHalfOpen = true
        return
      }
      case 'time.passes':
        await agree(() => this.#connections.some(isFinOnItsWay), false)
        return this.#performAtOnce(event)
      case 'address.taken':
        this.#stranger = createServer()
        this.#stranger.listen(this.#server.listeningOn as number, '127.0.0.1')
        await once(this.#stranger, 'listening')
        return
      case 'address.freed':
        await this.#freeAddress()
        return
      case 'at.once':
        // The kernel queues them in the order in which they were begun.
        if (event.events.every(({ type }) => type === 'connect')) {
          await Promise.all(event.events.map((one) => this.perform(one)))
          return
        }
        if (event.events.some(({ type }) => type === 'time.passes')) {
          await agree(() => this.#connections.some(isFinOnItsWay), false)
        }
        return this.#performAtOnce(event)
      default:
        return this.#performAtOnce(event)
    }
  }

  #performAtOnce(event: ListenerModelEvent): void {
    switch (event.type) {
      case 'handler.returns':
        return this.#runOf(event.client).settle()
      case 'handler.throws':
        return this.#runOf(event.client).fail(new Error('thrown by a handler of the model'))
      case 'pause':
        return this.#server.pause(event.strategy ? { strategy: event.strategy } : {})
      case 'resume':
        return void this.#server.resume()
      case 'drop.start':
        return this.#server.setDropIncomingConnections(true)
      case 'drop.stop':
        return this.#server.setDropIncomingConnections(false)
      case 'limit.changed':
        this.#server.maxConnections = event.maxConnections
        return
      case 'close':
        // The facade does not ask twice; its actor can be asked by anybody.
        if (this.#server.isClosed) this.#server.actor.send(event)
        return void this.#server.close({ closeExistingConnections: event.closeExistingConnections === true })
      case 'at.once':
        for (const one of event.events) this.#performAtOnce(one)
        return
      case 'time.passes':
        return this.#clock.increment(LONGEST_RETRY)
      case 'drain':
        if (this.#server.isClosed) this.#server.actor.send(event)
        return void this.#server.drain(event.timeout === undefined ? {} : { timeout: event.timeout })
      case 'drain.expired':
        return this.#clock.increment(DRAIN_TIMEOUT)
      case 'accept.exhausted':
      case 'accept.failed':
        return report(this.#server, event)
      default:
        throw new Error(`${event.type} takes time`)
    }
  }

  async #freeAddress(): Promise<void> {
    if (!this.#stranger) return
    this.#stranger.close()
    await once(this.#stranger, 'close')
    this.#stranger = undefined
  }

  /** In the order of acceptance. */
  get #connections(): Connection[] {
    return [...this.#server.connections].sort((one, other) => one.id - other.id)
  }

  #runOf(client: number | undefined): Run {
    const { runs } = this.#handler
    const first = this.#connections.find(({ state }) => state !== 'closing')
    const run =
      client === undefined ? runs.find(({ connection }) => connection === first) : this.#runServing(client)
    if (!run) throw new Error('No handler runs for this client')
    return run
  }

  #runServing(client: number): Run | undefined {
    const port = this.#clients[client]?.port
    return this.#handler.runs.find(({ address }) => address.family !== 'unix' && address.port === port)
  }

  #viewOf(index: number): ClientView {
    const { client, hasLeft } = this.#clients[index] as { client: Client; hasLeft: boolean }
    if (hasLeft) return 'left'
    if (client.error?.code === 'ECONNREFUSED') return 'refused'
    const isOver = client.hasEnded || client.error !== undefined
    if (this.#runServing(index)) return isOver ? 'ended' : 'served'
    if (!isOver) return 'waits'
    return client.hasEnded ? 'dropped' : 'reset'
  }

  /** Leaves nothing open. */
  async end(): Promise<void> {
    await this.#freeAddress()
    for (const { client } of this.#clients) client.destroy()
    void this.#server.close({ closeExistingConnections: true })
    this.#handler.settleAll()
    await this.#server.closeFinishedAndHandlersDetermined
    await nextTurn()
  }
}
