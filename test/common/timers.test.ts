import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as real from '../../src/common/timers.ts'
import { Server } from '../../src/index.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { uncaught } from '../support/uncaught.ts'

const entry = packageEntry()
const loopback = { port: 0, host: '127.0.0.1' }
const ALL = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'queueMicrotask',
  'performance',
  'Date',
] as const

afterEach(() => {
  vi.useRealTimers()
  vi.resetModules()
})

/**
 * What a client of a server gets that serves it, closes, and cuts off a handler that never settles.
 */
async function serveOnce(library: { Server: typeof Server }): Promise<string> {
  const server = await library.Server.create(loopback, async (_address, reader, writer) => {
    writer.writeLine(`hello ${await reader.readLine()}`)
    await writer.flushed()
    await reader.readLine()
    if ((await reader.readLine()) === null) await new Promise(() => {})
  })
  const client = connect(server.listeningOn, '127.0.0.1').setEncoding('utf8')
  client.end('you\n')
  let received = ''
  client.on('data', (text) => {
    received += text
  })
  while (!received.endsWith('\n')) await once(client, 'data')
  const drained = await server.drain({ timeout: 10 })
  client.destroy()
  expect(drained).toEqual({ settled: 0, destroyed: 1 })
  return received
}

describe('a server under mocked timers', () => {
  it.each([
    ['those that are mocked unless told otherwise', undefined],
    ['all that can be', ALL],
  ])('serves, drains and closes under vitest’s: %s', async (_which, toFake) => {
    vi.useFakeTimers(toFake ? { toFake: [...toFake] } : {})
    expect(await serveOnce({ Server })).toBe('hello you\n')
  })

  it('does so where they were mocked before it was loaded', async () => {
    vi.useFakeTimers({ toFake: [...ALL] })
    vi.resetModules()
    const fresh = await import('../../src/index.ts')
    expect(fresh.Server).not.toBe(Server)
    expect(await serveOnce(fresh)).toBe('hello you\n')
    // As users have it: not transformed by the tests' runner.
    expect(await serveOnce(await import(entry))).toBe('hello you\n')
  })

  it.each(['before', 'after'])('does so under node:test’s, mocked %s it is loaded', async (when) => {
    const fixture = new Fixture(entry, 'mocked-timers.mjs', [when])
    expect(await fixture.next()).toEqual({
      received: ['hi', 'line\n'],
      drained: { settled: 0, destroyed: 1 },
    })
  })
})

describe.each([
  ['Node’s own', real as real.Timers],
  ['the makeshift', real.makeshiftTimers()],
])('%s timers', (_which, timers) => {
  it('run immediates once each, in their order, after pending work', async () => {
    const order: number[] = []
    await new Promise<void>((resolve) => {
      for (let index = 0; index < 3; index++) timers.setImmediate(() => order.push(index))
      timers.setImmediate(resolve)
      process.nextTick(() => order.push(-1))
      expect(order).toEqual([])
    })
    expect(order).toEqual([-1, 0, 1, 2])
  })

  it('let the event loop go on while immediates ask for immediates', async () => {
    let isOver = false
    const spin = () => {
      if (!isOver) timers.setImmediate(spin)
    }
    spin()
    await new Promise((resolve) => setTimeout(resolve, 1))
    isOver = true
  })

  it('run a timeout once, and not if it is cleared', async () => {
    const fired: string[] = []
    timers.clearTimeout(timers.setTimeout(() => fired.push('cleared'), 1))
    timers.clearTimeout(undefined)
    timers.setTimeout(() => fired.push('once'), 0)
    await new Promise<void>((resolve) => {
      const keepsAlive = setInterval(() => {}, 1_000)
      timers.setTimeout(() => {
        clearInterval(keepsAlive)
        resolve()
      }, 20)
    })
    expect(fired).toEqual(['once'])
  })

  it('run an interval until it is cleared', async () => {
    let count = 0
    await new Promise<void>((resolve) => {
      const timer = timers
        .setInterval(() => {
          if (++count < 3) return
          timers.clearInterval(timer)
          resolve()
        }, 1)
        .unref()
      const keepsAlive = setTimeout(resolve, 5_000)
      keepsAlive.unref()
    })
    // Another one like it goes on meanwhile: there is time for more, had it not been cleared.
    await new Promise<void>((resolve) => {
      let others = 0
      const other = timers.setInterval(() => {
        if (++others < 5) return
        timers.clearInterval(other)
        resolve()
      }, 1)
      other.unref()
      setTimeout(resolve, 5_000).unref()
    })
    expect(count).toBe(3)
  })
})

it('an error that is thrown later is an uncaught exception, and the caller goes on', async () => {
  const error = new Error('later')
  const thrown = uncaught()
  real.throwLater(error)
  expect(await thrown).toBe(error)
})
