// The kernel and the clients, as far as the charts can tell: a queue, an address, a descriptor.
import type { ClientView } from './listener-events.ts'
import type { ListenerModelSnapshot } from './listener-snapshot.ts'

type Descriptor = 'polled' | 'held'

export class WorldKernel {
  readonly clients: ClientView[]
  descriptor: ListenerModelSnapshot['descriptor']
  isAddressTaken: boolean
  /** The client that the listener is being asked about; the queue no longer has it. */
  #offered = -1
  /** A bind under way, and what is to be done with the socket. */
  #binding: { descriptor: Descriptor } | undefined

  constructor({ clients, descriptor, isAddressTaken }: ListenerModelSnapshot) {
    this.clients = [...clients]
    this.descriptor = descriptor
    this.isAddressTaken = isAddressTaken
  }

  get offered(): number {
    return this.#offered
  }

  get waiting(): number {
    return this.clients.filter((view) => view === 'waits').length
  }

  connect(): void {
    this.clients.push(this.descriptor === 'none' ? 'refused' : 'waits')
  }

  /** Calls `offer` while the first client of the queue is offered; false where there is none. */
  acceptNext(offer: () => void): boolean {
    const offered = this.clients.indexOf('waits')
    if (this.descriptor !== 'polled' || offered < 0) return false
    this.#offered = offered
    offer()
    this.#offered = -1
    return true
  }

  dropWaiting(): void {
    this.#tellWaiting('dropped')
  }

  /** What the caller does in a later turn; it gives back what has become of the bind. */
  bind(descriptor: Descriptor): () => 'bound' | 'taken' | 'given up' {
    const binding = { descriptor }
    this.#binding = binding
    return () => {
      if (this.#binding !== binding) return 'given up'
      this.#binding = undefined
      if (this.isAddressTaken) return 'taken'
      this.descriptor = descriptor
      return 'bound'
    }
  }

  giveUpBinding(): void {
    this.#binding = undefined
  }

  closeDescriptor(): void {
    this.descriptor = 'none'
    this.#tellWaiting('reset')
  }

  #tellWaiting(told: ClientView): void {
    this.clients.forEach((view, client) => {
      if (view === 'waits' && client !== this.#offered) this.clients[client] = told
    })
  }
}
