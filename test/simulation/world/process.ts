// A process on the simulated kernel: what Node's modules are replaced by.
import type { Server } from 'node:net'
import type { Simulated } from '../builtins.ts'
import { CLibrary } from '../kernel/c-library.ts'
import { systemError } from '../kernel/errno.ts'
import { Files } from '../kernel/files.ts'
import type { System } from '../libuv/system.ts'
import { TcpHandle } from '../libuv/tcp-handle.ts'

export class Process implements Simulated {
  readonly files: Files
  readonly c: CLibrary
  readonly #system: System
  /** Channels that are open. */
  channels = 0

  constructor(system: System) {
    this.#system = system
    this.files = new Files(system.kernel)
    this.c = new CLibrary(system.kernel)
  }

  get now(): number {
    return this.#system.time.now
  }

  get asleep(): number {
    return this.#system.time.asleep
  }

  get turns(): number {
    return this.#system.loop.count
  }

  readonly setImmediate = (callback: () => void): void => this.#system.loop.setImmediate(callback)

  readonly setTimer = (callback: () => void, milliseconds: number, isInterval: boolean) =>
    this.#system.time.set(callback, milliseconds, isInterval)

  channelOpened(): void {
    this.channels++
  }

  channelClosed(): void {
    this.channels--
  }

  handleOn(fd: number): TcpHandle {
    const handle = new TcpHandle()
    const error = handle.open(fd)
    if (error < 0) throw systemError(-error, 'open')
    return handle
  }

  adoptServer(server: Server): void {
    const { kernel } = this.#system
    const { listen } = server
    const listenHere = (
      where: { fd?: number; port?: number; backlog?: number },
      ...more: unknown[]
    ): Server => {
      const fd = where.fd ?? kernel.bind(where.port ?? 0)
      const handle = new TcpHandle()
      const error = fd < 0 ? fd : handle.open(fd)
      if (error < 0) {
        process.nextTick(() => server.emit('error', systemError(-error, 'listen')))
        return server
      }
      const given = [where.backlog, ...more].filter((one) => one !== undefined)
      return Reflect.apply(listen, server, [handle, ...given])
    }
    Object.assign(server, { listen: listenHere })
  }
}
