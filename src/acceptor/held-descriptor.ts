// A descriptor of a listening socket that no handle polls.
import { fstatSync, type Stats } from 'node:fs'
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { closeDescriptor } from '../os/close-descriptor.ts'

/**
 * Keeps a listening socket open, and knows it again: its number is known to users, who may close
 * it, and then another file or socket gets that number.
 */
export class HeldDescriptor {
  readonly fd: number
  readonly #device: number
  readonly #inode: number
  /**
   * In a worker thread, what closes the descriptor with the thread, which may end without running
   * any JavaScript. The main thread ends with its process.
   */
  readonly #owner: Socket | undefined

  /**
   * Owns `fd`, which is open, from now on; throws where it cannot, and `fd` is still the caller's
   * then.
   */
  constructor(fd: number) {
    const { dev, ino } = fstatSync(fd)
    this.fd = fd
    this.#device = dev
    this.#inode = ino
    if (!isMainThread) this.#owner = ownerOf(fd)
  }

  /**
   * Whether the number still stands for this socket. Where TCP sockets have no inode (macOS),
   * whether it is one at all.
   */
  get isOpen(): boolean {
    return this.isSameAs(this.fd)
  }

  /** Whether `fd` is open, and refers to this socket. */
  isSameAs(fd: number): boolean {
    const found = statsOf(fd)
    return found !== undefined && this.#isOf(found)
  }

  /** Closes it, unless a user did; a file or socket that has its number by then is left alone. */
  close(): void {
    const found = statsOf(this.fd)
    if (found && !this.#isOf(found)) return
    // Also where the number is free: its next owner must not lose it when the thread ends.
    if (this.#owner) this.#owner.destroy()
    else if (found) closeDescriptor(this.fd)
  }

  #isOf(found: Stats): boolean {
    return found.isSocket() && found.ino === this.#inode && found.dev === this.#device
  }
}

function statsOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd)
  } catch {
    return undefined
  }
}

/** Neither readable nor writable: it is never polled, and does not keep the thread alive. */
function ownerOf(fd: number): Socket | undefined {
  try {
    return new Socket({ fd, readable: false, writable: false }).on('error', () => {})
  } catch (error) {
    // It is polled by a handle of this thread already, which ends with it as well.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  }
}
