import { expect, test } from 'vitest'
import { ByteQueue } from '../../src/streams/byte-queue.ts'

/** A queue of these pieces, which it may keep no copy of. */
function queueOf(limit: number, ...pieces: string[]): ByteQueue {
  const queue = new ByteQueue(limit)
  for (const piece of pieces) queue.append(Buffer.from(piece))
  return queue
}

test('bytes are given out without copying, and never overwritten while they are in use', () => {
  const queue = queueOf(16, 'abcd', 'efgh')
  const taken = queue.take(3)
  // Room is made several times: by moving what is left, and by a larger block.
  for (let round = 0; round < 20; round++) queue.append(Buffer.from(`(${round})`))
  expect(String(taken)).toBe('abc')
  expect(String(queue.take(5))).toBe('defgh')
  expect(String(queue.take(9))).toBe('(0)(1)(2)')
})

test('a chunk that finds the queue empty is not copied', () => {
  const chunk = Buffer.from('abc')
  const queue = new ByteQueue(16)
  queue.append(chunk)
  expect(queue.take(3).buffer).toBe(chunk.buffer)
})

test('bytes are found across the chunks that arrived, from a given place on', () => {
  const queue = queueOf(16, 'a-', '-b-', '-c')
  expect(queue.indexOf(Buffer.from('--'), 0)).toBe(1)
  expect(queue.indexOf(Buffer.from('--'), 2)).toBe(4)
  expect(queue.indexOf(Buffer.from('--'), 5)).toBe(-1)
  queue.drop(2)
  expect(queue.indexOf(Buffer.from('--'), 0)).toBe(2)
  expect(queue.at(0)).toBe('-'.charCodeAt(0))
})

test('bytes that were read are not found again', () => {
  const queue = queueOf(64, 'x\n', 'y')
  queue.drop(2)
  queue.append(Buffer.from('z'))
  expect(queue.indexOf(10, 0)).toBe(-1)
  expect(queue.takeLineOfWindow(10)).toBeUndefined()
})

test('lines come from the window as they do without it, whatever is read between them', () => {
  const text = Array.from({ length: 300 }, (_, index) => `line ${index} of plain text\r\n`).join('')
  const queue = queueOf(64, text)
  expect(queue.takeLine(20, 2)).toBe('line 0 of plain text')
  expect(queue.takeLineOfWindow(20)).toBe('line 1 of plain text')
  expect(String(queue.take(7))).toBe('line 2 ')
  expect(queue.takeLineOfWindow(20)).toBe('of plain text')
  expect(queue.takeLineOfWindow(19)).toBeUndefined()
  expect(queue.takeLineOfWindow(20)).toBe('line 3 of plain text')
  queue.append(Buffer.from('more\n'))
  expect(queue.takeLineOfWindow(20) ?? queue.takeLine(20, 2)).toBe('line 4 of plain text')
})

test('text that is not ASCII has no window', () => {
  const queue = queueOf(64, 'é\n'.repeat(400))
  expect(queue.takeLine(2, 1)).toBe('é')
  expect(queue.takeLineOfWindow(10)).toBeUndefined()
  expect(queue.takeLine(2, 1)).toBe('é')
})

test('an empty queue keeps no block', () => {
  const chunk = Buffer.alloc(8, 'a')
  const queue = new ByteQueue(16)
  queue.append(chunk)
  queue.drop(8)
  expect(queue.length).toBe(0)
  expect(queue.take(0).buffer).not.toBe(chunk.buffer)
})

test('lines are right after their block was moved to make room, though a window on it was open', () => {
  const queue = new ByteQueue(4096)
  const lines = Array.from({ length: 300 }, (_, index) => `line ${String(index).padStart(4, '0')}`)
  const rest = lines.map((line) => `${line}\n`)
  let appended = 0
  const append = (count: number) => {
    queue.append(Buffer.from(rest.slice(appended, appended + count).join('')))
    appended += count
  }
  append(1)
  append(100)
  const seen: string[] = []
  const next = () => seen.push(queue.takeLineOfWindow(20) ?? queue.takeLine(9, 1))
  // The first one opens the window, of which some are taken; then what is left of 2,020 bytes
  // moves.
  for (let count = 0; count < 60; count++) next()
  append(120)
  while (queue.length > 0) next()
  expect(seen).toEqual(lines.slice(0, appended))
})
