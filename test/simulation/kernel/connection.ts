// A TCP connection: two ends and what is under way between them, as far as programs can tell.
import { Direction } from './direction.ts'
import { EAGAIN, ECONNRESET, ENOTCONN, EPIPE } from './errno.ts'

export interface BufferSizes {
  serverSends: number
  serverReceives: number
  clientReceives: number
}

export class Connection {
  readonly id: number
  readonly client: End
  readonly server: End

  constructor(id: number, { serverSends, serverReceives, clientReceives }: BufferSizes) {
    const toServer = new Direction(Infinity, serverReceives)
    const toClient = new Direction(serverSends, clientReceives)
    this.id = id
    this.client = new End(id, toClient, toServer)
    this.server = new End(id, toServer, toClient)
    this.client.peer = this.server
    this.server.peer = this.client
  }
}

/** What a kernel has of a connection. A call fails with a negative error. */
export class End {
  /** That of the connection. */
  readonly id: number
  peer!: End
  readonly incoming: Direction
  readonly outgoing: Direction
  /** For the next call. */
  error = 0
  /** No program has it any more. */
  isClosed = false
  /** When it was closed. */
  closedAt = 0
  /** FIN was asked for. */
  isShut = false
  /** It has reset the connection, or been told that the other end has. */
  isReset = false
  /** By the other end. */
  wasResetByPeer = false
  /** By neither. */
  hasFailed = false
  /** A reset is under way to this end. */
  isResetUnderWay = false

  constructor(id: number, incoming: Direction, outgoing: Direction) {
    this.id = id
    this.incoming = incoming
    this.outgoing = outgoing
  }

  /** Whether a read would not block. */
  get isReadable(): boolean {
    return this.incoming.unread > 0 || this.incoming.isEndDelivered || this.isReset || this.error !== 0
  }

  get isWritable(): boolean {
    return this.outgoing.room > 0 || this.isReset || this.error !== 0
  }

  /** Both sides have ended, or the connection is gone. */
  get isHungUp(): boolean {
    return this.isReset || (this.isShut && this.incoming.isEndDelivered)
  }

  /** Bytes; the empty buffer at the end. */
  readBytes(max: number): Buffer | number {
    const { incoming } = this
    if (incoming.unread > 0) return incoming.take(max)
    if (incoming.isEndDelivered) return incoming.take(0)
    if (this.error !== 0) return this.#takeError()
    return this.isReset ? incoming.take(0) : -EAGAIN
  }

  writeBytes(chunk: Uint8Array): number {
    if (this.error !== 0) return this.#takeError()
    if (this.isReset || this.isShut) return -EPIPE
    const count = Math.min(chunk.length, this.outgoing.room)
    if (count <= 0) return chunk.length === 0 ? 0 : -EAGAIN
    this.outgoing.append(chunk.subarray(0, count))
    return count
  }

  shutdown(): number {
    if (this.isReset) return -ENOTCONN
    this.isShut = true
    this.outgoing.isEnded = true
    return 0
  }

  /** With bytes that were not read it is a reset: what is under way to the other end is lost. */
  close(): void {
    this.isClosed = true
    if (this.isReset) return
    if (this.incoming.unread > 0) this.abort(0)
    else if (!this.isShut) this.shutdown()
  }

  /** Resets the connection. Of what is under way `kept` bytes may still arrive. */
  abort(kept: number): void {
    this.isClosed = true
    if (this.isReset) return
    this.isReset = true
    this.outgoing.lose(kept)
    this.peer.isResetUnderWay = true
  }

  /** Something else than the other end has ended it: a timeout of the kernel's. */
  fail(errno: number): void {
    if (this.isReset) return
    this.isReset = true
    this.hasFailed = true
    this.error = errno
    this.outgoing.lose()
  }

  #takeError(): number {
    const { error } = this
    this.error = 0
    return -error
  }

  /** Something is under way to this end that would arrive. */
  get isExpecting(): boolean {
    if (this.isReset) return false
    const { incoming } = this
    if (incoming.sent > incoming.delivered) return this.isClosed || incoming.deliverable > 0
    return this.isResetUnderWay || (incoming.isEnded && !incoming.isEndDelivered)
  }

  /** The network brings the next segment, of at most `max` bytes. */
  receive(max: number): void {
    if (!this.isExpecting) return
    const { incoming } = this
    if (incoming.sent > incoming.delivered) {
      // Nobody will read it.
      if (this.isClosed) this.abort(0)
      else incoming.delivered += Math.min(max, incoming.deliverable)
    } else if (this.isResetUnderWay) {
      this.isReset = true
      this.wasResetByPeer = true
      // Linux tells a writer so where the other end had ended before.
      this.error = incoming.isEndDelivered && !this.isShut ? EPIPE : ECONNRESET
      this.outgoing.lose()
    } else incoming.isEndDelivered = true
  }
}
