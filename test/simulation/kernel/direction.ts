/** One direction of a connection: what was sent, how far it has come, and how far it was read. */
export class Direction {
  /** Everything that was ever sent; longer than that. */
  #bytes = Buffer.alloc(256)
  sent = 0
  /** In the receive buffer of the other side, or read from there. */
  delivered = 0
  read = 0
  /** FIN is sent, or waits behind what was sent. */
  isEnded = false
  isEndDelivered = false
  readonly #sendBuffer: number
  readonly #receiveBuffer: number

  constructor(sendBuffer: number, receiveBuffer: number) {
    this.#sendBuffer = sendBuffer
    this.#receiveBuffer = receiveBuffer
  }

  /** How much more can be sent now. */
  get room(): number {
    return this.#sendBuffer - (this.sent - this.delivered)
  }

  /** Sent, and not acknowledged. FIN counts as a byte. */
  get unacknowledged(): number {
    return this.sent - this.delivered + Number(this.isEnded && !this.isEndDelivered)
  }

  /** In the receive buffer. */
  get unread(): number {
    return this.delivered - this.read
  }

  /** How much of what is under way the receive buffer takes. */
  get deliverable(): number {
    return Math.min(this.sent - this.delivered, this.#receiveBuffer - this.unread)
  }

  append(chunk: Uint8Array): void {
    const end = this.sent + chunk.length
    if (end > this.#bytes.length) {
      const bytes = Buffer.alloc(2 * end)
      bytes.set(this.#bytes.subarray(0, this.sent))
      this.#bytes = bytes
    }
    this.#bytes.set(chunk, this.sent)
    this.sent = end
  }

  /** Reads at most so much of the receive buffer; the bytes are only good until more is sent. */
  take(max: number): Buffer {
    const start = this.read
    this.read += Math.min(max, this.unread)
    return this.#bytes.subarray(start, this.read)
  }

  /** What is under way is lost but for its first bytes, and with it FIN. */
  lose(kept = 0): void {
    this.sent = this.delivered + Math.min(kept, this.deliverable)
    this.isEnded = this.isEndDelivered
  }

  /** From the first byte on. */
  soFar(end: number): Buffer {
    return this.#bytes.subarray(0, end)
  }
}
