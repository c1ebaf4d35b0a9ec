import { expect, test } from 'vitest'
import { Minute } from '../../../src/inspector/watch/minute.ts'

test('counts each thing in its second', () => {
  const minute = new Minute()
  minute.count(100, 'accepted')
  minute.count(100, 'accepted')
  minute.count(100, 'errors')
  minute.count(101, 'dropped')
  minute.count(101, 'refused')
  expect(minute.until(101)).toEqual([
    [100, 0, 2, 0, 0, 1],
    [101, 0, 0, 1, 1, 0],
  ])
})

test('a second without events has as many connections as the one before', () => {
  const minute = new Minute()
  minute.setConnections(100, 7)
  minute.setConnections(103, 2)
  expect(minute.until(104).map(([at, connections]) => [at, connections])).toEqual([
    [100, 7],
    [101, 7],
    [102, 7],
    [103, 2],
    [104, 2],
  ])
})

test('keeps a minute, also after a silence of a year', () => {
  const minute = new Minute()
  minute.setConnections(100, 7)
  const seconds = minute.until(100 + 365 * 24 * 3600)
  expect(seconds.length).toBe(60)
  expect(seconds[0]?.[1]).toBe(7)
})

test('a clock that is set back loses nothing', () => {
  const minute = new Minute()
  minute.count(100, 'accepted')
  minute.count(50, 'accepted')
  expect(minute.until(100)).toEqual([[100, 0, 2, 0, 0, 0]])
})
