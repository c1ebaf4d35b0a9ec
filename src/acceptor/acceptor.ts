// Owns the listening descriptor: binds it, accepts from it, holds it, binds it again, closes it. When to do which is decided by
// `machines/listener.ts`; the answers go back as events.
import { closeSync, type Stats } from 'node:fs'
import { isIP, type Server as NetServer, type ServerOpts, type Socket } from 'node:net'
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import { type Address, boundAddress, type Ends } from '../address.ts'
import type { Libc } from '../libc.ts'
import type { Target } from '../where-to-listen.ts'
import { type BindTools, bindHandle, descriptorOf, isFileLeftToUs } from './bind.ts'
import type { Duplicate } from './duplicate.ts'
import { FileAttributes } from './file-attributes.ts'
import { listenOnDuplicate, systemError } from './inherit.ts'
import { KeepAlive } from './keep-alive.ts'
import { NO_DESCRIPTOR, PollingHandles } from './polling-handles.ts'
import { SocketFile } from './socket-file.ts'
import { hasRival, inodeOf, isStillOpen, pathOfSocket } from './unix-table.ts'
import { waitingClients } from './waiting-clients.ts'

export interface AcceptorOptions {
  backlog: number
  maxAcceptsPerBatch: number
  socket: ServerOpts
  /** Without it there is one polling handle, and no `hold`. */
  duplicate: Duplicate | undefined
  /** Without it: nobody can say how many clients wait, no interface, and no permissions for the file of a unix socket before it listens. */
  libc?: Libc | undefined
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
  /** What the last file of a unix socket had when it was removed. */
  #attributes: FileAttributes | undefined
  /** Whether other processes may have been given the descriptor, or have given it to us. */
  #isShared = false
  #hasToldLoss = false
  #bound: Address | undefined
  /** A bind under way that is still wanted; a later stop or close makes it unwanted, and a start wants more of it. */
  #binding: { isToAccept: boolean } | undefined
  #lastBind: Promise<void> = Promise.resolve()
  #isClosed = false

