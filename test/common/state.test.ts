import { describe, expect, test } from 'vitest'
import { dotted, isWithin, outermost } from '../../src/common/state.ts'

const VALUES: [value: string | object, name: string, outer: string][] = [
  ['listening', 'listening', 'listening'],
  [{ 'accept-paused': 'waiting' }, 'accept-paused.waiting', 'accept-paused'],
  [{ a: { b: { c: 'd' } } }, 'a.b.c.d', 'a'],
  [{ a: {} }, 'a', 'a'],
  [{}, '', ''],
  ['', '', ''],
]

describe.each(VALUES)('the value %j', (value, name, outer) => {
  test(`is ${name || 'nothing'} where it is written with dots`, () => {
    expect(dotted(value)).toBe(name)
  })

  test(`has ${outer || 'nothing'} as its outermost state, also when it is written with dots`, () => {
    expect([outermost(value), outermost(dotted(value))]).toEqual([outer, outer])
  })
})

test.each([
  ['a', 'a', true],
  ['a.b', 'a', true],
  ['a.b.c', 'a.b', true],
  ['a', 'a.b', false],
  ['ab', 'a', false],
  ['ab.c', 'a', false],
  ['a', '', false],
  ['', '', false],
])('that %j is within %j is %s', (state, outer, is) => {
  expect(isWithin(state, outer)).toBe(is)
})
