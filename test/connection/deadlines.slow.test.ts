import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compiled } from '../support/package.ts'

const run = (script: string): string =>
  execFileSync(process.execPath, ['--expose-gc', `test/support/fixtures/${script}`, compiled('')], {
    encoding: 'utf8',
    timeout: 200_000,
  })

test('ten thousand idle connections are cut off within an eighth, and deadlines take 64 bytes of each at most', () => {
  const { cutAt, codes, ...bytes } = JSON.parse(run('idle-ten-thousand.mjs')) as {
    cutAt: string
    codes: unknown
    with: number
    without: number
  }
  expect(cutAt).toBe('in time')
  expect(codes).toEqual({ ERR_IDLE_TIMEOUT: 10_000 })
  expect(bytes.with - bytes.without).toBeLessThanOrEqual(64)
}, 220_000)

test('a process ends though connections have their deadlines', () => {
  expect(run('unref-deadlines.mjs')).toBe('serving')
})
