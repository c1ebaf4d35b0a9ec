// A client as tests need it: it remembers what it saw, every step can be awaited, and it closes
// when the server does.
import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { deferred } from '../../src/common/deferred.ts'
import type { Address, Server } from '../../src/index.ts'

export class Client {
  readonly socket: Socket
  /** All that was received so far. */
  received = ''
  /** The peer has sent FIN. */
  hasEnded = false
  /** The first error, ECONNRESET for instance. */
  error: NodeJS.ErrnoException | undefined
  /**
   * Resolves when the kernel has established the connection; the server need not have accepted it.
   */
  readonly connected: Promise<this>
  /** Resolves when the peer has sent FIN. */
  readonly ended: Promise<void>
  /** Resolves when the socket is closed; never rejects. */
  readonly closed: Promise<this>

  constructor(options: NetConnectOpts) {
    this.socket = connect(options)
    const ended = deferred()
    this.ended = ended.promise
    this.socket
      .setEncoding('utf8')
      .on('data', (text) => {
        this.received += text
      })
      .on('end', () => {
        this.hasEnded = true
        ended.resolve()
      })
      .on('error', (error) => {
        this.error ??= error
      })
    this.connected = once(this.socket, 'connect').then(() => this)
    this.connected.catch(() => {})
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve(this)))
  }

  get localPort(): number {
    return this.socket.localPort as number
  }

  send(text: string): void {
    this.socket.write(text)
  }

  /** Sends FIN and goes on receiving. */
  end(): void {
    this.socket.end()
  }

  /** Sends RST. */
  reset(): void {
    this.socket.resetAndDestroy()
  }

  destroy(): void {
    this.socket.destroy()
  }

  /** Resolves once all of `text` has been received; rejects if the socket closes before. */
  async receives(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.received)}`)
      await Promise.race([once(this.socket, 'data'), this.closed])
    }
  }
}

const clients = new Set<Client>()

/** A client of `server`, wherever that listens. All are destroyed by `destroyClients`. */
export function connectTo(server: Server): Client {
  return connectToAddress(server.listeningOnAddress)
}

/** The same, from another address: Linux has all of 127.0.0.0/8. */
export function connectFrom(localAddress: string, server: Server): Client {
  return connectToAddress(server.listeningOnAddress, { localAddress })
}

/** A client of whoever listens on `address`. */
export function connectToAddress(address: Address, options: { localAddress?: string } = {}): Client {
  const client = new Client(
    address.family === 'unix'
      ? { path: address.path }
      : { host: hostOf(address.address), port: address.port, ...options },
  )
  clients.add(client)
  void client.closed.then(() => clients.delete(client))
  return client
}

/** Clients that the kernel has connected, in this order. */
export async function connected(count: number, address: Address): Promise<Client[]> {
  const clients: Client[] = []
  for (let index = 0; index < count; index++) clients.push(await connectToAddress(address).connected)
  return clients
}

function hostOf(address: string): string {
  return address === '::' ? '::1' : address === '0.0.0.0' ? '127.0.0.1' : address
}

export function destroyClients(): void {
  for (const client of clients) client.destroy()
}
