import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compiled } from '../support/package.ts'

test('a read that waits with a timeout costs 100 bytes more than one without, and nothing afterwards', () => {
  const script = 'test/support/fixtures/waiting-memory.mjs'
  const output = execFileSync(process.execPath, ['--expose-gc', script, compiled('')], { encoding: 'utf8' })
  const { bytes, left } = JSON.parse(output)
  const more = (kind: string) => bytes[kind] - bytes.none
  // The same, but for what the measurement itself is uncertain of.
  expect(more('maxLength')).toBeLessThan(20)
  expect(more('timeout')).toBeLessThan(100)
  expect(more('closing')).toBeLessThan(100)
  expect(more('signal')).toBeLessThan(200)
  expect(left).toBe(0)
})
