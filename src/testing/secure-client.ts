// The TLS of a client, whose first message can be sent in part.
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Bytes of the first message that are its part. */
const PART = 3

export class SecureClient {
  readonly #raw: Socket
  /** What is not to be sent yet. */
  #held: Buffer[] | undefined
  #isPartSent = false

  /** Sends a part of its first message; the rest goes with `proceed`. */
  constructor(raw: Socket) {
    this.#raw = raw
    this.#held = []
    const wire = new Duplex({
      read: () => {},
      write: (bytes: Buffer, _encoding, callback) => {
        this.#send(bytes)
        callback()
      },
      // The model says when the client ends its side.
      final: (callback) => callback(),
    })
    raw.on('data', (bytes) => wire.push(bytes))
    raw.once('end', () => wire.push(null))
    const tls = process.getBuiltinModule('node:tls')
    // It is the server that is tested, not its certificate.
    const socket = tls.connect({ socket: wire, rejectUnauthorized: false })
    socket.on('error', () => {}).resume()
  }

  proceed(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const bytes of held) this.#raw.write(bytes)
  }

  #send(bytes: Buffer): void {
    if (!this.#held) this.#raw.write(bytes)
    else if (this.#isPartSent) this.#held.push(bytes)
    else {
      this.#isPartSent = true
      this.#raw.write(bytes.subarray(0, PART))
      this.#held.push(bytes.subarray(PART))
    }
  }
}
