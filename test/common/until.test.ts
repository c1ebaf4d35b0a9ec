import { expect, test, vi } from 'vitest'
import { until } from '../../src/common/until.ts'
import { hasSettled } from '../support/settled.ts'

/** Something that changes when the test says so. */
function changing() {
  const listeners = new Set<() => void>()
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return { unsubscribe: () => void listeners.delete(listener) }
  }
  return { subscribe, listeners, change: () => listeners.forEach((listener) => void listener()) }
}

test('resolves at once where the condition holds, without subscribing', async () => {
  const actor = changing()
  await until(actor, () => true)
  expect(actor.listeners.size).toBe(0)
})

test('resolves at the change that makes the condition true, and asks no more', async () => {
  const actor = changing()
  let value = 0
  const condition = vi.fn(() => value === 2)
  const waiting = until(actor, condition)
  value = 1
  actor.change()
  expect(await hasSettled(waiting)).toBe(false)
  value = 2
  actor.change()
  await waiting
  actor.change()
  expect(condition).toHaveBeenCalledTimes(3)
  expect(actor.listeners.size).toBe(0)
})

test.each([0, 1])(
  'rejects with the exception of the condition after %i changes, and leaves no subscription',
  async (changes) => {
    const actor = changing()
    let left = changes
    const waiting = until(actor, () => {
      if (left-- > 0) return false
      throw new Error('no idea')
    })
    for (let change = 0; change < changes; change++) actor.change()
    await expect(waiting).rejects.toThrow('no idea')
    expect(actor.listeners.size).toBe(0)
  },
)
