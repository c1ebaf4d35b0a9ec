// Owns the listening descriptor: binds it, accepts from it, holds it, binds it again, closes it. When to do which is decided by
// `machines/listener.ts`; the answers go back as events.
import { closeSync } from 'node:fs'
import { isIP, type Server as NetServer, type ServerOpts, type Socket } from 'node:net'
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import { type Address, boundAddress, type Ends } from '../address.ts'
import type { Clock } from '../clock.ts'
import type { Libc } from '../libc.ts'
import type { Target } from '../where-to-listen.ts'
import { bindHandle, descriptorOf } from './bind.ts'
import type { Duplicate } from './duplicate.ts'
import { listenOnDuplicate, pathOfSocket, systemError } from './inherit.ts'
import { KeepAlive } from './keep-alive.ts'
import { NO_DESCRIPTOR, PollingHandles } from './polling-handles.ts'
import { SocketFile } from './socket-file.ts'
import { waitingClients } from './waiting-clients.ts'

export interface AcceptorOptions {
  backlog: number
  maxAcceptsPerBatch: number
  socket: ServerOpts
  /** Without it there is one polling handle, and no `hold`. */
  duplicate: Duplicate | undefined
  /** Without it, nobody can say how many clients wait; errors of accept(2) have no code, and are found on Linux only. */
  libc: Libc | undefined
  clock: Clock
}

/** Whom an acceptor tells. */
export interface AcceptorOwner {
  /** A connection was accepted; the socket is the owner's from now on. */
  offer(socket: Socket): void
  /** Whether connections are accepted only to be closed. */
  readonly isRefusing: boolean
  /** One was, or is when this returns. */
  refused(ends: Ends): void
  report(event: ListenerReport): void
}

export class Acceptor {
  readonly #target: Target
  readonly #duplicate: Duplicate | undefined
  readonly #libc: Libc | undefined
  readonly #polling: PollingHandles
  readonly #keepAlive = new KeepAlive()
  #owner: AcceptorOwner | undefined

  /** Keeps the socket listening while nothing polls it. */
  #held = NO_DESCRIPTOR
  #file: SocketFile | undefined
  #bound: Address | undefined
  /** A bind under way that is still wanted; a later stop or close makes it unwanted. */
  #binding: symbol | undefined
  #lastBind: Promise<void> = Promise.resolve()
  #isClosed = false

