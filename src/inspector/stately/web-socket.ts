// The server's end of a WebSocket (RFC 6455) that only sends. What the client sends is checked and,
// unless it is about the connection, ignored.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { clearTimeout, setTimeout } from '../../common/timers.ts'

/** What RFC 6455 has both ends add to the client's key. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** Of one message from the client; none is expected. */
const LONGEST_FRAME = 65_536
const LONGEST_CONTROL_FRAME = 125
/** How long a peer has to end its side once it was told to. */
const LINGER = 1_000
const FINAL = 0x80
const MASKED = 0x80
const RESERVED = 0x70
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
const known = new Set<number>(Object.values(opcodes))

/** Why a connection was closed. */
export const closeCodes = { normal: 1000, goingAway: 1001, protocolError: 1002, tooBig: 1009 } as const

/** A request that does not ask for what is spoken here. */
export function isWebSocketRequest({ method, headers }: IncomingMessage): boolean {
  const key = headers['sec-websocket-key'] ?? ''
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[A-Za-z\d+/]{22}==$/.test(key)
  )
}

export class WebSocketConnection {
  readonly #socket: Duplex
  #received: Buffer
  #isClosing = false
  /**
   * What was in the last ping, if its pong has to wait for the peer to take what it was sent
   * before.
   */
  #unanswered: Buffer | undefined

  /** Answers a request for which `isWebSocketRequest` holds; `head` is what came behind it. */
  constructor(request: IncomingMessage, socket: Duplex, head: Buffer) {
    this.#socket = socket
    this.#received = head
    const key = `${request.headers['sec-websocket-key']}${MAGIC}`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.end())
    socket.on('drain', () => this.#answerPing())
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    if (head.length > 0) this.#receive(Buffer.alloc(0))
  }

  /** Bytes that wait to be handed to the OS. */
  get bytesToSend(): number {
    return this.#socket.writableLength
  }

  send(text: string): void {
    if (!this.#isClosing) this.#write(opcodes.text, Buffer.from(text))
  }

  /**
   * Says why, and ends the connection without waiting for an answer. A second call does nothing.
   */
  close(code: number): void {
    if (this.#isClosing) return
    const reason = Buffer.alloc(2)
    reason.writeUInt16BE(code)
    this.#write(opcodes.close, reason)
    this.#isClosing = true
    this.#received = Buffer.alloc(0)
    this.#socket.end()
    // A peer that takes nothing, or does not end its side.
    const timer = setTimeout(() => this.#socket.destroy(), LINGER).unref()
    this.#socket.on('close', () => clearTimeout(timer))
  }

  /** Ends the connection with a peer that takes nothing. */
  destroy(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat([headerOf(opcode, payload.length), payload]))
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosing) return
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : chunk
    while (!this.#isClosing) {
      const frame = readFrame(this.#received)
      if (frame === undefined) return
      if (typeof frame === 'number') return this.close(frame)
      this.#received = this.#received.subarray(frame.size)
      if (frame.opcode === opcodes.close) this.close(closeCodes.normal)
      else if (frame.opcode === opcodes.ping) {
        this.#unanswered = frame.payload
        if (!this.#socket.writableNeedDrain) this.#answerPing()
      }
    }
  }

  /**
   * Only the last one, as RFC 6455 allows: who asks and takes no answers would fill the memory with
   * them.
   */
  #answerPing(): void {
    const payload = this.#unanswered
    this.#unanswered = undefined
    if (payload && !this.#isClosing) this.#write(opcodes.pong, payload)
  }
}

function headerOf(opcode: number, length: number): Buffer {
  if (length <= 125) return Buffer.from([FINAL | opcode, length])
  if (length <= 0xffff) return Buffer.from([FINAL | opcode, 126, length >> 8, length & 0xff])
  const header = Buffer.alloc(10)
  header[0] = FINAL | opcode
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}

interface ReceivedFrame {
  opcode: number
  payload: Buffer
  /** Of all of it, in bytes. */
  size: number
}

/** `undefined` if not all of it has come; a close code if it must not be. */
function readFrame(bytes: Buffer): ReceivedFrame | number | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes[0] as number
  const second = bytes[1] as number
  const opcode = first & 0x0f
  const isControl = opcode >= opcodes.close
  const short = second & 0x7f
  if (first & RESERVED || !known.has(opcode) || !(second & MASKED)) return closeCodes.protocolError
  if (isControl && (short > LONGEST_CONTROL_FRAME || !(first & FINAL))) return closeCodes.protocolError
  const lengthSize = short === 127 ? 8 : short === 126 ? 2 : 0
  const start = 2 + lengthSize + 4
  if (bytes.length < start) return undefined
  const length =
    lengthSize === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthSize ? bytes.readUInt16BE(2) : short
  if (length > LONGEST_FRAME) return closeCodes.tooBig
  const size = start + length
  if (bytes.length < size) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = Buffer.from(bytes.subarray(start, size))
  for (let index = 0; index < length; index++)
    payload[index] = (payload[index] as number) ^ (mask[index & 3] as number)
  return { opcode, payload, size }
}
