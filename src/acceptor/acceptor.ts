// Owns the listening descriptor: binds it, accepts from it, holds it, binds it again, closes it. When to do which is decided by
// `machines/listener.ts`; the answers go back as events.
import { closeSync } from 'node:fs'
import type { Server as NetServer, ServerOpts, Socket } from 'node:net'
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import { type Address, boundAddress } from '../address.ts'
import type { Target } from '../where-to-listen.ts'
import { bindHandle, createHandle, descriptorOf, type HandleOptions } from './bind.ts'
import { DescriptorBudget } from './descriptor-budget.ts'
import { softDescriptorLimit } from './descriptor-limit.ts'
import type { Duplicate } from './duplicate.ts'
import { listenOnDuplicate, pathOfSocket, systemError } from './inherit.ts'
import { KeepAlive } from './keep-alive.ts'
import { SocketFile } from './socket-file.ts'

export interface AcceptorOptions {
  backlog: number
  maxAcceptsPerBatch: number
  socket: ServerOpts
  /** Without it there is one polling handle, and no `hold`. */
  duplicate: Duplicate | undefined
}

/** Whom an acceptor tells. */
export interface AcceptorOwner {
  /** A connection was accepted; the socket is the owner's from now on. */
  offer(socket: Socket): void
  report(event: ListenerReport): void
}

const NONE = -1

export class Acceptor {
  readonly #target: Target
  readonly #options: AcceptorOptions
  readonly #budget = new DescriptorBudget(softDescriptorLimit())
  readonly #keepAlive = new KeepAlive()
  #owner: AcceptorOwner | undefined

  /** Keeps the socket listening while nothing polls it. */
  #held = NONE
  /** Handles, the first `#polling` of which are listening. They are used again and again: each costs a kilobyte. */
  readonly #handles: NetServer[] = []
  #polling = 0
  #file: SocketFile | undefined
  #bound: Address | undefined
  /** A bind under way that is still wanted; a later stop or close makes it unwanted. */
  #binding: symbol | undefined
  #lastBind: Promise<void> = Promise.resolve()

  #isRefd = true
  #isClosed = false
  /** Connections accepted in this turn of the event loop, and the descriptor of the last one. */
  #acceptedInTurn = 0
  #lastAccepted = NONE

  private constructor(target: Target, options: AcceptorOptions) {
    this.#target = target
    this.#options = options
  }

  /** Binds and listens; it accepts from then on. Rejects with Node's own error and leaves nothing open. */
  static async listen(target: Target, options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(target, options)
    if (target.kind === 'fd') await acceptor.#inherit(target.fd)
    else acceptor.#adopt(target, await bindHandle(target, acceptor.#handleOptions))
    return acceptor
  }

  /** Whom to tell; to be called before the turn of the event loop ends in which `listen` resolved. */
  set owner(owner: AcceptorOwner) {
    this.#owner = owner
  }

  /** Where it was bound first; a rebind goes there again. */
  get address(): Address {
    return this.#bound as Address
  }

