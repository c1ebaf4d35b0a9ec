// Owns the listening descriptor: binds it, accepts from it, holds it, binds it again, closes it. When to do which is decided by
// `machines/listener.ts`; the answers go back as events.
import cluster from 'node:cluster'
import type { Stats } from 'node:fs'
import { isIP, type Server as NetServer, type ServerOpts, type Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import type { ListenerReport, PauseStrategy } from '../../machines/index.ts'
import { type Address, boundAddress, type Ends, formatAddress } from '../common/address.ts'
import type { Clock } from '../common/clock.ts'
import { setImmediate } from '../common/timers.ts'
import type { Target } from '../options/where-to-listen.ts'
import { waitingClients } from '../os/accept-queue.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Duplicate } from '../os/duplicate.ts'
import { FileAttributes } from '../os/file-attributes.ts'
import type { Libc } from '../os/libc.ts'
import { hasRival, inodeOf, isStillOpen, pathOfSocket } from '../os/unix-table.ts'
import { type BindTools, bindHandle, createHandle, isFileLeftToUs } from './bind.ts'
import { onDisconnect } from './cluster-worker.ts'
import { HeldDescriptor } from './held-descriptor.ts'
import { listenOnDuplicate, systemError } from './inherit.ts'
import { KeepAlive } from './keep-alive.ts'
import { NO_DESCRIPTOR, PollingHandles } from './polling-handles.ts'
import { SocketFile } from './socket-file.ts'

export interface AcceptorOptions {
  backlog: number
  maxAcceptsPerBatch: number
  socket: ServerOpts
  /** Without it there is one polling handle, and no `hold`. */
  duplicate: Duplicate | undefined
  /**
   * Without it, nobody can say how many clients wait; errors of accept(2) have no code, and are found on Linux only; no interface,
   * and no permissions for the file of a unix socket before it listens.
   */
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
  /** Whether the next connection is the last one that there is room for. */
  readonly isNextTheLast: boolean
  /** The primary process of the cluster does not want this worker any more. */
  disconnected(): void
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
  #held: HeldDescriptor | undefined
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
  /** In a worker of a cluster: how its primary process shares the socket. */
  #sharesSocket = false
  #isKnownByPort = false
  #mustBindAlone = false
  #isDisconnected = false
  readonly #forgetDisconnect: () => void
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
      isNextTheLast: () => this.#owner?.isNextTheLast ?? false,
      onClosedByOthers: () => this.#disconnect(),
    })
    this.#forgetDisconnect = onDisconnect(() => this.#disconnect())
  }

  /** Binds and listens; it accepts from then on. Rejects with Node's own error and leaves nothing open. */
  static async listen(target: Target, options: AcceptorOptions): Promise<Acceptor> {
    const acceptor = new Acceptor(target, options)
    try {
      if (target.kind === 'fd') await acceptor.#inherit(target.fd)
      else acceptor.#adopt(await bindHandle(target, acceptor.#polling.handleOptions, acceptor.#tools), true)
    } catch (error) {
      acceptor.#forgetDisconnect()
      throw error
    }
    return acceptor
  }

  /** Whom to tell; to be called before the turn of the event loop ends in which `listen` resolved. */
  set owner(owner: AcceptorOwner) {
    this.#owner = owner
    if (this.#isDisconnected) owner.disconnected()
  }

  /** Whether its socket can stay open while nothing polls it. */
  get canHold(): boolean {
    return this.#held !== undefined
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

  /** How many clients wait in the kernel's queue, at the least; `undefined` where the machine does not tell. */
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
      if (this.#source === NO_DESCRIPTOR) return this.#bindAgain({ isToAccept: true })
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
    if (strategy === 'rebind' || this.#source === NO_DESCRIPTOR) this.#closeSocket()
    else this.#polling.close()
    if (!this.#isClosed && this.#polling.isRefd) this.#keepAlive.hold()
  }

  /**
   * Binds again where a stop has closed the socket, and accepts nobody: clients wait from then on. Reports `acceptor.held`, or why it
   * cannot.
   */
  bindToHold(): void {
    if (this.#isClosed || this.#binding) return
    if (this.#source === NO_DESCRIPTOR) this.#bindAgain({ isToAccept: false })
    else this.#report({ type: 'acceptor.held' })
  }

  /** Closes everything for good; reports `acceptor.closed` when the descriptors are closed. */
  close(): void {
    this.#isClosed = true
    this.#binding = undefined
    this.#closeSocket()
    this.#polling.end()
    this.#keepAlive.close()
    this.#forgetDisconnect()
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
      const fd = descriptorOf(handle)
      this.#sharesSocket = cluster.isWorker && (fd !== NO_DESCRIPTOR || process.platform === 'win32')
      // A runtime whose handles have no descriptor cannot hold.
      if (!this.#duplicate || fd === NO_DESCRIPTOR) return
      this.#holdDuplicateOf(fd)
      if (!this.#held) throw systemError('EMFILE', 'no file descriptor is left to hold the socket')
      // Closing the handle that bound the path would remove its file, so this one must not be the one that a pause closes.
      if (this.#file && !isFileLeftToUs(this.#target, this.#tools))
        this.#file.keepThrough(() => this.#polling.close(), this.#guard())
      if (!isToAccept) return this.#polling.close()
      if (this.#polling.size > 0) return
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
    try {
      this.#bound = boundAddress(handle.address() ?? pathOfSocket(fd))
      this.#hold(fd)
    } catch (error) {
      handle.close()
      throw error
    }
    this.#polling.adopt(handle)
    this.#isShared = true
    const { address } = this
    if (address.family === 'unix') this.#file = fileOfSocket(fd, address.path)
  }

  /** Holds it by nothing where no descriptor is left. */
  #holdDuplicateOf(fd: number): void {
    const copy = this.#duplicate?.(fd) ?? NO_DESCRIPTOR
    try {
      this.#hold(copy)
    } catch (error) {
      closeDescriptor(copy)
      throw error
    }
  }

  /** Holds the socket by this descriptor from now on, by none if it is -1. */
  #hold(fd: number): void {
    try {
      this.#held = fd === NO_DESCRIPTOR ? undefined : new HeldDescriptor(fd)
    } finally {
      this.#polling.multiplyFrom(this.#held && (() => this.#source))
    }
  }

  /**
   * What more handles can be made of: the held descriptor, after a look whether it is ours still. If somebody has closed it, the
   * socket lives on by the handles that poll it, and is held by another duplicate. -1 if the socket is gone.
   */
  get #source(): number {
    const held = this.#held
    if (!held || held.isOpen) return held?.fd ?? NO_DESCRIPTOR
    held.close()
    this.#hold(NO_DESCRIPTOR)
    const polled = this.#polling.descriptor
    if (held.isSameAs(polled)) this.#holdDuplicateOf(polled)
    return this.#held?.fd ?? NO_DESCRIPTOR
  }

  /** In the place of a socket that was closed, by a pause or by somebody else. */
  #bindAgain(binding: { isToAccept: boolean }): void {
    const { kind } = this.#target
    // What a socket that somebody else has closed has left behind.
    this.#closeSocket()
    if (kind === 'fd') {
      const error = systemError('EBADF', 'the descriptor of the server was closed by somebody else')
      return this.#report({ type: 'acceptor.failed', error })
    }
    this.#rebind(binding)
  }

  /** Binds once an earlier bind that is no longer wanted is out of the way. */
  #rebind(binding: { isToAccept: boolean }): void {
    this.#binding = binding
    this.#lastBind = this.#lastBind.then(async () => {
      if (this.#binding !== binding) return
      try {
        const handle = await this.#bindWhereItWas()
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

  async #bindWhereItWas(): Promise<NetServer> {
    const options = this.#polling.handleOptions
    if (!cluster.isWorker) return bindHandle(this.#boundTarget(), options, this.#tools)
    const target = this.#target
    if (target.kind === 'port' && target.port === 0 && !this.#isKnownByPort) {
      // The primary process knows the socket by what was asked for first, for as long as a worker listens on it; then never again.
      const handle = await bindHandle(target, options)
      if (formatAddress(boundAddress(handle.address())) === formatAddress(this.address)) return handle
      this.#isKnownByPort = true
      handle.close()
    }
    try {
      return await bindHandle(this.#boundTarget(), options, {
        ...this.#tools,
        exclusive: this.#mustBindAlone,
      })
    } catch (error) {
      // A worker that has failed to bind a shared socket dies of an assertion of Node's if it tries to share it again.
      this.#mustBindAlone = this.#sharesSocket
      throw error
    }
  }

  /** Where to bind again: what was asked for, with the address and the port that came of it. */
  #boundTarget(): Exclude<Target, { kind: 'fd' }> {
    const target = this.#target as Exclude<Target, { kind: 'fd' }>
    if (target.kind === 'path' || this.address.family === 'unix') return target
    const { address, port } = this.address
    // An address that was given as one may bear a zone, which the bound address lacks.
    const isGiven = target.host !== undefined && isIP(target.host) !== 0
    // The primary process of a cluster takes an address that was not asked for first for another server's.
    if (cluster.isWorker && target.host === undefined) return { ...target, port }
    return { ...target, port, host: isGiven ? target.host : address } as Exclude<Target, { kind: 'fd' }>
  }

  get #descriptor(): number {
    return this.#held?.isOpen ? this.#held.fd : this.#polling.descriptor
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
    if (held) {
      this.#polling.close()
      held.close()
      if (isKept?.()) file?.leave()
      else file?.remove()
    } else if (file) {
      file.removeBy(() => this.#polling.close(), isKept)
    } else {
      this.#polling.close()
    }
  }

  /**
   * What has libuv remove the file of a unix socket when a worker thread ends: a handle that binds the path, and whose own file
   * gives way to the real one. In the main thread the file is left when the process ends without a close.
   */
  #guard(): NetServer | undefined {
    return isMainThread ? undefined : createHandle({ ...this.#polling.handleOptions, isRefd: false })
  }

  #disconnect(): void {
    if (this.#isDisconnected) return
    this.#isDisconnected = true
    this.#owner?.disconnected()
  }
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
  // In a cluster it is the primary process that binds the path.
  if (cluster.isWorker) return false
  return process.platform !== 'win32' && !path.startsWith('\0')
}
