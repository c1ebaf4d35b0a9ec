import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Batch } from '../../src/streams/batch.ts'
import { hasSettled } from '../support/settled.ts'

const chunksOf = ({ earlier, last }: Batch<unknown>) => (last ? [...earlier, last] : [...earlier])

test('a batch gives out the bytes that were added, in their order, and counts them', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 300, maxLength: 500 }))
  const piece = fc.oneof(text, fc.uint8Array(), fc.uint8Array({ minLength: 1000, maxLength: 1100 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const batch = new Batch(undefined)
      const counts = pieces.map((one) => batch.add(one))
      const bytes = pieces.map((one) => Buffer.from(one as Uint8Array))
      expect(counts).toEqual(bytes.map(({ length }) => length))
      expect(batch.bytes).toBe(Buffer.concat(bytes).length)
      expect(Buffer.concat(chunksOf(batch)).equals(Buffer.concat(bytes))).toBe(true)
    }),
  )
})

test('many small pieces leave as few, and a large one is not copied', () => {
  const batch = new Batch(undefined)
  for (let index = 0; index < 100_000; index++) batch.add('a line\n')
  // A system call takes 1024 pieces.
  expect(chunksOf(batch).length).toBeLessThan(20)
  const large = Buffer.alloc(2000)
  batch.add(large)
  expect(batch.last).toBe(large)
})

test('a batch is no longer whole when memory that was added has been transferred or resized', () => {
  const batch = new Batch(undefined)
  expect(batch.isWhole).toBe(true)
  batch.add('text')
  const small = new Uint8Array(3)
  batch.add(small)
  const large = new Uint8Array(5_000)
  batch.add(large)
  expect(batch.isWhole).toBe(true)
  structuredClone(small, { transfer: [small.buffer] })
  // It was copied.
  expect(batch.isWhole).toBe(true)
  structuredClone(large, { transfer: [large.buffer] })
  expect(batch.isWhole).toBe(false)
})

test('flushed is one promise, which resolves when the batch is settled', async () => {
  const batch = new Batch(undefined)
  const { flushed } = batch
  expect(batch.flushed).toBe(flushed)
  expect(await hasSettled(flushed)).toBe(false)
  batch.settle()
  await flushed
})