  private constructor(target: Target, options: AcceptorOptions) {
    const { socket, backlog, duplicate, maxAcceptsPerBatch } = options
    this.#target = target
    this.#duplicate = duplicate
    this.#libc = options.libc
    this.#polling = new PollingHandles({
      socket,
      backlog,
      duplicate,
      most: maxAcceptsPerBatch,
      onConnection: (accepted) => {
        if (this.#owner) this.#owner.offer(accepted)
        else accepted.destroy()
      },
      isRefusing: () => this.#owner?.isRefusing ?? false,
      onRefused: (ends) => this.#owner?.refused(ends),
      onError: (error) => {
        const isExhausted = error.code === 'EMFILE' || error.code === 'ENFILE'
        this.#report(isExhausted ? { type: 'accept.exhausted' } : { type: 'accept.failed', error })
      },
      onExhausted: () => this.#report({ type: 'accept.exhausted' }),
    })
  }

  /** Binds and listens; it accepts from then on. Rejects with Node's own error and leaves nothing open. */
  static async listen(target: Target, options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(target, options)
    if (target.kind === 'fd') await acceptor.#inherit(target.fd)
    else {
      const handle = await bindHandle(target, acceptor.#polling.handleOptions, acceptor.#tools)
      acceptor.#adopt(handle, true)
    }
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

  /** The listening descriptor, -1 while there is none. Whoever asks may give it to another process. */
  get fd(): number {
    this.#isShared = true
    return this.#descriptor
  }

  /** How many clients wait in the kernel's queue; `undefined` where the machine does not tell. */
  get numWaiting(): number | undefined {
    return waitingClients(this.#descriptor, this.#libc)
  }

  /** Accepts again; reports `acceptor.ready`, at once where the socket is held, or why it cannot. */
  start(): void {
    if (this.#isClosed) return
    if (this.#binding) {
      this.#binding.isToAccept = true
      return
    }
    if (this.#polling.size === 0) {
      if (this.#held === NO_DESCRIPTOR) return this.#rebind({ isToAccept: true })
      if (!this.#polling.add()) return this.#report({ type: 'accept.exhausted' })
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

  /**
   * Binds again where a stop has closed the socket, and accepts nobody: clients wait from then on. Reports `acceptor.held`, or why it
   * cannot.
   */
  bindToHold(): void {
    if (this.#isClosed || this.#binding) return
    if (this.#held === NO_DESCRIPTOR) this.#rebind({ isToAccept: false })
    else this.#report({ type: 'acceptor.held' })
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

  /** Takes over a handle that was just bound, and polls it if it is to accept. */
  #adopt(handle: NetServer, isToAccept: boolean): void {
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
      // Closing the handle that bound the path would remove its file, so this one must not be the one that a pause closes.
      if (this.#file && !isFileLeftToUs(this.#target, this.#tools))
        this.#file.keepThrough(() => this.#polling.close())
      if (!isToAccept) return this.#polling.close()
      if (this.#polling.size === 0 && !this.#polling.add())
        throw systemError('EMFILE', 'no file descriptor is left to accept from')
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
    this.#isShared = true
    const { address } = this
    if (address.family === 'unix') this.#file = fileOfSocket(fd, address.path)
  }

  #hold(fd: number): void {
    this.#held = fd
    this.#polling.multiplyFrom(fd)
  }

  /** Binds once an earlier bind that is no longer wanted is out of the way. */
  #rebind(binding: { isToAccept: boolean }): void {
    this.#binding = binding
    this.#lastBind = this.#lastBind.then(async () => {
      if (this.#binding !== binding) return
      try {
        const handle = await bindHandle(this.#boundTarget(), this.#polling.handleOptions, this.#tools)
        if (this.#binding !== binding) return this.#abandon(handle)
        const { isToAccept } = binding
        this.#adopt(handle, isToAccept)
        this.#binding = undefined
        if (isToAccept) this.#keepAlive.release()
        this.#report({ type: isToAccept ? 'acceptor.ready' : 'acceptor.held' })
      } catch (error) {
        if (this.#binding !== binding) return
        this.#binding = undefined
        this.#report({ type: 'acceptor.failed', error })
      }
    })
  }

  #abandon(handle: NetServer): void {
    const { path } = this.#target as { path?: string }
    const file = path !== undefined && isFileLeftToUs(this.#target, this.#tools) && new SocketFile(path)
    handle.close()
    if (file) file.remove()
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

  get #descriptor(): number {
    return this.#held === NO_DESCRIPTOR ? this.#polling.descriptor : this.#held
  }

  /** What cannot duplicate a descriptor may not listen on one of its own either; and the numbers are Linux's. */
  get #tools(): BindTools {
    const canBind = this.#duplicate !== undefined && process.platform === 'linux'
    return { libc: canBind ? this.#libc : undefined, attributes: this.#attributes }
  }

  readonly #tellLoss = (path: string, uid: number, gid: number): void => {
    if (this.#hasToldLoss) return
    this.#hasToldLoss = true
    process.emitWarning(
      `The file ${path} was made again by a 'rebind', and this process may not give it its owner back (uid ${uid}, gid ${gid}); if it has another group now, that has no permissions.`,
      { type: 'XstateTcpWarning', code: 'XSTATE_TCP_SOCKET_OWNER' },
    )
  }

  #closeSocket(): void {
    const file = this.#file
    const held = this.#held
    const inode = file && this.#isShared ? inodeOf(this.#descriptor) : ''
    // The last one of all that have the socket removes its file.
    const isKept = inode === '' ? undefined : () => isStillOpen(inode)
    const stats = statsOf(file)
    if (stats) this.#attributes = new FileAttributes(stats, this.#tellLoss)
    this.#file = undefined
    this.#hold(NO_DESCRIPTOR)
    if (held !== NO_DESCRIPTOR) {
      this.#polling.close()
      closeOrForget(held)
      if (!isKept?.()) file?.remove()
    } else if (file) {
      file.removeBy(() => this.#polling.close(), isKept)
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

function statsOf(file: SocketFile | undefined): Stats | undefined {
  try {
    return file?.stats
  } catch {
    // Not even the folder can be read.
    return undefined
  }
}

/** The file of a socket that somebody else bound, if it is known which one that is. */
function fileOfSocket(fd: number, path: string): SocketFile | undefined {
  if (!path.startsWith('/') || hasRival(inodeOf(fd), path)) return undefined
  try {
    return new SocketFile(path)
  } catch {
    // It has been removed.
    return undefined
  }
}

/** Neither an abstract socket of Linux nor a named pipe of Windows has a file. */
function hasFile(path: string): boolean {
  return process.platform !== 'win32' && !path.startsWith('\0')
}
