import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
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

/** The sizes of the blocks that are made until the test is over. */
function blocksMade(): number[] {
  const made: number[] = []
  const allocate = Buffer.allocUnsafeSlow
  const spy = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
    made.push(size)
    return allocate(size)
  })
  onTestFinished(() => spy.mockRestore())
  return made
}

const KIB = 1024
const chunk = (size: number, fill = 'x') => Buffer.alloc(size, fill)
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

test('a small rest of a large chunk keeps nothing else in memory while more has to come', () => {
  const queue = new ByteQueue(64 * KIB)
  queue.append(chunk(64 * KIB))
  queue.take(64 * KIB - 10)
  queue.shrink()
  queue.append(chunk(2, 'y'))
  const rest = queue.take(12)
  expect(String(rest)).toBe('xxxxxxxxxxyy')
  expect(rest.buffer.byteLength).toBeLessThan(100)
})

test('more than a small rest is not copied while more has to come', () => {
  const queue = new ByteQueue(64 * KIB)
  const large = chunk(64 * KIB)
  queue.append(large)
  queue.drop(32 * KIB)
  queue.shrink()
  expect(queue.take(32 * KIB).buffer).toBe(large.buffer)
  const small = chunk(8 * KIB)
  queue.append(small)
  queue.drop(8 * KIB - 1)
  queue.shrink()
  expect(queue.take(1).buffer).toBe(small.buffer)
})

test('what is made for chunks that end inside of a frame is hardly more than the chunks', () => {
  const made = blocksMade()
  const queue = new ByteQueue(64 * KIB)
  const CHUNKS = 50
  for (let count = 0; count < CHUNKS; count++) {
    queue.append(chunk(64 * KIB))
    while (queue.length >= 1_000) queue.take(1_000)
    queue.shrink()
  }
  expect(sum(made)).toBeLessThan(1.1 * CHUNKS * 64 * KIB)
})

test('one block serves all connections that read lines, and none keeps it between chunks', () => {
  const queues = Array.from({ length: 20 }, () => new ByteQueue(64 * KIB))
  const arrive = () => {
    for (const queue of queues) {
      queue.append(chunk(64 * KIB, `${'x'.repeat(999)}\n`))
      while (queue.indexOf(10, 0) >= 0) queue.takeLineOfWindow(1_000) ?? queue.takeLine(999, 1)
      queue.shrink()
    }
  }
  arrive()
  arrive()
  const made = blocksMade()
  for (let round = 0; round < 10; round++) arrive()
  expect(Math.max(...made)).toBeLessThan(1_000)
})

test('whatever queues pass on to each other, each gives out its own bytes, and those stay as they are', () => {
  const QUEUES = 3
  const which = fc.nat(QUEUES - 1)
  const step = fc.oneof(
    fc.record({ what: fc.constant('append' as const), which, count: fc.integer({ min: 1, max: 40 * KIB }) }),
    fc.record({ what: fc.constant('append' as const), which, count: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ what: fc.constantFrom('take' as const, 'drop' as const), which, count: fc.nat(60 * KIB) }),
    fc.record({ what: fc.constantFrom('shrink' as const, 'clear' as const), which, count: fc.constant(0) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queues = Array.from({ length: QUEUES }, () => new ByteQueue(64 * KIB))
      const wanted: Buffer[] = queues.map(() => Buffer.alloc(0))
      const out: { taken: Buffer; copy: Buffer }[] = []
      let appended = 0
      for (const { what, which, count } of steps) {
        const queue = queues[which] as ByteQueue
        const bytes = wanted[which] as Buffer
        if (what === 'append') {
          const more = Buffer.alloc(count, `${appended++},`)
          wanted[which] = Buffer.concat([bytes, more])
          queue.append(more)
        } else if (what === 'shrink') queue.shrink()
        else {
          const removed = what === 'clear' ? bytes.length : Math.min(count, bytes.length)
          wanted[which] = bytes.subarray(removed)
          if (what === 'clear') queue.clear()
          else if (what === 'drop') queue.drop(removed)
          else out.push({ taken: queue.take(removed), copy: bytes.subarray(0, removed) })
        }
      }
      for (const [index, queue] of queues.entries()) {
        out.push({ taken: queue.take(queue.length), copy: wanted[index] as Buffer })
      }
      for (const { taken, copy } of out) expect(taken.equals(copy)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
