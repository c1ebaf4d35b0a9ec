import { resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { mends } from './mends.ts'
import { unsupported } from './supported.ts'
import { Copy } from './take-out.ts'

/** Sources that have changed may need some schedules more. */
const MAX_SCHEDULES = 2_000

describe.skipIf(unsupported !== undefined)('without a mend, the simulation finds what was wrong:', () => {
  const copy = new Copy(resolve(import.meta.dirname, '../..'))
  afterAll(() => copy.remove())

  test('nothing with all of them', async () => {
    const { oracle } = await copy.play({ name: 'all', edits: [] }, 1, 200)
    expect(oracle).toBeUndefined()
  })

  test.each(mends.map((mend) => [mend.name, mend] as const))('%s', async (_name, mend) => {
    const found = await copy.play(mend, mend.seed, MAX_SCHEDULES)
    expect(found.oracle, `run node dist/test/simulation/take-out-all.js`).toBeDefined()
  })
})
