import { expect, test } from 'vitest'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { isDrained, isOver, toneOf } from '../../src/describe/state.ts'
import { flatten, outline } from '../../visualizations/outline.ts'

const states = [listenerMachine, connectionMachine].flatMap((machine) => flatten(outline(machine)).slice(1))

test('every state of the charts has a tone, that of the state it is in; only closed ones are calm', () => {
  const calm = states.filter(({ path }) => toneOf(path) === 'calm').map(({ path }) => path)
  expect(calm.filter((path) => !path.startsWith('closed'))).toEqual([])
  expect(calm).toContain('closed.settling')
  expect(toneOf('accept-paused.waiting')).toBe('busy')
  expect(toneOf('dropping.open')).toBe('bad')
})

test.each(['', 'unknown', 'constructor', '__proto__'])('%j, which is no state, is calm', (state) => {
  expect(toneOf(state)).toBe('calm')
})

test('a server is over in closing and closed, and drained at the end of it', () => {
  const paths = flatten(outline(listenerMachine)).map(({ path }) => path)
  expect(paths.filter(isOver)).toEqual(paths.filter((path) => path.startsWith('clos')))
  expect(paths.filter(isDrained)).toEqual(['closed.drained'])
  expect(['', 'closing-time', 'closedness', 'listening'].filter(isOver)).toEqual([])
})
