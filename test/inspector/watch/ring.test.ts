import { expect, test } from 'vitest'
import { Ring } from '../../../src/inspector/watch/ring.ts'

function ringOf(capacity: number, count: number): Ring<number> {
  const ring = new Ring<number>(capacity)
  for (let item = 1; item <= count; item++) ring.push(item)
  return ring
}

test('a reader that keeps up gets everything once', () => {
  const ring = ringOf(3, 2)
  expect(ring.since(0, 10)).toEqual({ items: [1, 2], missed: 0 })
  const place = ring.end
  ring.push(3)
  expect(ring.since(place, 10)).toEqual({ items: [3], missed: 0 })
  expect(ring.since(ring.end, 10)).toEqual({ items: [], missed: 0 })
})

test('a slow reader gets the remaining items, and the number of lost ones', () => {
  expect(ringOf(3, 10).since(2, 10)).toEqual({ items: [8, 9, 10], missed: 5 })
})

test('a reader that asks for less gets the newest', () => {
  expect(ringOf(5, 10).since(6, 2)).toEqual({ items: [9, 10], missed: 2 })
})

test('a ring keeps no more than its capacity', () => {
  const items = Array.from({ length: 50 }, () => ({}))
  const kept = items.map((item) => new WeakRef(item))
  const ring = new Ring<object>(4)
  for (const item of items.splice(0)) ring.push(item)
  globalThis.gc?.()
  expect(ring.since(0, 100).items.length).toBe(4)
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    globalThis.gc?.()
    expect(kept.filter((item) => item.deref() !== undefined).length).toBeLessThanOrEqual(5)
  })
})

test('a ring forgets everything when it is cleared', () => {
  const ring = ringOf(3, 5)
  ring.clear()
  expect(ring.since(0, 10)).toEqual({ items: [], missed: 0 })
})
