// The world around a server's charts: it answers what they ask for.
import {
  type ConnectionEvent,
  connectionsMachine,
  type ListenerEvent,
  listenerMachine,
  type PauseStrategy,
} from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { isRequest, type Place, type Row } from '../chart/row.ts'
import type { ListenerModelEvent } from './listener-events.ts'
import type { ListenerModelSettings } from './listener-options.ts'
import {
  firstReachable,
  isOnlyFull,
  isWaitingToRetry,
  type ListenerModelSnapshot,
  type ModelConnection,
} from './listener-snapshot.ts'
import { WorldCalls } from './world-calls.ts'
import { WorldConnections } from './world-connections.ts'
import { WorldKernel } from './world-kernel.ts'

const listenerChart = new Chart(listenerMachine)
const connectionsChart = new Chart(connectionsMachine)
/** The supervisor is in one state for ever. */
const supervising: Place = connectionsChart.initial(undefined).next

/** What fails in the model fails with this. */
export const ERROR = 'an error of the model'

/** The model while something happens in it. */
export class ListenerWorld {
  readonly #settings: ListenerModelSettings
  #listener: ListenerModelSnapshot['listener']
  readonly #kernel: WorldKernel
  readonly #connections: WorldConnections
  readonly #calls: WorldCalls
  /** What the chart hears when it is done with what it hears now. */
  readonly #mailbox: ListenerEvent[] = []
  #isReading = false
  /** What happens in later turns of the event loop. */
  readonly #later: (() => void)[] = []
  #accepts: number

