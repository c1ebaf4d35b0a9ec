// Puts a simulated process below Node's modules. What is replaced here asks the process that is in
// use, and is Node's own while none is. To be loaded before the library, which keeps some of it.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net, { type Server } from 'node:net'
import os from 'node:os'
import { performance } from 'node:perf_hooks'
import timers from 'node:timers'
import threads from 'node:worker_threads'
import koffi from 'koffi'
import type { CLibrary } from './kernel/c-library.ts'
import type { Files } from './kernel/files.ts'
import { SimulatedTimer } from './libuv/time.ts'

export interface Simulated {
  readonly now: number
  readonly asleep: number
  readonly turns: number
  readonly files: Files
  readonly c: CLibrary
  setImmediate(callback: () => void): void
  setTimer(callback: () => void, milliseconds: number, isInterval: boolean): SimulatedTimer
  /** As libuv's for a descriptor; throws where that is no socket. */
  handleOn(fd: number): object
  /** Has a server listen in the simulated kernel instead of the real one. */
  adoptServer(server: Server): void
  /** A channel that keeps the process alive was opened, is closed. */
  channelOpened(): void
  channelClosed(): void
}

let inUse: Simulated | undefined

export function useSimulated(simulated: Simulated | undefined): void {
  inUse = simulated
}

/** Node's own. */
export const realSetImmediate = timers.setImmediate
export const realNow = performance.now.bind(performance)

type Callable = (...args: unknown[]) => unknown
type Callback = () => void

/** `by` is called with the process that is in use; where it gives nothing, Node's own is. */
function replace(owner: object, name: string, by: (simulated: Simulated, args: unknown[]) => unknown): void {
  const real = Reflect.get(owner, name) as Callable
  const replacement = {
    [name](...args: unknown[]): unknown {
      const result = inUse && by(inUse, args)
      return result === undefined ? Reflect.apply(real, owner, args) : result
    },
  }
  Object.defineProperty(owner, name, { value: replacement[name], configurable: true, writable: true })
}

/** Where the real function gives nothing. */
const done = <Result>(result: Result) => result ?? null

replace(timers, 'setImmediate', (simulated, [callback]) => done(simulated.setImmediate(callback as Callback)))
for (const [name, isInterval] of [
  ['setTimeout', false],
  ['setInterval', true],
] as const) {
  replace(timers, name, (simulated, [callback, delay]) =>
    simulated.setTimer(callback as Callback, delay as number, isInterval),
  )
}
for (const name of ['clearTimeout', 'clearInterval']) {
  replace(timers, name, (_, [timer]) => (timer instanceof SimulatedTimer ? done(timer.cancel()) : undefined))
}
replace(performance, 'now', ({ now }) => now)
const { nodeTiming } = performance
Object.defineProperty(performance, 'nodeTiming', {
  configurable: true,
  value: {
    get uvMetricsInfo() {
      return inUse ? { loopCount: inUse.turns } : Reflect.get(nodeTiming, 'uvMetricsInfo')
    },
    get idleTime() {
      return inUse ? inUse.asleep : nodeTiming.idleTime
    },
  },
})

/** Of the process, whatever the machine has: by it, a server chooses some of its limits. */
const MEMORY = 2 ** 30
replace(process, 'constrainedMemory', () => MEMORY)
replace(os, 'totalmem', () => MEMORY)

for (const name of ['fstatSync', 'closeSync', 'readSync'] as const) {
  replace(fs, name, ({ files }, args) => done(Reflect.apply(files[name], files, args)))
}
replace(fs, 'openSync', ({ files }, [path]) => (path === '/dev/null' ? files.openSync(path) : undefined))
for (const name of ['statSync', 'readdirSync', 'readlinkSync'] as const) {
  replace(fs, name, ({ files }, [path]) => files[name](path as string))
}

const { createServer } = net
replace(net, 'createServer', (simulated, args) => {
  const server = Reflect.apply(createServer, net, args) as Server
  simulated.adoptServer(server)
  return server
})

const LAST_STANDARD_STREAM = 2
/** Node finds out what a descriptor is by asking the real kernel. */
const { Socket } = net
const SimulatedSocket: typeof Socket = new Proxy(Socket, {
  construct(Real, [options, ...more], target) {
    const isSimulated = options?.fd > LAST_STANDARD_STREAM
    const handle = isSimulated ? inUse?.handleOn(options.fd) : undefined
    const given = handle ? { ...options, fd: undefined, handle } : options
    // V8 is slow where a class is made for a proxy.
    return Reflect.construct(Real, [given, ...more], target === SimulatedSocket ? Real : target)
  },
})
Object.assign(net, { Socket: SimulatedSocket })

/** Of the real one, only what keeps the process alive is of interest. */
class Channel {
  readonly port1 = {
    ref() {},
    unref() {},
    close: () => this.#owner.channelClosed(),
  }
  readonly #owner: Simulated

  constructor(owner: Simulated) {
    this.#owner = owner
    owner.channelOpened()
  }
}

const { MessageChannel } = threads
Object.assign(threads, {
  MessageChannel: new Proxy(MessageChannel, {
    construct: (Real) => (inUse ? new Channel(inUse) : new Real()),
  }),
})

/** The name of the function that koffi is asked for: `int fcntl(int fd, int command, ...)`. */
const NAME = /(\w+)\(/
const { load, errno } = koffi
Object.assign(koffi, {
  errno: () => (inUse ? inUse.c.errno() : errno()),
  load: (path: string | null) => {
    const library = load(path)
    const func = (prototype: string): Callable => {
      const real = library.func(prototype) as Callable
      const name = NAME.exec(prototype)?.[1] ?? ''
      return (...args) => (inUse ? inUse.c.call(name, args) : real(...args))
    }
    return { func }
  },
})

syncBuiltinESMExports()
