// The listening socket: the descriptor that holds it, the handles that poll it, and its file.
import cluster from 'node:cluster'
import type { Stats } from 'node:fs'
import type { Server as NetServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { type Address, boundAddress } from '../common/address.ts'
import type { Target } from '../options/where-to-listen.ts'
import { closeDescriptor } from '../os/close-descriptor.ts'
import { descriptorOf } from '../os/descriptor-of.ts'
import type { Duplicate } from '../os/duplicate.ts'
import { FileAttributes } from '../os/file-attributes.ts'
import type { Libc } from '../os/libc.ts'
import { hasRival, inodeOf, isStillOpen, pathOfSocket } from '../os/unix-table.ts'
import { type BindTools, isFileLeftToUs } from './bind.ts'
import { createHandle } from './handle.ts'
import { HeldDescriptor } from './held-descriptor.ts'
import { listenOnDuplicate, systemError } from './inherit.ts'
import { NO_DESCRIPTOR, type PollingHandles } from './polling-handles.ts'
import { SocketFile } from './socket-file.ts'

export class ListeningSocket {
  readonly #target: Target
  readonly #duplicate: Duplicate | undefined
  readonly #libc: Libc | undefined
  readonly #polling: PollingHandles
  /** Keeps the socket listening while nothing polls it. */
  #held: HeldDescriptor | undefined
  #file: SocketFile | undefined
  /** Of the last file of a unix socket, when it was removed. */
  #attributes: FileAttributes | undefined
  /** Whether other processes may have been given the descriptor, or have given it to us. */
  #isShared = false
  #hasToldLoss = false
  #address: Address | undefined

  constructor(
    target: Target,
    polling: PollingHandles,
    duplicate: Duplicate | undefined,
    libc: Libc | undefined,
  ) {
    this.#target = target
    this.#polling = polling
    this.#duplicate = duplicate
    this.#libc = libc
  }

  /** Whether it can stay open while nothing polls it. */
  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** Where it was bound first. */
  get address(): Address {
    if (!this.#address) throw new Error('It was not bound yet')
    return this.#address
  }

  /** -1 while there is none. */
  get descriptor(): number {
    return this.#held?.isOpen ? this.#held.fd : this.#polling.descriptor
  }

  /**
   * The held descriptor, if nobody else can have closed it, or accept from it, or let accept(2)
   * block: nobody else knows it. Else -1.
   */
  get ownDescriptor(): number {
    return this.#isShared ? NO_DESCRIPTOR : (this.#held?.fd ?? NO_DESCRIPTOR)
  }

  /** `descriptor`, for users, who may give it to another process. */
  share(): number {
    this.#isShared = true
    return this.descriptor
  }

  /**
   * A process that cannot duplicate a descriptor may not listen on one of its own either; and the
   * numbers are Linux's.
   */
  get tools(): BindTools {
    const canBind = this.#duplicate !== undefined && process.platform === 'linux'
    return { libc: canBind ? this.#libc : undefined, attributes: this.#attributes }
  }

  /**
   * The descriptor that more handles can be made of: the held one, after a look whether it is ours
   * still. If it was closed by a user, the socket lives on by the handles that poll it, and is held
   * by another duplicate. -1 if the socket is gone.
   */
  get source(): number {
    const held = this.#held
    if (!held || held.isOpen) return held?.fd ?? NO_DESCRIPTOR
    held.close()
    this.#hold(NO_DESCRIPTOR)
    const polled = this.#polling.descriptor
    if (held.isSameAs(polled)) this.#holdDuplicateOf(polled)
    return this.#held?.fd ?? NO_DESCRIPTOR
  }

  /**
   * Takes over a handle that was just bound, and polls it if it is to accept. Throws, and has
   * nothing open then, where descriptors do not suffice.
   */
  adopt(handle: NetServer, isToAccept: boolean): void {
    this.#address ??= boundAddress(handle.address())
    this.#polling.adopt(handle, !cluster.isWorker)
    try {
      if (this.#target.kind === 'path' && hasFile(this.#target.path)) {
        this.#file = new SocketFile(this.#target.path)
      }
      const fd = descriptorOf(handle)
      // A runtime whose handles have no descriptor cannot hold.
      if (!this.#duplicate || fd === NO_DESCRIPTOR) return
      this.#holdDuplicateOf(fd)
      if (!this.#held) throw systemError('EMFILE', 'no file descriptor is left to hold the socket')
      // Closing the handle that bound the path would remove its file, so this one must not be the
      // one that a pause closes.
      if (this.#file && !isFileLeftToUs(this.#target, this.tools))
        this.#file.keepThrough(() => this.#polling.close(), this.#guard())
      if (!isToAccept) return this.#polling.close()
      if (this.#polling.size > 0) return
      const outcome = this.#polling.add()
      if (outcome === 'no-descriptor')
        throw systemError('EMFILE', 'no file descriptor is left to accept from')
      if (outcome === 'failed') throw new Error('listen: a duplicate of the socket cannot listen')
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * Takes over a descriptor that was opened by another process; it stays open through every pause.
   * On failure it is not ours, and still open.
   */
  async inherit(fd: number): Promise<void> {
    const handle = await listenOnDuplicate(fd, this.#duplicate, this.#polling.handleOptions)
    try {
      this.#address = boundAddress(handle.address() ?? pathOfSocket(fd))
      this.#hold(fd)
    } catch (error) {
      handle.close()
      throw error
    }
    this.#polling.adopt(handle, false)
    this.#isShared = true
    if (this.#address.family === 'unix') this.#file = fileOfSocket(fd, this.#address.path)
  }

  close(): void {
    const file = this.#file
    const held = this.#held
    const inode = file && this.#isShared ? inodeOf(this.descriptor) : ''
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

  /** Closes a handle that was just bound, and is not wanted any more. */
  abandon(handle: NetServer): void {
    const target = this.#target
    const isOurs = target.kind === 'path' && isFileLeftToUs(target, this.tools)
    const file = isOurs ? new SocketFile(target.path) : undefined
    handle.close()
    file?.remove()
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
      this.#polling.multiplyFrom(this.#held && (() => this.source))
    }
  }

  /**
   * Has libuv remove the file of a unix socket when a worker thread ends: a handle that binds the
   * path, and whose own file gives way to the real one. In the main thread the file is left when
   * the process ends without a close.
   */
  #guard(): NetServer | undefined {
    return isMainThread ? undefined : createHandle({ ...this.#polling.handleOptions, isRefd: false })
  }

  readonly #tellLoss = (path: string, uid: number, gid: number): void => {
    if (this.#hasToldLoss) return
    this.#hasToldLoss = true
    process.emitWarning(
      `The file ${path} was made again by a 'rebind', and this process may not give it its owner back (uid ${uid}, gid ${gid}); if it has another group now, that has no permissions.`,
      { type: 'XstateTcpWarning', code: 'XSTATE_TCP_SOCKET_OWNER' },
    )
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

/** The file of a socket that another process bound, if it is known which one that is. */
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
