// The handles that poll one listening socket. libuv accepts one connection a turn of the event loop
// by each, so there are more of them, on duplicates of the same descriptor, the more clients come.
import type { Server as NetServer, Socket } from 'node:net'
import type { Ends } from '../common/address.ts'
import type { Clock } from '../common/clock.ts'
import { monotonicNow, setImmediate } from '../common/timers.ts'
import { acceptNow, publishAccepted } from '../os/accept.ts'
import { knownWaiting } from '../os/accept-queue.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Duplicate } from '../os/duplicate.ts'
import { timeAsleep, turnsOfLoop } from '../os/event-loop.ts'
import type { Libc } from '../os/libc.ts'
import { type HandleClass, handleClassOf } from '../os/native-handle.ts'
import { AcceptCost } from './accept-cost.ts'
import { AcceptWatch, type Watched } from './accept-watch.ts'
import { acceptDirectly, createHandle, type HandleOptions } from './handle.ts'
import { isSameSocket } from './inherit.ts'
import { InheritedOptions } from './inherited-options.ts'
import { Load } from './load.ts'

export interface PollingOptions {
  socket: HandleOptions['socket']
  backlog: number
  max: number
  duplicate: Duplicate | undefined
  libc: Libc | undefined
  clock: Clock
  onConnection: (socket: Socket) => void
  isRefusing: () => boolean
  onRefused: (ends: Ends) => void
  /** The only handle cannot listen, or clients wait and accept(2) fails. */
  onError: (error: NodeJS.ErrnoException) => void
  /** As of `WatchOptions`. */
  onExhausted: (isTooLate: boolean) => void
  /** Whether the next connection is the last one that there is room for. */
  isNextTheLast: () => boolean
  /** A handle that listens was closed, and not by this. */
  onClosedByOthers: () => void
}

export const NO_DESCRIPTOR = -1

export class PollingHandles implements Watched {
  readonly #options: PollingOptions
  readonly #load: Load
  readonly #cost = new AcceptCost()
  readonly #watch: AcceptWatch
  readonly #inherited: InheritedOptions
  /**
   * The first `#size` of these are listening. They are used again and again: each costs a kilobyte.
   */
  readonly #handles: NetServer[] = []
  #size = 0
  /** Of all of them; known once there was one, where handles are Node's own. */
  #handleClass: HandleClass | undefined
  #isRefd = true
  /**
   * The descriptor to duplicate for more handles, -1 if it is gone. Without it, one is the maximum.
   */
  #source: (() => number) | undefined
  /** Connections accepted in this turn of the event loop, and the descriptor of the last one. */
  #acceptedInTurn = 0
  #lastAccepted = NO_DESCRIPTOR

