// The functions of the C library that `src/os/libc.ts` calls, on the simulated kernel.
import { constants } from 'node:fs'
import type { Libc } from '../../../src/os/libc.ts'
import { End } from './connection.ts'
import { EBADF, EINVAL } from './errno.ts'
import { type Kernel, PlainFile } from './kernel.ts'
import { ListeningSocket } from './listening-socket.ts'

const F_GETFL = 3
const F_SETFL = 4
const F_DUPFD_CLOEXEC = 1030
const SIOCOUTQ = 0x5411
const TCP_INFO = 11
const TCP_LISTEN = 10
const UNACKED = 24 / 4
const SACKED = 28 / 4
const POLLIN = 1
/** Of `revents`, in bytes. */
const AT_REVENTS = 6

export class CLibrary implements Libc {
  readonly #kernel: Kernel
  #errno = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  errno(): number {
    return this.#errno
  }

  /** A function by its name in C. Before a variadic argument comes the name of its type. */
  call(name: string, args: readonly unknown[]): number {
    if (name === 'accept4') return this.accept(args[0] as number)
    const isVariadic = name === 'fcntl' || name === 'ioctl'
    const given = isVariadic ? [args[0], args[1], args[3]] : args
    return Reflect.apply(Reflect.get(this, name) as (...args: unknown[]) => number, this, given)
  }

  fcntl(fd: number, command: number, argument: number): number {
    if (command === F_DUPFD_CLOEXEC) return this.#result(this.#kernel.duplicate(fd))
    const open = this.#kernel.get(fd)
    if (!open) return this.#result(-EBADF)
    if (!(open instanceof PlainFile)) return command === F_GETFL ? constants.O_RDWR : 0
    if (command === F_GETFL) return open.flags
    if (command !== F_SETFL) return this.#result(-EINVAL)
    open.flags = argument
    return 0
  }

  ioctl(fd: number, request: number, value: Int32Array): number {
    const open = this.#kernel.get(fd)
    if (!(open instanceof End) || request !== SIOCOUTQ) return this.#result(-EBADF)
    value[0] = open.outgoing.unacknowledged
    return 0
  }

  getsockopt(fd: number, _level: number, name: number, value: Uint8Array, _length: Uint32Array): number {
    const open = this.#kernel.get(fd)
    if (!(open instanceof ListeningSocket) || name !== TCP_INFO) return this.#result(-EINVAL)
    const words = new Uint32Array(value.buffer, value.byteOffset)
    value[0] = open.isListening ? TCP_LISTEN : 0
    words[UNACKED] = open.queue.length
    words[SACKED] = open.backlog
    return 0
  }

  setsockopt(): number {
    return 0
  }

  socket(): number {
    return this.#result(-EINVAL)
  }

  bind(): number {
    return this.#result(-EINVAL)
  }

  poll(descriptors: Uint8Array, _count: number, _milliseconds: number): number {
    const view = new DataView(descriptors.buffer, descriptors.byteOffset)
    const open = this.#kernel.get(view.getInt32(0, true))
    if (!(open instanceof ListeningSocket) || open.queue.length === 0) return 0
    view.setInt16(AT_REVENTS, POLLIN, true)
    return 1
  }

  accept(fd: number): number {
    return this.#result(this.#kernel.accept(fd))
  }

  getrlimit(_resource: number, limits: BigUint64Array): number {
    limits.fill(BigInt(this.#kernel.limit))
    return 0
  }

  /** As a function of C gives it: -1, and the error apart. */
  #result(result: number): number {
    if (result >= 0) return result
    this.#errno = -result
    return -1
  }
}
