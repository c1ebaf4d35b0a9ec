// The timers of the library. They are taken once, when this is loaded, and from Node's
// module: tests replace those of `globalThis` by mocks, and a server whose turns of the event loop
// are mocked would never call a handler.
import { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import * as node from 'node:timers'
import { MessageChannel } from 'node:worker_threads'

/** As much of Node's `Timeout` as the library needs. */
export interface Timer {
  /** Such a timer alone does not keep the process alive. */
  unref(): this
}

export interface Timers {
  /** Runs `callback` when the event loop has polled. */
  setImmediate(callback: () => void): unknown
  setTimeout(callback: () => void, milliseconds: number): Timer
  clearTimeout(timer: Timer | undefined): void
  setInterval(callback: () => void, milliseconds: number): Timer
  clearInterval(timer: Timer | undefined): void
}

/**
 * A timer of the kind that ends idle sockets: Node's own as well, and out of the reach of mocks.
 */
class SocketTimer implements Timer {
  readonly #socket = new Socket()

  constructor(callback: (timer: SocketTimer) => void, milliseconds: number) {
    this.#socket.on('timeout', () => callback(this))
    this.start(milliseconds)
  }

  start(milliseconds: number): void {
    this.#socket.setTimeout(Math.max(1, milliseconds))
  }

  stop(): void {
    this.#socket.setTimeout(0)
  }

  /** It never keeps the process alive. */
  unref(): this {
    return this
  }
}

/**
 * Timers that are made of other things than Node's module, for where that was mocked before the
 * library was loaded.
 */
export function makeshiftTimers(): Timers {
  const stop = (timer: Timer | undefined) => (timer as SocketTimer | undefined)?.stop()
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port2.on('message', () => {
    const callback = waiting.shift()
    if (waiting.length === 0) port2.unref()
    callback?.()
  })
  port1.unref()
  port2.unref()
  return {
    setImmediate(callback) {
      if (waiting.push(callback) === 1) port2.ref()
      port1.postMessage(undefined)
    },
    setTimeout: (callback, milliseconds) =>
      new SocketTimer((timer) => {
        timer.stop()
        callback()
      }, milliseconds),
    clearTimeout: stop,
    setInterval: (callback, milliseconds) =>
      new SocketTimer((timer) => {
        timer.start(milliseconds)
        callback()
      }, milliseconds),
    clearInterval: stop,
  }
}

/** Mocks of `node:test` are bound functions, and are called something else. */
const isReal =
  node.setImmediate.name === 'setImmediate' &&
  node.setTimeout.name === 'setTimeout' &&
  node.setInterval.name === 'setInterval'

export const { setImmediate, setTimeout, clearTimeout, setInterval, clearInterval }: Timers = isReal
  ? ({ ...node } as Timers)
  : makeshiftTimers()

/** Milliseconds since some fixed moment. */
export const monotonicNow: () => number = performance.now.bind(performance)

export const { nextTick } = process

/** Throws `error` later, as an uncaught exception; the caller goes on. */
export function throwLater(error: unknown): void {
  nextTick(() => {
    throw error
  })
}