  constructor(options: PollingOptions) {
    this.#options = options
    // Without duplicates there is only one.
    this.#load = new Load(options.duplicate ? options.max : 1, () =>
      knownWaiting(this.descriptor, options.libc),
    )
    const { socket, libc, clock, onError, onExhausted } = options
    this.#inherited = new InheritedOptions(socket, libc)
    const onAcceptedByHand = (accepted: Socket) => this.#onAcceptedByHand(accepted)
    this.#watch = new AcceptWatch(this, { socket, libc, clock, onAcceptedByHand, onError, onExhausted })
  }

  get size(): number {
    return this.#size
  }

  get isRefd(): boolean {
    return this.#isRefd
  }

  /** The descriptor of one of them, -1 if there is none. */
  get descriptor(): number {
    const [first] = this.#handles
    return this.#size > 0 && first ? descriptorOf(first) : NO_DESCRIPTOR
  }

  /** As each handle is to be created, from now on. */
  get handleOptions(): HandleOptions {
    const { socket, backlog, isNextTheLast } = this.#options
    const { isRefd } = this
    return {
      socket,
      backlog,
      isRefd,
      onConnection: this.#onConnection,
      isRefusing: this.#isRefusing,
      onRefused: this.#onRefused,
      onError: this.#onError,
      onClosed: this.#onClosed,
      beforeAccept: (handle) => {
        if (!isNextTheLast()) return
        if (this.#size > 0) return this.close()
        // It is being bound: the primary process may send clients before Node says that it listens,
        // and Node says nothing any more once it is closed.
        handle.emit('listening')
        handle.close()
      },
    }
  }

  /**
   * Takes a handle that listens already for the only one. `isOurs` unless another process has its
   * socket as well.
   */
  adopt(handle: NetServer, isOurs: boolean): void {
    // It may have changed while the handle was being bound.
    if (this.#isRefd) handle.ref()
    else handle.unref()
    this.#handles[0] = handle
    this.#size = 1
    this.#handleClass ??= handleClassOf(handle)
    this.#inherited.listens(handle, isOurs)
    acceptDirectly(handle, this.handleOptions, this.#inherited)
    this.#watch.begin()
  }

  /** More handles are made of what this gives, from now on. */
  multiplyFrom(source: (() => number) | undefined): void {
    this.#source = source
  }

  /**
   * Polls by one handle more. Where that one cannot listen, `onError` is told why, unless others
   * poll already.
   */
  add(): 'added' | 'no-descriptor' | 'failed' {
    const source = this.#source?.() ?? NO_DESCRIPTOR
    if (source === NO_DESCRIPTOR) return 'no-descriptor'
    const fd = this.#options.duplicate?.(source) ?? NO_DESCRIPTOR
    if (fd === NO_DESCRIPTOR) return 'no-descriptor'
    this.#watch.saw(fd)
    const handle = this.#handles[this.#size] ?? createHandle(this.handleOptions)
    handle.listen({ fd }, this.#options.backlog)
    if (handle.listening) {
      this.#handles[this.#size++] = handle
      acceptDirectly(handle, this.handleOptions, this.#inherited)
      if (this.#size === 1) this.#watch.begin()
      return 'added'
    }
    // Node closes the duplicate if it made a handle of it, and forgets it if it could not.
    if (isSameSocket(fd, source)) closeDescriptor(fd)
    // It emits why in a moment; it is not used again.
    this.#handles.length = this.#size
    return 'failed'
  }

  /** Whether `accept` is possible. */
  get canAccept(): boolean {
    return this.#options.libc !== undefined && this.#handleClass !== undefined
  }

  /**
   * Accepts the first client that waits at `fd`, as one of the handles would; that says nothing of
   * how many of them are of use. False where none waits. Throws the error of accept(2).
   */
  accept(fd: number): boolean {
    const { libc, socket } = this.#options
    const { areOnNext } = this.#inherited
    const accepted = libc && acceptNow(fd, libc, socket, this.#handleClass, areOnNext)
    if (!accepted) return false
    this.#watch.accepted()
    this.#inherited.accepted()
    this.#watch.saw(descriptorOf(accepted))
    this.#watch.look(monotonicNow(), 1)
    this.#deliver(accepted)
    return true
  }

  /** Whether a connection can be accepted. */
  get hasDescriptors(): boolean {
    this.#watch.look(monotonicNow())
    return this.#watch.hasRoomFor(1)
  }

  /** No accept(2) after this, also not in the rest of this turn. */
  close(): void {
    if (this.#size > 0) this.#watch.pause()
    this.shrinkTo(0)
  }

  /** Nothing is polled any more. */
  end(): void {
    this.close()
    this.#watch.end()
  }

  shrinkTo(size: number): void {
    while (this.#size > size) this.#handles[--this.#size]?.close()
  }

  takeFullUse(): boolean {
    return this.#load.takeFullUse()
  }

  ref(): void {
    this.#isRefd = true
    for (const handle of this.#handles) handle.ref()
  }

  unref(): void {
    this.#isRefd = false
    for (const handle of this.#handles) handle.unref()
  }

  /** Node asks this before it makes a socket of what was accepted. */
  readonly #isRefusing = (): boolean => {
    if (this.#load.isCostWanted) this.#cost.begin()
    return this.#options.isRefusing()
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#countAccepted()
    this.#lastAccepted = descriptorOf(socket)
    this.#options.onConnection(socket)
    // After the handlers, which are started by an immediate as well.
    if (this.#cost.end()) setImmediate(this.#onStarted)
  }

  readonly #onRefused = (ends: Ends): void => {
    this.#countAccepted()
    this.#options.onRefused(ends)
    if (this.#cost.end()) setImmediate(this.#onStarted)
  }

  readonly #onStarted = (): void => this.#cost.started()

  readonly #onClosed = (handle: NetServer): void => {
    const index = this.#handles.indexOf(handle)
    if (index !== -1 && index < this.#size) this.#options.onClosedByOthers()
  }

  /** A handle could not listen. */
  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (this.#size === 0) this.#options.onError(error)
  }

  #countAccepted(): void {
    this.#watch.accepted()
    this.#inherited.accepted()
    if (this.#acceptedInTurn++ === 0) setImmediate(this.#endTurn)
  }

  readonly #endTurn = (): void => {
    const accepted = this.#acceptedInTurn
    this.#acceptedInTurn = 0
    this.#watch.saw(this.#lastAccepted)
    const now = monotonicNow()
    const hasLooked = this.#watch.look(now, accepted)
    const size = this.#size
    this.#cost.polled(now)
    const cost = this.#cost.value
    const wanted = this.#load.turnEnded({
      accepted,
      size,
      now,
      idle: timeAsleep(),
      count: turnsOfLoop(),
      cost,
    })
    if (size === 0) return
    if (wanted < size) this.shrinkTo(wanted)
    else this.#growTo(wanted)
    this.#watch.checkRoom(hasLooked)
  }

  #onAcceptedByHand(socket: Socket): void {
    this.#countAccepted()
    this.#lastAccepted = descriptorOf(socket)
    this.#deliver(socket)
  }

  #deliver(socket: Socket): void {
    // As Node has it.
    Object.assign(socket, { server: this.#handles[0] })
    const { isRefusing, onConnection, onRefused } = this.#options
    if (isRefusing()) {
      onRefused(socket)
      socket.destroy()
      return
    }
    onConnection(socket)
    publishAccepted(socket)
  }

  #growTo(size: number): void {
    if (size === this.#size || !this.#source) return
    // Each takes a descriptor itself, and one for what it accepts.
    if (!this.#watch.hasRoomFor(2 * size - this.#size)) return
    while (this.#size < size && this.add() === 'added');
  }
}