  /** The listening descriptor, -1 while there is none. */
  get fd(): number {
    const [first] = this.#handles
    if (this.#held !== NONE) return this.#held
    return this.#polling > 0 && first ? descriptorOf(first) : NONE
  }

  /** Accepts again; reports `acceptor.ready`, at once where the socket is held, or why it cannot. */
  start(): void {
    if (this.#isClosed || this.#binding) return
    if (this.#polling === 0 && this.#held === NONE) return this.#rebind()
    if (this.#polling === 0) {
      if (!this.#poll()) return this.#report({ type: 'accept.exhausted' })
      this.#keepAlive.release()
    }
    if (this.#budget.hasRoomFor(1)) this.#report({ type: 'acceptor.ready' })
    else this.#report({ type: 'accept.exhausted' })
  }

  /** Stops calling accept(2) before it returns, whatever is under way. */
  stop(strategy: PauseStrategy): void {
    this.#binding = undefined
    if (strategy === 'rebind' || this.#held === NONE) this.#closeSocket()
    else this.#closeHandles()
    if (!this.#isClosed && this.#isRefd) this.#keepAlive.hold()
  }

  /** Closes everything for good; reports `acceptor.closed` when the descriptors are closed. */
  close(): void {
    this.#isClosed = true
    this.#binding = undefined
    this.#closeSocket()
    this.#keepAlive.close()
    // libuv closes the descriptors at once, and lets go of the handles at the end of this turn; a bind under way that is no longer
    // wanted is over before that.
    setImmediate(() => this.#report({ type: 'acceptor.closed' }))
  }

  ref(): void {
    this.#isRefd = true
    for (const handle of this.#handles) handle.ref()
    if (this.#polling === 0 && !this.#isClosed) this.#keepAlive.hold()
  }

  unref(): void {
    this.#isRefd = false
    for (const handle of this.#handles) handle.unref()
    this.#keepAlive.release()
  }

  get #handleOptions(): HandleOptions {
    return {
      socket: this.#options.socket,
      backlog: this.#options.backlog,
      isRefd: this.#isRefd,
      onConnection: this.#onConnection,
      onError: this.#onError,
    }
  }

  readonly #onConnection = (socket: Socket): void => {
    if (this.#acceptedInTurn++ === 0) setImmediate(this.#endTurn)
    this.#lastAccepted = descriptorOf(socket)
    if (this.#owner) this.#owner.offer(socket)
    else socket.destroy()
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const isExhausted = error.code === 'EMFILE' || error.code === 'ENFILE'
    this.#report(isExhausted ? { type: 'accept.exhausted' } : { type: 'accept.failed', error })
  }

  #report(event: ListenerReport): void {
    this.#owner?.report(event)
  }

  /** As many handles as accepted something in this turn, and twice as many if all did: one accepts one connection a turn. */
  readonly #endTurn = (): void => {
    const accepted = this.#acceptedInTurn
    this.#acceptedInTurn = 0
    this.#budget.saw(this.#lastAccepted)
    if (this.#polling === 0) return
    if (accepted >= this.#polling) this.#growTo(Math.min(this.#polling * 2, this.#options.maxAcceptsPerBatch))
    else if (accepted * 4 <= this.#polling) this.#shrinkTo(Math.ceil(this.#polling / 2))
    if (this.#budget.hasRoomFor(this.#polling)) return
    this.#shrinkTo(1)
    if (!this.#budget.hasRoomFor(1)) this.#report({ type: 'accept.exhausted' })
  }

  #growTo(wanted: number): void {
    if (this.#held === NONE || !this.#budget.hasRoomFor(2 * wanted - this.#polling)) return
    while (this.#polling < wanted && this.#poll());
  }

  #shrinkTo(wanted: number): void {
    while (this.#polling > wanted) this.#handles[--this.#polling]?.close()
  }

  /** One more handle on the held socket; false if there is no descriptor for it. */
  #poll(): boolean {
    const fd = this.#options.duplicate?.(this.#held) ?? NONE
    if (fd === NONE) return false
    this.#budget.saw(fd)
    const handle = this.#handles[this.#polling] ?? createHandle(this.#handleOptions)
    this.#handles[this.#polling++] = handle
    handle.listen({ fd }, this.#options.backlog)
    return true
  }

  /** Takes over a handle that was just bound. */
  #adopt(target: Target, handle: NetServer): void {
    this.#bound ??= boundAddress(handle.address())
    // It may have changed while the bind was under way.
    if (this.#isRefd) handle.ref()
    else handle.unref()
    this.#handles[0] = handle
    this.#polling = 1
    try {
      if (target.kind === 'path' && hasFile(target.path)) this.#file = new SocketFile(target.path)
      const { duplicate } = this.#options
      if (!duplicate) return
      this.#held = duplicate(descriptorOf(handle))
      if (this.#held === NONE) throw systemError('EMFILE', 'no file descriptor is left to hold the socket')
      if (!this.#file) return
      // Closing the handle that bound the path would remove its file, so this one must not be the one that a pause closes.
      this.#file.keepThrough(() => this.#closeHandles())
      if (!this.#poll()) throw systemError('EMFILE', 'no file descriptor is left to accept from')
    } catch (error) {
      this.#closeSocket()
      throw error
    }
  }

  /** Takes over somebody else's descriptor, which stays open through every pause. On failure it is still theirs, and open. */
  async #inherit(fd: number): Promise<void> {
    const handle = await listenOnDuplicate(fd, this.#options.duplicate, this.#handleOptions)
    this.#held = fd
    this.#bound = boundAddress(handle.address() ?? pathOfSocket(fd))
    this.#handles[0] = handle
    this.#polling = 1
  }

  /** Binds once an earlier bind that is no longer wanted is out of the way. */
  #rebind(): void {
    const binding = Symbol('binding')
    this.#binding = binding
    this.#lastBind = this.#lastBind.then(async () => {
      if (this.#binding !== binding) return
      try {
        const handle = await bindHandle(this.#boundTarget(), this.#handleOptions)
        if (this.#binding !== binding) return void handle.close()
        this.#adopt(this.#target, handle)
        this.#binding = undefined
        this.#keepAlive.release()
        this.#report({ type: 'acceptor.ready' })
      } catch (error) {
        if (this.#binding !== binding) return
        this.#binding = undefined
        this.#report({ type: 'acceptor.failed', error })
      }
    })
  }

  /** Where to bind again: what was asked for, with the address and the port that came of it. */
  #boundTarget(): Exclude<Target, { kind: 'fd' }> {
    const target = this.#target as Exclude<Target, { kind: 'fd' }>
    if (target.kind === 'path' || this.address.family === 'unix') return target
    return { ...target, port: this.address.port, host: this.address.address }
  }

  #closeHandles(): void {
    this.#shrinkTo(0)
  }

  #closeSocket(): void {
    const file = this.#file
    const held = this.#held
    this.#file = undefined
    this.#held = NONE
    if (held !== NONE) {
      this.#closeHandles()
      closeOrForget(held)
      file?.remove()
    } else if (file) {
      file.removeBy(() => this.#closeHandles())
    } else {
      this.#closeHandles()
    }
  }
}

/** A user who was given the number by `listeningSocket` may have closed it; there is nothing left to do then. */
function closeOrForget(fd: number): void {
  try {
    closeSync(fd)
  } catch {}
}

/** Neither an abstract socket of Linux nor a named pipe of Windows has a file. */
function hasFile(path: string): boolean {
  return process.platform !== 'win32' && !path.startsWith('\0')
}
