// Starts, stops and closes the listening socket. `machines/listener.ts` decides when; the answers
// go back to it as events.
import type { Server as NetServer, ServerOpts, Socket } from 'node:net'
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import type { Address, Ends } from '../common/address.ts'
import type { Clock } from '../common/clock.ts'
import { setImmediate } from '../common/timers.ts'
import type { Target } from '../options/where-to-listen.ts'
import { isSomebodyWaiting } from '../os/accept-queue.ts'
import type { Duplicate } from '../os/duplicate.ts'
import type { Libc } from '../os/libc.ts'
import { queueLength } from '../os/queue-length.ts'
import { bindHandle } from './bind.ts'
import { onDisconnect } from './cluster-worker.ts'
import { systemError } from './inherit.ts'
import { KeepAlive } from './keep-alive.ts'
import { ListeningSocket } from './listening-socket.ts'
import { NO_DESCRIPTOR, PollingHandles } from './polling-handles.ts'
import { Rebinder } from './rebind.ts'
import { ServingByHand } from './serving-by-hand.ts'

export interface AcceptorOptions {
  backlog: number
  maxAcceptsPerBatch: number
  socket: ServerOpts
  /** Without it there is one polling handle, and no `hold`. */
  duplicate: Duplicate | undefined
  /**
   * Without it, the number of waiting clients is not known; errors of accept(2) have no code, and
   * are noticed on Linux only; there is no interface, and the file of a unix socket has no
   * permissions of its own before it listens.
   */
  libc: Libc | undefined
  clock: Clock
}

/** Hears of an acceptor. */
export interface AcceptorOwner {
  /** A connection was accepted; the socket is the owner's from now on. */
  offer(socket: Socket): void
  /** Whether connections are accepted only to be closed. */
  readonly isRefusing: boolean
  /** Called for each refused connection; its socket is closed by the time this returns. */
  refused(ends: Ends): void
  /** Whether the next connection is the last one that there is room for. */
  readonly isNextTheLast: boolean
  /** The primary process of the cluster does not want this worker any more. */
  disconnected(): void
  report(event: ListenerReport): void
}

export class Acceptor {
  readonly #libc: Libc | undefined
  readonly #polling: PollingHandles
  readonly #socket: ListeningSocket
  /** Without it, the socket was opened by another process, and cannot be bound again. */
  readonly #rebinder: Rebinder | undefined
  readonly #byHand: ServingByHand
  readonly #keepAlive = new KeepAlive()
  #owner: AcceptorOwner | undefined
  /** A bind under way, until a later stop or close makes it unwanted. A start wants more of it. */
  #binding: { isToAccept: boolean } | undefined
  #lastBind: Promise<void> = Promise.resolve()
  /** In a worker of a cluster, clients may come while the first handle is being bound. */
  readonly #early: Socket[] = []
  #isDisconnected = false
  readonly #forgetDisconnect: () => void
  #stops = 0
  #isClosed = false

