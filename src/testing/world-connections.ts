// The connections of a server's model: their charts, and a world that answers what these ask for.
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { Chart } from '../chart/chart.ts'
import { isRequest } from '../chart/row.ts'
import { isLingering, type ModelConnection } from './listener-snapshot.ts'
import type { WorldKernel } from './world-kernel.ts'

const chart = new Chart(connectionMachine)

/** What the connections need of the rest of the world. */
interface Surroundings {
  readonly kernel: WorldKernel
  /** Does something in a later turn of the event loop. */
  readonly later: (act: () => void) => void
  /** A connection is gone. */
  readonly onRelease: (connection: ModelConnection) => void
}

export class WorldConnections {
  /** In the order of acceptance. */
  readonly all: ModelConnection[]
  readonly #kernel: WorldKernel
  readonly #later: Surroundings['later']
  readonly #onRelease: Surroundings['onRelease']

  constructor(connections: readonly ModelConnection[], { kernel, later, onRelease }: Surroundings) {
    this.all = [...connections]
    this.#kernel = kernel
    this.#later = later
    this.#onRelease = onRelease
  }

  spawn(client: number): void {
    // Nothing that the model knows of comes between.
    const started = chart.lookUp(chart.initial(undefined).next, { type: 'handler.started' })
    const snapshot = started.next.snapshot as ModelConnection['snapshot']
    this.#kernel.clients[client] = 'served'
    this.all.push({ client, snapshot, isSocketOpen: true, hasFailed: false, isStaying: false })
  }

  of(client: number): ModelConnection | undefined {
    return this.all.find((candidate) => candidate.client === client)
  }

  tell(connection: ModelConnection, event: ConnectionEvent): void {
    const { next: place, log } = chart.lookUp(chart.placeOf(connection.snapshot), event)
    const snapshot = place.snapshot as ModelConnection['snapshot']
    const asked = new Set(log.filter(isRequest).map(({ type }) => type))
    const next = {
      ...connection,
      snapshot,
      isSocketOpen: connection.isSocketOpen && event.type !== 'socket.closed',
      hasFailed: connection.hasFailed || asked.has('keepError'),
    }
    this.#replace(connection, next)
    if (asked.has('releaseConnection')) return this.#release(next)
    if (asked.has('askForRest')) return this.tell(next, { type: 'peer.has-all' })
    const { client } = connection
    if (asked.has('destroySocket')) this.#later(() => this.#end(client))
    if (asked.has('flushWriter')) this.#later(() => this.#flush(client))
  }

  /** The client has reset its connection; a server of readers and writers is told at once. */
  reset(client: number, isTold: boolean): void {
    const connection = this.of(client)
    if (!connection) return
    this.#kernel.clients[client] = 'left'
    if (isTold) this.tell(connection, { type: 'peer.left' })
    const left = this.of(client)
    if (left) this.#closeSocket(left)
  }

  stay(client: number): void {
    const connection = this.of(client)
    if (connection) this.#replace(connection, { ...connection, isStaying: true })
  }

  cutAll(): void {
    for (const connection of [...this.all]) this.tell(connection, { type: 'cut' })
  }

  requestPlaces(count: number): void {
    const lingering = this.all.filter(isLingering).slice(0, count)
    for (const connection of lingering) this.tell(connection, { type: 'place.wanted' })
  }

  /** The client has seen FIN. */
  #flush(client: number): void {
    const flushed = this.of(client)
    if (!flushed?.isSocketOpen) return
    this.#kernel.clients[client] = 'ended'
    this.tell(flushed, { type: 'writer.flushed' })
    if (flushed.isStaying) return
    const current = this.of(client)
    if (current) this.tell(current, { type: 'peer.ended' })
    this.#end(client)
  }

  #end(client: number): void {
    const current = this.of(client)
    if (!current?.isSocketOpen) return
    this.#kernel.clients[client] = 'ended'
    this.#closeSocket(current)
  }

  #closeSocket(connection: ModelConnection): void {
    this.tell(connection, { type: 'socket.closed' })
  }

  #release(connection: ModelConnection): void {
    this.all.splice(this.all.indexOf(connection), 1)
    this.#onRelease(connection)
  }

  #replace(connection: ModelConnection, next: ModelConnection): void {
    this.all[this.all.indexOf(connection)] = next
  }
}
