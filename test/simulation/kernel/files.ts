// The functions of `node:fs` that are about descriptors, on the simulated kernel.
import { End } from './connection.ts'
import { EBADF, systemError } from './errno.ts'
import { type Kernel, PlainFile } from './kernel.ts'
import { ListeningSocket } from './listening-socket.ts'

const TABLE = '/proc/self/fd'
const ROOT = { dev: 1, ino: 2, size: 0 }
const FIRST_CONNECTION = 10_000

export class Files {
  readonly #kernel: Kernel

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  openSync(path: string): number {
    const fd = this.#kernel.open(new PlainFile(path))
    if (fd < 0) throw systemError(-fd, 'open')
    return fd
  }

  closeSync(fd: number): void {
    const result = this.#kernel.close(fd)
    if (result < 0) throw systemError(-result, 'close')
  }

  fstatSync(fd: number): object {
    const open = this.#kernel.get(fd)
    if (!open) throw systemError(EBADF, 'fstat')
    const isSocket = () => !(open instanceof PlainFile)
    if (open instanceof ListeningSocket) return { dev: 8, ino: open.inode, isSocket }
    if (open instanceof End) return { dev: 8, ino: FIRST_CONNECTION + fd, isSocket }
    return { ...(open.path === '/' ? ROOT : { dev: 6, ino: 5 }), isSocket }
  }

  readSync(fd: number, buffer: Uint8Array): number {
    const open = this.#kernel.get(fd)
    if (!(open instanceof End)) throw systemError(EBADF, 'read')
    const bytes = open.readBytes(buffer.length)
    if (typeof bytes === 'number') throw systemError(-bytes, 'read')
    buffer.set(bytes)
    return bytes.length
  }

  /** The size of the folder of descriptors is their number. */
  statSync(path: string): object | undefined {
    if (path === TABLE) return { size: this.#kernel.numOpen }
    return path === '/' ? ROOT : undefined
  }

  readdirSync(path: string): string[] | undefined {
    if (path !== TABLE) return undefined
    return Array.from({ length: this.#kernel.limit }, (_, fd) => String(fd)).filter((fd) =>
      this.#kernel.get(Number(fd)),
    )
  }

  readlinkSync(path: string): string | undefined {
    if (!path.startsWith(`${TABLE}/`)) return undefined
    const open = this.#kernel.get(Number(path.slice(TABLE.length + 1)))
    return open instanceof PlainFile ? open.path : 'socket:[1]'
  }
}