  private constructor(target: Target, options: AcceptorOptions) {
    const { socket, backlog, duplicate, libc, clock, maxAcceptsPerBatch } = options
    this.#libc = libc
    this.#polling = new PollingHandles({
      socket,
      backlog,
      duplicate,
      libc,
      clock,
      max: maxAcceptsPerBatch,
      onConnection: (accepted) => {
        if (this.#owner) this.#owner.offer(accepted)
        else this.#early.push(accepted)
      },
      isRefusing: () => this.#owner?.isRefusing ?? false,
      onRefused: (ends) => this.#owner?.refused(ends),
      onError: (error) =>
        this.#report({ type: this.#isAccepting ? 'accept.failed' : 'acceptor.failed', error }),
      onExhausted: (isTooLate) =>
        this.#report(isTooLate ? { type: 'accept.exhausted', isTooLate } : { type: 'accept.exhausted' }),
      isNextTheLast: () => this.#owner?.isNextTheLast ?? false,
      onClosedByOthers: () => this.#disconnect(),
    })
    this.#socket = new ListeningSocket(target, this.#polling, duplicate, libc)
    this.#byHand = new ServingByHand({
      polling: this.#polling,
      socket: this.#socket,
      isRefusing: () => this.#owner?.isRefusing ?? false,
      poll: () => this.#poll(),
      onExhausted: () => this.#report({ type: 'accept.exhausted' }),
    })
    this.#rebinder = target.kind === 'fd' ? undefined : new Rebinder(target)
    this.#forgetDisconnect = onDisconnect(() => this.#disconnect())
  }

  /**
   * Binds and listens; it accepts from then on. Rejects with Node's own error and leaves nothing
   * open.
   */
  static async listen(target: Target, options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(target, options)
    try {
      if (target.kind === 'fd') await acceptor.#socket.inherit(target.fd)
      else {
        const { handleOptions } = acceptor.#polling
        acceptor.#adopt(await bindHandle(target, handleOptions, acceptor.#socket.tools), true)
      }
    } catch (error) {
      acceptor.#dropEarly()
      acceptor.#forgetDisconnect()
      throw error
    }
    return acceptor
  }

  /** To be set before the turn of the event loop ends in which `listen` resolved. */
  set owner(owner: AcceptorOwner) {
    this.#owner = owner
    for (const accepted of this.#early.splice(0)) owner.offer(accepted)
    if (this.#isDisconnected) owner.disconnected()
  }

  /** Whether its socket can stay open while nothing polls it. */
  get canHold(): boolean {
    return this.#socket.isHeld
  }

  /** Where it was bound first; a rebind goes there again. */
  get address(): Address {
    return this.#socket.address
  }

  /**
   * The listening descriptor, -1 while there is none. It may be given to another process from now
   * on.
   */
  get fd(): number {
    return this.#socket.share()
  }

  /**
   * Exactly how many clients are in the kernel's queue: none without a socket; `undefined` where
   * the machine does not tell, and while a socket is being bound.
   */
  get queueLength(): number | undefined {
    if (this.#binding) return undefined
    const { descriptor } = this.#socket
    const hasSocket = descriptor !== NO_DESCRIPTOR || this.#polling.size > 0
    return hasSocket ? queueLength(descriptor, this.#libc) : 0
  }

  /**
   * At least so many clients are in the kernel's queue: 1 where the machine tells only that there
   * are some. Without the C library, asking costs too much to do it often.
   */
  get minQueueLength(): number {
    const { descriptor } = this.#socket
    return this.queueLength ?? Number(this.#libc !== undefined && isSomebodyWaiting(descriptor, this.#libc))
  }

  /**
   * Accepts again; reports `acceptor.ready`, at once where the socket is held, or why it cannot.
   */
  start(places = Infinity): void {
    if (this.#isClosed) return
    if (this.#binding) {
      this.#binding.isToAccept = true
      return
    }
    if (!this.#isAccepting) {
      if (this.#byHand.isOfUse(places)) this.#byHand.start()
      else if (this.#socket.source === NO_DESCRIPTOR) return this.#bindAgain({ isToAccept: true })
      else if (!this.#poll()) return
    }
    this.#reportStart()
  }

  #reportStart(): void {
    this.#report({ type: this.#polling.hasDescriptors ? 'acceptor.ready' : 'accept.exhausted' })
  }

  /** By handles or by hand. */
  get #isAccepting(): boolean {
    return this.#polling.size > 0 || this.#byHand.isOn
  }

  /** Polls by one handle. Where it cannot, that is reported, at once or in a moment. */
  #poll(): boolean {
    const outcome = this.#polling.add()
    if (outcome === 'no-descriptor') this.#report({ type: 'accept.exhausted' })
    if (outcome !== 'added') return false
    this.#byHand.stop()
    this.#keepAlive.release()
    return true
  }

  /** Stops calling accept(2) before it returns, whatever is under way. */
  stop(strategy: PauseStrategy): void {
    this.#stops++
    this.#binding = undefined
    const isHeld = strategy === 'hold' && (this.#byHand.isOn || this.#socket.source !== NO_DESCRIPTOR)
    this.#byHand.stop()
    if (isHeld) this.#polling.close()
    else this.#socket.close()
    if (!this.#isClosed && this.#polling.isRefd) this.#keepAlive.hold()
  }

  /**
   * Binds again where a stop has closed the socket, and accepts no client: clients wait from then
   * on. Reports `acceptor.held`, or why it cannot.
   */
  bindToHold(): void {
    if (this.#isClosed || this.#binding) return
    if (this.#socket.source === NO_DESCRIPTOR) this.#bindAgain({ isToAccept: false })
    else this.#report({ type: 'acceptor.held' })
  }

  /** Closes everything for good; reports `acceptor.closed` when the descriptors are closed. */
  close(): void {
    this.#isClosed = true
    this.#binding = undefined
    this.#dropEarly()
    this.#byHand.stop()
    this.#socket.close()
    this.#polling.end()
    this.#keepAlive.close()
    this.#forgetDisconnect()
    // libuv closes the descriptors at once, and lets go of the handles at the end of this turn; a
    // bind under way that is no longer wanted is over before that.
    setImmediate(() => this.#report({ type: 'acceptor.closed' }))
  }

  ref(): void {
    this.#polling.ref()
    if (this.#polling.size === 0 && !this.#isClosed) this.#keepAlive.hold()
  }

  unref(): void {
    this.#polling.unref()
    this.#keepAlive.release()
  }

  /** Nobody will be offered them. */
  #dropEarly(): void {
    for (const accepted of this.#early.splice(0)) accepted.destroy()
  }

  #report(event: ListenerReport): void {
    this.#owner?.report(event)
  }

  #adopt(handle: NetServer, isToAccept: boolean): void {
    this.#rebinder?.bound(handle)
    this.#socket.adopt(handle, isToAccept)
  }

  /** In the place of a socket that was closed, by a pause or by a user. */
  #bindAgain(binding: { isToAccept: boolean }): void {
    // The rest of a socket that a user has closed.
    this.#socket.close()
    if (this.#rebinder) return this.#bindLater(this.#rebinder, binding)
    const error = systemError('EBADF', 'the descriptor of the server was closed by somebody else')
    this.#report({ type: 'acceptor.failed', error })
  }

  /** Binds once an earlier bind that is no longer wanted is out of the way. */
  #bindLater(rebinder: Rebinder, binding: { isToAccept: boolean }): void {
    this.#binding = binding
    this.#lastBind = this.#lastBind.then(async () => {
      if (this.#binding !== binding) return
      try {
        const socket = this.#socket
        const handle = await rebinder.bind(socket.address, this.#polling.handleOptions, socket.tools)
        if (this.#binding !== binding) return socket.abandon(handle)
        const { isToAccept } = binding
        if (!handle.listening) return this.#hasTakenTheLast()
        this.#adopt(handle, isToAccept)
        this.#binding = undefined
        if (isToAccept) this.#keepAlive.release()
        if (isToAccept) this.#reportStart()
        else this.#report({ type: 'acceptor.held' })
      } catch (error) {
        if (this.#binding !== binding) return
        this.#binding = undefined
        this.#report({ type: 'acceptor.failed', error })
      }
    })
  }

  /**
   * The handle that was being bound has accepted the last connection that there was room for, and
   * is closed again. To hear that it was ready ends in a stop, unless there is more room meanwhile.
   */
  #hasTakenTheLast(): void {
    const stops = this.#stops
    this.#binding = undefined
    this.#reportStart()
    if (this.#stops === stops) this.start()
  }

  #disconnect(): void {
    if (this.#isDisconnected) return
    this.#isDisconnected = true
    this.#owner?.disconnected()
  }
}
