// libuv's handle of a TCP socket, with the methods by which `node:net` uses it.
import { End } from '../kernel/connection.ts'
import { EAGAIN, EBADF, ECANCELED, EINVAL, ENOTCONN } from '../kernel/errno.ts'
import { ListeningSocket } from '../kernel/listening-socket.ts'
import { type Closing, POLLHUP, POLLIN, POLLOUT, type Polled } from './loop.ts'
import { TCP, tellRead, tellWrite } from './stream-base.ts'
import type { System } from './system.ts'

const UV_EOF = -4095
const CHUNK = 64 * 1024
/** Of the clients. */
export const FIRST_PORT = 40_000

interface Request {
  oncomplete(status: number, handle: object, error: undefined): void
}
interface Write {
  readonly request: Request
  rest: Uint8Array
}
type Chunks = readonly (Uint8Array | string)[]

let inUse: System | undefined

/** Handles are of this system from now on: `node:net` makes them by their class alone. */
export function useSystem(system: System): void {
  inUse = system
}

function systemInUse(): System {
  if (!inUse) throw new Error('No system is in use')
  return inUse
}

export class TcpHandle implements Polled, Closing {
  /** Set by `node:net`. */
  onread?: (this: TcpHandle, buffer: ArrayBuffer | undefined) => void
  onconnection?: (this: TcpHandle, error: number, handle?: TcpHandle) => void
  reading = false
  bytesRead = 0
  bytesWritten = 0
  fd = -1
  readonly #system = systemInUse()
  #end: End | undefined
  #listening: ListeningSocket | undefined
  #isReading = false
  #hasReadEnd = false
  #isClosed = false
  /** Some of them were written; their callbacks are due. */
  #writes: Write[] = []
  #written: { request: Request; status: number }[] = []
  #shutdown: Request | undefined
  #isShut = false
  #onClosed: (() => void) | undefined

  /** Gives it a descriptor. */
  open(fd: number): number {
    const open = this.#system.kernel.get(fd)
    if (open instanceof End) this.#end = open
    else if (open instanceof ListeningSocket) this.#listening = open
    else return -EBADF
    this.fd = fd
    return 0
  }

  get isListening(): boolean {
    return this.#listening !== undefined
  }

  getAsyncId(): number {
    return 1
  }

  ref(): void {}
  unref(): void {}
  hasRef(): boolean {
    return true
  }
  setNoDelay(): number {
    return 0
  }
  setKeepAlive(): number {
    return 0
  }

