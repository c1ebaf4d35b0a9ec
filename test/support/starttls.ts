// A client that goes on with TLS when the server has told it to.
import { once } from 'node:events'
import { connect as connectByTcp, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Server } from '../../src/index.ts'
import { certificate } from './certificate.ts'

export class StarttlsClient {
  readonly raw: Socket
  secret: TLSSocket | undefined
  /** In plaintext, and by TLS. */
  received = ''
  receivedInSecret = ''
  error: NodeJS.ErrnoException | undefined
  readonly closed: Promise<this>

  constructor(server: Server) {
    this.raw = connectByTcp({ host: '127.0.0.1', port: server.listeningOn as number })
    this.raw.on('data', this.#onPlain).on('error', (error) => {
      this.error ??= error
    })
    this.closed = new Promise((resolve) => this.raw.once('close', () => resolve(this)))
    onTestFinished(() => void this.raw.destroy())
  }

  readonly #onPlain = (bytes: Buffer): void => {
    this.received += bytes.toString('latin1')
  }

  /** Resolves once it has received this; rejects if it never will. */
  async receives(text: string): Promise<void> {
    await this.#until(this.raw, () => this.received.includes(text))
  }

  async receivesInSecret(text: string): Promise<void> {
    await this.#until(this.secret as TLSSocket, () => this.receivedInSecret.includes(text))
  }

  async #until(socket: Socket, isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      if (socket.closed) {
        throw new Error(`closed after ${this.received} and ${this.receivedInSecret}: ${this.error}`)
      }
      await new Promise(setImmediate)
    }
  }

  /** Says this, and begins with TLS once it is answered by `go`. */
  async starttls(options: ConnectionOptions = {}, command = 'STARTTLS\n'): Promise<this> {
    this.raw.write(command)
    await this.receives('go\n')
    const secret = this.begin(options)
    await once(secret, 'secureConnect')
    return this
  }

  /** Begins with TLS now. */
  begin(options: ConnectionOptions = {}, socket: Duplex = this.raw): TLSSocket {
    this.raw.off('data', this.#onPlain)
    const secret = connect({
      socket,
      ca: certificate.cert,
      servername: 'localhost',
      ...options,
    })
    this.secret = secret
    secret.on('data', (bytes: Buffer) => {
      this.receivedInSecret += bytes.toString('latin1')
    })
    secret.on('error', (error) => {
      this.error ??= error
    })
    onTestFinished(() => void secret.destroy())
    return secret
  }

  /** As `begin`, but that each byte is sent for itself, in a turn of its own. */
  beginByBytes(): TLSSocket {
    this.raw.setNoDelay()
    const wire = new Duplex({
      read: () => {},
      write: async (bytes: Buffer, _encoding, callback) => {
        for (const byte of bytes) {
          this.raw.write(Buffer.of(byte))
          await new Promise(setImmediate)
        }
        callback()
      },
      final: (callback) => void this.raw.end(callback),
    })
    const secret = this.begin({}, wire)
    this.raw.on('data', (bytes) => wire.push(bytes)).on('end', () => wire.push(null))
    return secret
  }
}
