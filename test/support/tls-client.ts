// Clients of servers with the option `tls`.
import { once } from 'node:events'
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { ClientError, Server } from '../../src/index.ts'
import { certificate } from './certificate.ts'

export const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3']
export const only = (version: SecureVersion) => ({ minVersion: version, maxVersion: version })

/** A client that trusts the server, and remembers what it saw. */
export class TlsClient {
  readonly socket: TLSSocket
  received = ''
  error: NodeJS.ErrnoException | undefined
  readonly closed: Promise<this>
  readonly secured: Promise<this>

  constructor(server: Server, options: ConnectionOptions = {}) {
    this.socket = connect({
      host: '127.0.0.1',
      port: server.listeningOn as number,
      ca: certificate.cert,
      servername: 'localhost',
      ...options,
    })
    this.socket.setEncoding('utf8').on('data', (text) => {
      this.received += text
    })
    this.socket.on('error', (error) => {
      this.error ??= error
    })
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve(this)))
    this.secured = once(this.socket, 'secureConnect').then(() => this)
    this.secured.catch(() => {})
    onTestFinished(() => void this.socket.destroy())
  }

  async receives(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.received)}, ${this.error}`)
      await Promise.race([once(this.socket, 'data'), this.closed])
    }
  }
}

/** What is wrong with the clients of a server, in the order in which it is told. */
export function listen(server: Server): ClientError[] {
  const errors: ClientError[] = []
  server.on('clientError', (error) => errors.push(error))
  return errors
}

/** Resolves when nobody is connected. */
export const settled = (server: Server) => server.waitForConnections((count) => count === 0)