  getsockname(out: object): number {
    Object.assign(out, { address: '127.0.0.1', family: 'IPv4', port: this.#system.port })
    return 0
  }

  getpeername(out: object): number {
    if (!this.#end) return -ENOTCONN
    Object.assign(out, { address: '127.0.0.1', family: 'IPv4', port: FIRST_PORT + this.#end.id })
    return 0
  }

  listen(backlog: number): number {
    if (!this.#listening) return -EINVAL
    this.#listening.backlog = backlog
    this.#listening.isListening = true
    this.#system.loop.polled.add(this)
    return 0
  }

  readStart(): number {
    if (this.#isClosed || this.#hasReadEnd) return 0
    this.#isReading = true
    this.#system.loop.polled.add(this)
    return 0
  }

  readStop(): number {
    this.#isReading = false
    return 0
  }

  writeBuffer(request: Request, buffer: Uint8Array): number {
    return this.#write(request, buffer)
  }

  writeUtf8String(request: Request, text: string): number {
    return this.#write(request, Buffer.from(text, 'utf8'))
  }

  writeLatin1String(request: Request, text: string): number {
    return this.#write(request, Buffer.from(text, 'latin1'))
  }

  writeAsciiString(request: Request, text: string): number {
    return this.#write(request, Buffer.from(text, 'latin1'))
  }

  /** Without `isAllBuffers`, each chunk is followed by its encoding. */
  writev(request: Request, chunks: Chunks, isAllBuffers: boolean): number {
    const parts = isAllBuffers ? chunks : chunks.filter((_, index) => index % 2 === 0)
    return this.#write(request, Buffer.concat(parts.map((part) => Buffer.from(part as string))))
  }

  #write(request: Request, bytes: Uint8Array): number {
    const end = this.#end
    if (!end || this.#isClosed) return -EBADF
    this.bytesWritten += bytes.length
    const count = this.#writes.length > 0 ? -EAGAIN : end.writeBytes(bytes)
    if (count < 0 && count !== -EAGAIN) {
      tellWrite(0, false)
      return count
    }
    const rest = bytes.subarray(Math.max(0, count))
    const isAsync = rest.length > 0
    if (isAsync) {
      this.#writes.push({ request, rest })
      this.#system.loop.polled.add(this)
    }
    tellWrite(bytes.length, isAsync)
    return 0
  }

  shutdown(request: Request): number {
    if (this.#isClosed || this.#isShut || this.#shutdown) return -ENOTCONN
    this.#shutdown = request
    if (this.#writes.length === 0) this.#system.loop.feed(this)
    return 0
  }

  close(callback?: () => void): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onClosed = callback
    this.#system.loop.polled.delete(this)
    this.#system.kernel.close(this.fd)
    this.fd = -1
    this.#system.loop.close(this)
  }

  reset(callback?: () => void): number {
    if (this.#shutdown) return -EINVAL
    if (this.#end && !this.#isClosed) this.#end.abort(this.#system.choose(2) === 0 ? 0 : Infinity)
    this.close(callback)
    return 0
  }

  get events(): number {
    if (this.#listening) return this.#listening.queue.length > 0 ? POLLIN : 0
    const end = this.#end
    if (!end) return 0
    let events = 0
    const isWriting = this.#writes.length > 0
    if (!this.#isReading && !isWriting) return 0
    if (this.#isReading && end.isReadable) events |= POLLIN
    if (isWriting && end.isWritable) events |= POLLOUT
    if (end.isHungUp) events |= POLLHUP
    return events
  }

  *callbacks(events: number): Generator<() => void> {
    if (this.#isClosed) return
    if (this.#listening) return yield* this.#accept()
    const end = this.#end
    if (!end) return
    if ((events & (POLLIN | POLLHUP)) !== 0) yield* this.#read(end, events)
    if (this.#isClosed) return
    if ((events & (POLLOUT | POLLHUP)) === 0) return
    this.#writeRest(end)
    yield* this.#tellWritten()
    if (!this.#isClosed && this.#writes.length === 0) yield* this.#drain(end)
  }

  /** One client in a turn. */
  *#accept(): Generator<() => void> {
    const fd = this.#system.accept(this.fd)
    if (fd < 0) return
    const handle = new TcpHandle()
    handle.open(fd)
    yield () => this.onconnection?.(0, handle)
  }

  *#read(end: End, events: number): Generator<() => void> {
    if (!this.#isReading) return
    const bytes = end.readBytes(CHUNK)
    if (typeof bytes === 'number') {
      if (bytes === -EAGAIN) return
      this.#isReading = false
      yield () => this.#tell(bytes)
      return
    }
    if (bytes.length === 0) return yield* this.#readEnd()
    this.bytesRead += bytes.length
    const copy = new Uint8Array(bytes).buffer
    yield () => this.#tell(copy.byteLength, copy)
    // A reset that comes with the last bytes looks like FIN.
    if (!this.#isClosed && this.#isReading && (events & POLLHUP) !== 0) yield* this.#readEnd()
  }

  *#readEnd(): Generator<() => void> {
    this.#isReading = false
    this.#hasReadEnd = true
    yield () => this.#tell(UV_EOF)
  }

  #tell(bytesOrError: number, buffer?: ArrayBuffer): void {
    tellRead(bytesOrError)
    this.onread?.(buffer)
  }

  #writeRest(end: End): void {
    for (let write = this.#writes[0]; write; write = this.#writes[0]) {
      const count = end.writeBytes(write.rest)
      if (count === -EAGAIN) return
      if (count >= 0) write.rest = write.rest.subarray(count)
      if (count >= 0 && write.rest.length > 0) continue
      this.#writes.shift()
      this.#written.push({ request: write.request, status: Math.min(count, 0) })
      if (count < 0) return
    }
  }

  *#tellWritten(): Generator<() => void> {
    for (const { request, status } of this.#written.splice(0)) {
      yield () => request.oncomplete(status, this, undefined)
    }
  }

  *#drain(end: End): Generator<() => void> {
    const request = this.#shutdown
    if (!request) return
    const status = end.shutdown()
    this.#shutdown = undefined
    this.#isShut = true
    yield () => request.oncomplete(status, this, undefined)
  }

  *closed(): Generator<() => void> {
    for (const { request } of this.#writes) this.#written.push({ request, status: -ECANCELED })
    this.#writes = []
    yield* this.#tellWritten()
    const request = this.#shutdown
    this.#shutdown = undefined
    if (request) yield () => request.oncomplete(-ECANCELED, this, undefined)
    const onClosed = this.#onClosed
    if (onClosed) yield () => onClosed.call(this)
  }
}

// `node:net` takes as a handle what is an instance of its own class; nothing of that is called.
Object.setPrototypeOf(TcpHandle.prototype, TCP.prototype)
