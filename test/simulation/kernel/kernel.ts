// The kernel of a process: its table of descriptors, and the sockets behind them.
import { type BufferSizes, Connection, type End } from './connection.ts'
import { EADDRINUSE, EAGAIN, EBADF, EMFILE } from './errno.ts'
import { ListeningSocket } from './listening-socket.ts'

/** A file that is neither read nor written. */
export class PlainFile {
  readonly path: string
  flags = 0

  constructor(path: string) {
    this.path = path
  }
}

export type Open = ListeningSocket | End | PlainFile

/** Standard streams, and what Node itself opens. */
const OPENED_BY_NODE = 20

/** Hears of what programs cannot do unseen. */
export interface KernelWatch {
  /** accept(2) has taken this client. */
  accepted(connection: Connection, socket: ListeningSocket): void
  /** The socket in whose queue it waited is closed. */
  turnedAway(connection: Connection): void
  readonly now: number
}

export class Kernel {
  readonly #descriptors: (Open | undefined)[] = []
  readonly #sizes: BufferSizes
  readonly #watch: KernelWatch
  #inodes = 100
  #connections = 0
  /** How many descriptors there may be. */
  limit = 1024
  /** Taken by others of the machine: no bind succeeds. */
  isPortTaken = false
  /** Errors of the next calls of accept(2). */
  acceptErrors: number[] = []
  /** The socket that is bound to the port. */
  listening: ListeningSocket | undefined

  constructor(sizes: BufferSizes, watch: KernelWatch) {
    this.#sizes = sizes
    this.#watch = watch
    while (this.#descriptors.length < OPENED_BY_NODE) this.#descriptors.push(new PlainFile('/dev/random'))
  }

  /** How many there ever were. */
  get numConnections(): number {
    return this.#connections
  }

  get numOpen(): number {
    let count = 0
    for (const open of this.#descriptors) if (open) count++
    return count
  }

  /** Those that programs have opened and not closed. */
  get leaked(): number[] {
    return [...this.#descriptors.keys()].filter(
      (fd) => fd >= OPENED_BY_NODE && this.#descriptors[fd] !== undefined,
    )
  }

  get(fd: number): Open | undefined {
    return this.#descriptors[fd]
  }

  /** The new descriptor, the lowest one that is free. */
  open(what: Open): number {
    let fd = 0
    while (this.#descriptors[fd]) fd++
    if (fd >= this.limit) return -EMFILE
    this.#descriptors[fd] = what
    if (what instanceof ListeningSocket) what.references++
    return fd
  }

  /** Another part of the process closes a descriptor that is not its own, and opens a file. */
  steal(fd: number, file: PlainFile): void {
    this.close(fd)
    this.#descriptors[fd] = file
  }

  duplicate(fd: number): number {
    const open = this.get(fd)
    return open ? this.open(open) : -EBADF
  }

  close(fd: number): number {
    const open = this.get(fd)
    if (!open) return -EBADF
    this.#descriptors[fd] = undefined
    if (open instanceof ListeningSocket) {
      if (--open.references > 0) return 0
      for (const connection of open.close()) this.#watch.turnedAway(connection)
      if (this.listening === open) this.listening = undefined
    } else if (!(open instanceof PlainFile)) {
      open.close()
      open.closedAt = this.#watch.now
    }
    return 0
  }

  /** A socket that is bound to the port. */
  bind(port: number): number {
    if (this.isPortTaken || this.listening) return -EADDRINUSE
    const socket = new ListeningSocket(++this.#inodes, port)
    const fd = this.open(socket)
    if (fd >= 0) this.listening = socket
    return fd
  }

  /** `undefined` where the client is refused, or its SYN dropped. */
  connect(): Connection | undefined {
    const { listening } = this
    if (!listening?.hasRoom) return undefined
    const connection = new Connection(++this.#connections, this.#sizes)
    listening.queue.push(connection)
    return connection
  }

  accept(fd: number): number {
    const socket = this.get(fd)
    if (!(socket instanceof ListeningSocket)) return -EBADF
    const [connection] = socket.queue
    if (!connection) return -EAGAIN
    const error = this.acceptErrors.shift()
    if (error !== undefined) return -error
    const accepted = this.open(connection.server)
    if (accepted < 0) return accepted
    socket.queue.shift()
    this.#watch.accepted(connection, socket)
    return accepted
  }
}
