import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { compiled } from '../support/package.ts'

test('results of a loop that were kept once do not make V8 keep all later ones, and their chunks', () => {
  const script = 'test/support/fixtures/iteration-results.mjs'
  const args = ['--expose-gc', '--max-semi-space-size=1', script, compiled('')]
  const grown = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  // 200,000 results are 8 MB.
  expect(grown).toBeLessThan(1_000_000)
})