  constructor(snapshot: ListenerModelSnapshot, settings: ListenerModelSettings) {
    this.#settings = settings
    this.#listener = snapshot.listener
    this.#accepts = snapshot.accepts
    this.#kernel = new WorldKernel(snapshot)
    this.#calls = new WorldCalls(snapshot.calls)
    this.#connections = new WorldConnections(snapshot.connections, {
      kernel: this.#kernel,
      later: (act) => this.#later.push(act),
      onRelease: (connection) => this.#settle(connection),
    })
  }

  happen(event: ListenerModelEvent): void {
    switch (event.type) {
      case 'connect':
        return this.#kernel.connect()
      case 'client.resets':
        return this.#connections.reset(this.#clientOf(event), this.#settings.factory === 'create')
      case 'client.stays':
        return this.#connections.stay(this.#clientOf(event))
      case 'handler.returns':
        return this.#tellHandled(event.client, { type: 'handler.settled' })
      case 'handler.throws':
        return this.#tellHandled(event.client, { type: 'handler.failed', error: ERROR })
      case 'address.taken':
      case 'address.freed':
        this.#kernel.isAddressTaken = event.type === 'address.taken'
        return
      case 'time.passes':
        if (isWaitingToRetry(this.#listener)) this.#tell({ type: 'retry.due' })
        else this.#lookAtQueue()
        return this.#refill()
      case 'at.once':
        for (const one of event.events) this.happen(one)
        return
      case 'close':
      case 'drain':
      case 'resume':
        this.#calls.begin(event.type)
        return this.#tell(event)
      default:
        return this.#tell(event)
    }
  }

  comeToRest(): ListenerModelSnapshot {
    for (;;) {
      const [next] = this.#later.splice(0, 1)
      if (next) next()
      else if (!this.#kernel.acceptNext(() => this.#tell({ type: 'connection.offered' }))) break
    }
    if (this.#settings.overLimit === 'drop' && isOnlyFull(this.#listener)) this.#kernel.dropWaiting()
    return {
      status: 'active',
      output: undefined,
      error: undefined,
      listener: this.#listener,
      connections: this.#connections.all,
      clients: this.#kernel.clients,
      descriptor: this.#kernel.descriptor,
      isAddressTaken: this.#kernel.isAddressTaken,
      accepts: this.#accepts,
      calls: this.#calls.all,
    }
  }

  #clientOf({ client }: { client?: number }): number {
    return client ?? this.#kernel.clients.indexOf('served')
  }

  #tell(event: ListenerEvent): void {
    this.#mailbox.push(event)
    if (this.#isReading) return
    this.#isReading = true
    for (let next = this.#mailbox.shift(); next; next = this.#mailbox.shift()) {
      const row = listenerChart.lookUp(listenerChart.placeOf(this.#listener), next)
      this.#listener = row.next.snapshot as ListenerModelSnapshot['listener']
      this.#answerAll(row)
      for (const { event } of row.messages) this.#answerAll(connectionsChart.lookUp(supervising, event))
      if (this.#listener.matches('closed')) this.#calls.resolve('close')
      if (!this.#listener.hasTag('reopening')) this.#calls.resolve('resume')
    }
    this.#isReading = false
  }

  #answerAll({ log }: Row): void {
    for (const entry of log) if (isRequest(entry)) this.#answer(entry.type, entry.params)
  }

  #answer(request: string, params: unknown): void {
    const kernel = this.#kernel
    switch (request) {
      case 'spawnConnection':
        this.#connections.spawn(kernel.offered)
        if (--this.#accepts === 0) this.#tell({ type: 'rate.spent' })
        return
      case 'refuseConnection':
        kernel.clients[kernel.offered] = 'dropped'
        return
      case 'startAccepting':
        if (kernel.descriptor === 'none') return this.#bind('polled')
        kernel.descriptor = 'polled'
        return this.#tell({ type: 'acceptor.ready' })
      case 'stopAccepting': {
        const { strategy } = params as { strategy: PauseStrategy }
        kernel.giveUpBinding()
        if (strategy === 'rebind' || kernel.descriptor === 'none') kernel.closeDescriptor()
        else kernel.descriptor = 'held'
        return
      }
      case 'bindToHold':
        return this.#bind('held')
      case 'closeAcceptor':
        kernel.giveUpBinding()
        kernel.closeDescriptor()
        this.#later.push(() => this.#tell({ type: 'acceptor.closed' }))
        return
      case 'destroyConnections':
        return this.#connections.cutAll()
      case 'requestPlaces':
        return this.#connections.requestPlaces((params as { count: number }).count)
      case 'startDrain':
        return this.#calls.startDrain(this.#connections.all)
      case 'expireDrain':
        this.#connections.requestPlaces(Infinity)
        return this.#calls.expireDrain(this.#connections.all)
      case 'reportDrained':
        return this.#calls.finishDrain()
      case 'awaitSockets':
        return this.#awaitSockets()
      case 'applyErrorPolicy':
        return this.#applyErrorPolicy()
    }
  }

  #refill(): void {
    this.#accepts = this.#settings.acceptBurst
    if (this.#listener.context.isThrottled && !this.#listener.hasTag('over'))
      this.#tell({ type: 'rate.refilled' })
  }

  #bind(descriptor: 'polled' | 'held'): void {
    const finish = this.#kernel.bind(descriptor)
    this.#later.push(() => {
      const result = finish()
      if (result === 'taken') this.#tell({ type: 'acceptor.failed', error: ERROR })
      if (result === 'bound')
        this.#tell({ type: descriptor === 'polled' ? 'acceptor.ready' : 'acceptor.held' })
    })
  }

  #awaitSockets(): void {
    this.#later.push(() => {
      if (this.#connections.all.some(({ isSocketOpen }) => isSocketOpen)) this.#awaitSockets()
      else this.#tell({ type: 'sockets.closed' })
    })
  }

  #applyErrorPolicy(): void {
    const { onHandlerError } = this.#settings
    if (onHandlerError === 'raise') this.#tell({ type: 'policy.raised', error: ERROR })
    else if (onHandlerError === 'ignore') this.#tell({ type: 'policy.ignored' })
    else this.#later.push(() => this.#tell({ type: 'policy.called' }))
  }

  #tellHandled(client: number | undefined, event: ConnectionEvent): void {
    const connection =
      client === undefined
        ? firstReachable(this.#connections.all, this.#kernel.clients, this.#settings)
        : this.#connections.of(client)
    if (connection) this.#connections.tell(connection, event)
  }

  /** What the server does while it is full, or drains, as long as somebody lingers. */
  #lookAtQueue(): void {
    if (this.#listener.context.drain === 'running') return this.#connections.requestPlaces(Infinity)
    const count = this.#kernel.waiting
    const isWatched = this.#listener.matches({ 'accept-paused': 'waiting' })
    if (isWatched && count > 0) this.#tell({ type: 'clients.waiting', count })
  }

  #settle({ hasFailed }: ModelConnection): void {
    this.#tell({ type: 'connection.settled' })
    if (hasFailed) this.#tell({ type: 'handler.failed', error: ERROR, address: undefined })
  }
}
