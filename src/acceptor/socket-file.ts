// The file of a unix socket. When the handle that bound it is closed, libuv removes any file at its
// path, even that of another server.
import { linkSync, lstatSync, renameSync, type Stats, unlinkSync } from 'node:fs'
import type { Server as NetServer } from 'node:net'
import { resolve } from 'node:path'

export class SocketFile {
  readonly #path: string
  readonly #device: number
  readonly #inode: number
  #guard: NetServer | undefined

  /** The file that has just been bound at `path`. */
  constructor(path: string) {
    this.#path = resolve(path)
    const { dev, ino } = lstatSync(this.#path)
    this.#device = dev
    this.#inode = ino
  }

  /** Whether the file at the path is still the one that was bound. */
  isOurs(): boolean {
    return this.stats !== undefined
  }

  /**
   * Runs `close`, which removes any file at the path, and leaves the file there all the
   * same. Binding under another name and renaming it to the path would steal the path of a live
   * server; this fails with `EADDRINUSE` if it was taken meanwhile.
   *
   * A `guard`, which does not listen yet, is bound to the path and goes on listening unreachably:
   * libuv removes the file when it is closed.
   */
  keepThrough(close: () => void, guard?: NetServer): void {
    // Not imported: few servers pause by `rebind` or close a socket file, and it is large.
    const { randomBytes } = process.getBuiltinModule('node:crypto')
    const aside = `${this.#path}.${randomBytes(6).toString('hex')}`
    renameSync(this.#path, aside)
    close()
    try {
      if (guard) {
        this.#guardBy(guard)
        renameSync(aside, this.#path)
      } else linkSync(aside, this.#path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw addressInUse(this.#path)
      if (guard) throw error
      // A file system without hard links.
      renameSync(aside, this.#path)
    } finally {
      removeIfThere(aside)
    }
  }

  /** Of the file, if it is still the one that was bound. */
  get stats(): Stats | undefined {
    const found = lstatSync(this.#path, { throwIfNoEntry: false })
    return found !== undefined && this.#is(found) ? found : undefined
  }

  /**
   * Runs `close`, once, which removes any file at the path; one of another process is left there,
   * and ours if `isKept` says so afterwards. Never throws: as for libuv, a file that cannot be
   * removed is left.
   */
  removeBy(close: () => void, isKept?: () => boolean): void {
    let isClosed = false
    const closeOnce = () => {
      if (isClosed) return
      isClosed = true
      close()
    }
    try {
      if (isKept || (!this.isOurs() && isThere(this.#path))) this.keepThrough(closeOnce)
    } catch {
      // Not even the folder can be read or written.
    }
    closeOnce()
    if (!isKept?.()) this.remove()
  }

  #is({ dev, ino }: Stats): boolean {
    return dev === this.#device && ino === this.#inode
  }

  #guardBy(guard: NetServer): void {
    // Its error is emitted on the next tick, which is too late.
    guard.removeAllListeners('error').on('error', () => {})
    guard.listen(this.#path)
    if (guard.listening) this.#guard = guard
    else if (isThere(this.#path)) throw addressInUse(this.#path)
    else throw new Error(`listen: ${this.#path} could not be bound a second time`)
  }

  /** Leaves the file, and nothing else. */
  leave(): void {
    const guard = this.#guard
    this.#guard = undefined
    if (guard)
      this.removeBy(
        () => guard.close(),
        () => true,
      )
  }

  /**
   * Removes the file if it is still the one that was bound, and leaves it if it cannot be removed.
   */
  remove(): void {
    const guard = this.#guard
    this.#guard = undefined
    if (guard) return this.removeBy(() => guard.close())
    try {
      if (this.isOurs()) unlinkSync(this.#path)
    } catch {
      // The folder may have become read-only.
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function addressInUse(path: string): NodeJS.ErrnoException {
  const code = 'EADDRINUSE'
  return Object.assign(new Error(`listen ${code}: address already in use ${path}`), {
    code,
    syscall: 'listen',
    address: path,
  })
}