  private constructor(target: Target, options: AcceptorOptions) {
    const { socket, backlog, duplicate, libc, clock, maxAcceptsPerBatch } = options
    this.#target = target
    this.#duplicate = duplicate
    this.#libc = libc
    this.#polling = new PollingHandles({
      socket,
      backlog,
      duplicate,
      libc,
      clock,
      most: maxAcceptsPerBatch,
      onConnection: (accepted) => {
        if (this.#owner) this.#owner.offer(accepted)
        else accepted.destroy()
      },
      isRefusing: () => this.#owner?.isRefusing ?? false,
      onRefused: (ends) => this.#owner?.refused(ends),
      onError: (error) =>
        this.#report({ type: this.#polling.size > 0 ? 'accept.failed' : 'acceptor.failed', error }),
      onExhausted: (isTooLate) =>
        this.#report(isTooLate ? { type: 'accept.exhausted', isTooLate } : { type: 'accept.exhausted' }),
    })
  }

  /** Binds and listens; it accepts from then on. Rejects with Node's own error and leaves nothing open. */
  static async listen(target: Target, options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(target, options)
    if (target.kind === 'fd') await acceptor.#inherit(target.fd)
    else acceptor.#adopt(await bindHandle(target, acceptor.#polling.handleOptions))
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
    return this.#held === NO_DESCRIPTOR ? this.#polling.descriptor : this.#held
  }

  /** How many clients wait in the kernel's queue; `undefined` where the machine does not tell. */
  get numWaiting(): number | undefined {
    return waitingClients(this.fd, this.#libc)
  }

  /** Accepts again; reports `acceptor.ready`, at once where the socket is held, or why it cannot. */
  start(): void {
    if (this.#isClosed || this.#binding) return
    if (this.#polling.size === 0) {
      if (this.#held === NO_DESCRIPTOR) return this.#rebind()
      const outcome = this.#polling.add()
      if (outcome === 'no-descriptor') return this.#report({ type: 'accept.exhausted' })
      // Why comes in a moment.
      if (outcome === 'failed') return
      this.#keepAlive.release()
    }
    this.#report({ type: this.#polling.hasDescriptors ? 'acceptor.ready' : 'accept.exhausted' })
  }

  /** Stops calling accept(2) before it returns, whatever is under way. */
  stop(strategy: PauseStrategy): void {
    this.#binding = undefined
    if (strategy === 'rebind' || this.#held === NO_DESCRIPTOR) this.#closeSocket()
    else this.#polling.close()
    if (!this.#isClosed && this.#polling.isRefd) this.#keepAlive.hold()
  }

  /** Closes everything for good; reports `acceptor.closed` when the descriptors are closed. */
  close(): void {
    this.#isClosed = true
    this.#binding = undefined
    this.#closeSocket()
    this.#polling.end()
    this.#keepAlive.close()
    // libuv closes the descriptors at once, and lets go of the handles at the end of this turn; a bind under way that is no longer
    // wanted is over before that.
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

  #report(event: ListenerReport): void {
    this.#owner?.report(event)
  }

  /** Takes over a handle that was just bound. */
  #adopt(handle: NetServer): void {
    this.#bound ??= boundAddress(handle.address())
    this.#polling.adopt(handle)
    try {
      if (this.#target.kind === 'path' && hasFile(this.#target.path)) {
        this.#file = new SocketFile(this.#target.path)
      }
      if (!this.#duplicate) return
      this.#hold(this.#duplicate(descriptorOf(handle)))
      if (this.#held === NO_DESCRIPTOR)
        throw systemError('EMFILE', 'no file descriptor is left to hold the socket')
      if (!this.#file) return
      // Closing the handle that bound the path would remove its file, so this one must not be the one that a pause closes.
      this.#file.keepThrough(() => this.#polling.close())
      const outcome = this.#polling.add()
      if (outcome === 'no-descriptor')
        throw systemError('EMFILE', 'no file descriptor is left to accept from')
      if (outcome === 'failed') throw new Error('listen: a duplicate of the socket cannot listen')
    } catch (error) {
      this.#closeSocket()
      throw error
    }
  }

  /** Takes over somebody else's descriptor, which stays open through every pause. On failure it is still theirs, and open. */
  async #inherit(fd: number): Promise<void> {
    const handle = await listenOnDuplicate(fd, this.#duplicate, this.#polling.handleOptions)
    this.#bound = boundAddress(handle.address() ?? pathOfSocket(fd))
    this.#hold(fd)
    this.#polling.adopt(handle)
  }

  #hold(fd: number): void {
    this.#held = fd
    this.#polling.multiplyFrom(fd)
  }

  /** Binds once an earlier bind that is no longer wanted is out of the way. */
  #rebind(): void {
    const binding = Symbol('binding')
    this.#binding = binding
    this.#lastBind = this.#lastBind.then(async () => {
      if (this.#binding !== binding) return
      try {
        const handle = await bindHandle(this.#boundTarget(), this.#polling.handleOptions)
        if (this.#binding !== binding) return void handle.close()
        this.#adopt(handle)
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
    const { address, port } = this.address
    // An address that was given as one may bear a zone, which the bound address lacks.
    const isGiven = target.host !== undefined && isIP(target.host) !== 0
    return { ...target, port, host: isGiven ? target.host : address } as Exclude<Target, { kind: 'fd' }>
  }

  #closeSocket(): void {
    const file = this.#file
    const held = this.#held
    this.#file = undefined
    this.#hold(NO_DESCRIPTOR)
    if (held !== NO_DESCRIPTOR) {
      this.#polling.close()
      closeOrForget(held)
      file?.remove()
    } else if (file) {
      file.removeBy(() => this.#polling.close())
    } else {
      this.#polling.close()
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
