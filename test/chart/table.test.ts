import { expect, test } from 'vitest'
import { type AnyMachineSnapshot, assign, createMachine } from 'xstate'
import { Table } from '../../src/chart/table.ts'

const counter = createMachine({
  context: { count: 0 },
  on: {
    up: { actions: assign({ count: ({ context }) => context.count + 1 }) },
    down: { actions: assign({ count: ({ context }) => context.count - 1 }) },
  },
})
const up = { type: 'up' }
const down = { type: 'down' }

test('a step is computed once, and its snapshots are the same objects from then on', () => {
  const table = new Table(counter)
  const { next: zero } = table.initial(undefined)
  const row = table.lookUp(zero, up)
  expect(table.lookUp(zero, up)).toBe(row)
  expect(table.lookUp(row.next, down).next).toBe(zero)
})

test('rows are not seen by who looks at a snapshot', () => {
  const table = new Table(counter)
  const { next } = table.initial(undefined)
  const keys = Object.keys(next)
  table.lookUp(next, up)
  expect(Object.keys(next)).toEqual(keys)
  expect(JSON.parse(JSON.stringify(next)).context).toEqual({ count: 0 })
  expect(Object.getOwnPropertySymbols({ ...next })).toEqual([])
})

test('what is remembered is bounded, and forgetting changes nothing', () => {
  const table = new Table(counter)
  const first = table.initial(undefined).next
  let snapshot: AnyMachineSnapshot = first
  const steps = 10_000
  for (let step = 1; step <= steps; step++) {
    snapshot = table.lookUp(snapshot, up).next
    expect(snapshot.context.count).toBe(step)
  }
  for (let step = steps - 1; step >= 0; step--) snapshot = table.lookUp(snapshot, down).next
  expect(snapshot.context.count).toBe(0)
  // Known anew: the one of the beginning was forgotten.
  expect(snapshot).not.toBe(first)
  expect(table.lookUp(first, up).next).toBe(table.lookUp(snapshot, up).next)
})

test('the rows of one table are not those of another', () => {
  const { next } = new Table(counter).initial(undefined)
  const [one, other] = [new Table(counter), new Table(counter)]
  const row = one.lookUp(next, up)
  expect(other.lookUp(next, up)).not.toBe(row)
  expect(other.lookUp(next, up).next.context).toEqual({ count: 1 })
})

test('an event with a payload, or one that the chart does not know, is never remembered', () => {
  const table = new Table(counter)
  const { next } = table.initial(undefined)
  expect(table.lookUp(next, { type: 'up', by: 1 })).not.toBe(table.lookUp(next, { type: 'up', by: 1 }))
  expect(table.lookUp(next, { type: 'unknown' })).not.toBe(table.lookUp(next, { type: 'unknown' }))
})
