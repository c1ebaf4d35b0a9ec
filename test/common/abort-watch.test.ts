import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { type AbortListener, unwatchAbort, watchAbort } from '../../src/common/abort-watch.ts'
import { allUncaught } from '../support/uncaught.ts'

class Noting implements AbortListener {
  readonly told: AbortSignal[] = []

  aborted(signal: AbortSignal): void {
    this.told.push(signal)
  }
}

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

test('a signal has one listener however many wait for it, and none when nobody does', () => {
  const controller = new AbortController()
  const { signal } = controller
  const all = Array.from({ length: 100 }, () => new Noting())
  const watches = all.map((one) => watchAbort(signal, one))
  expect(listeners(signal)).toBe(1)
  for (const watch of watches) unwatchAbort(watch)
  expect(listeners(signal)).toBe(0)
  controller.abort()
  expect(all.every(({ told }) => told.length === 0)).toBe(true)
})

test('all who wait for a signal are told, once, and those who do not wait any more are not', () => {
  const controller = new AbortController()
  const { signal } = controller
  const all = Array.from({ length: 10 }, () => new Noting())
  const watches = all.map((one) => watchAbort(signal, one))
  for (const index of [0, 4, 5, 9, 4]) unwatchAbort(watches[index] as (typeof watches)[0])
  const late = new Noting()
  watchAbort(signal, late)
  const other = new Noting()
  watchAbort(new AbortController().signal, other)
  controller.abort()
  controller.abort()
  for (const watch of watches) unwatchAbort(watch)
  expect(all.map(({ told }) => told.length)).toEqual([0, 1, 1, 1, 0, 0, 1, 1, 1, 0])
  expect([late.told, other.told, listeners(signal)]).toEqual([[signal], [], 0])
})

test('one that is told may end the waits of others, and one that throws keeps nobody from hearing', async () => {
  const errors = allUncaught()
  const controller = new AbortController()
  const { signal } = controller
  const noting = new Noting()
  watchAbort(signal, noting)
  const ended = new Noting()
  const watch = watchAbort(signal, ended)
  watchAbort(signal, {
    aborted() {
      unwatchAbort(watch)
      throw new Error('bad')
    },
  })
  controller.abort()
  await new Promise((resolve) => setImmediate(resolve))
  expect([noting.told, ended.told]).toEqual([[signal], []])
  expect(errors.map(String)).toEqual(['Error: bad'])
})

test('nothing keeps a signal alive that nobody waits for', async () => {
  const gc = globalThis.gc as () => void
  const make = () => {
    const signal = AbortSignal.any([AbortSignal.timeout(1e8)])
    unwatchAbort(watchAbort(signal, new Noting()))
    return new WeakRef(signal)
  }
  const refs = Array.from({ length: 20 }, make)
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    gc()
  }
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5)
})
