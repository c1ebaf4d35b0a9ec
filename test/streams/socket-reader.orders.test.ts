// Bytes, timeouts and aborts in any order.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type ReadLimit, ReadPendingError, ReadTimeoutError, UnexpectedEndError } from '../../src/index.ts'
import { readerOf, readerOwner } from '../support/reader.ts'

type Kind = 'chunk' | 'exactly' | 'until' | 'line' | 'lines' | 'chunks'

type Step =
  | { kind: 'arrive'; pieces: number[] }
  | { kind: 'pass'; milliseconds: number }
  | { kind: 'abort' }
  /** Whoever awaits has its turn. */
  | { kind: 'settle' }
  | { kind: 'read'; what: Kind; size: number; timeout: number | undefined; hasSignal: boolean }

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('arrive'), pieces: fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('pass'), milliseconds: fc.nat(30) }),
  fc.record({ kind: fc.constant('abort') }),
  fc.record({ kind: fc.constant('settle') }),
  fc.record({
    kind: fc.constant('read'),
    what: fc.constantFrom<Kind>('chunk', 'exactly', 'until', 'line', 'lines', 'chunks'),
    size: fc.integer({ min: 1, max: 20 }),
    timeout: fc.option(fc.nat(40), { nil: undefined }),
    hasSignal: fc.boolean(),
  }),
)

/** What a peer sends: each byte tells its place, and each piece is a line. */
function* pieces(): Generator<(length: number) => string, never> {
  for (let sent = 0; ; ) {
    yield (length) => {
      let text = ''
      while (text.length < length) text += String.fromCharCode(97 + (sent++ % 26))
      return `${text}\n`
    }
  }
}

async function play(steps: readonly Step[]) {
  const clock = new SimulatedClock()
  const reader = readerOf([], { ends: false, owner: readerOwner(clock) })
  const next = pieces()
  let sent = ''
  let controller = new AbortController()
  const seen: string[] = []
  const ends = { timeout: 0, abort: 0, early: 0 }
  const asked: Promise<void>[] = []

  const ask = (what: Kind, size: number, limit: ReadLimit): Promise<string> => {
    if (what === 'chunk') return reader.read(limit).then(String)
    if (what === 'exactly') return reader.readExactly(size, limit).then(String)
    if (what === 'until') return reader.readUntil('\n', limit).then((bytes) => `${bytes}\n`)
    if (what === 'line') return reader.readLine(limit).then((line) => `${line}\n`)
    if (what === 'lines')
      return reader
        .lines(limit)
        .next()
        .then(({ value }) => `${value}\n`)
    return reader
      .chunks(limit)
      .next()
      .then(({ value }) => String(value))
  }
  const read = ({ what, size, timeout, hasSignal }: Extract<Step, { kind: 'read' }>) => {
    const start = clock.now()
    const limit = { timeout, signal: hasSignal ? controller.signal : undefined }
    const place = seen.push('') - 1
    const given = ask(what, size, limit).then(
      (text) => {
        seen[place] = text
      },
      (error) => {
        if (error instanceof UnexpectedEndError) seen[place] = String(error.partial)
        else if (error === 'stop') ends.abort++
        else if (error instanceof ReadPendingError) return
        else if (error instanceof ReadTimeoutError) ends.timeout++
        else throw error
        if (error instanceof ReadTimeoutError && clock.now() - start < (timeout ?? Infinity)) ends.early++
      },
    )
    asked.push(given)
  }

  for (const one of steps) {
    if (one.kind === 'read') read(one)
    else if (one.kind === 'pass') clock.increment(one.milliseconds)
    else if (one.kind === 'settle') await new Promise((resolve) => setImmediate(resolve))
    else if (one.kind === 'abort') {
      controller.abort('stop')
      controller = new AbortController()
    } else {
      const text = one.pieces.map((length) => next.next().value(length)).join('')
      sent += text
      // In halves, so that lines are cut.
      const half = text.length >> 1
      for (const part of [text.slice(0, half), text.slice(half)]) if (part) reader.received(Buffer.from(part))
    }
  }
  reader.received(Buffer.from('.\n'))
  clock.increment(100)
  controller.abort('stop')
  reader.ended('fin')
  await Promise.all(asked)
  for await (const chunk of reader) seen.push(String(chunk))
  return { read: seen.join(''), sent: `${sent}.\n`, ends }
}

test('whatever the order of bytes, timeouts and aborts, every byte is read once, and in order', async () => {
  const all = { timeout: 0, abort: 0, early: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), async (steps) => {
      const { read, sent, ends } = await play(steps)
      for (const end of ['timeout', 'abort', 'early'] as const) all[end] += ends[end]
      expect(read).toBe(sent)
    }),
    { numRuns: 1000 },
  )
  expect(all.early).toBe(0)
  expect(all.timeout).toBeGreaterThan(100)
  expect(all.abort).toBeGreaterThan(100)
})
