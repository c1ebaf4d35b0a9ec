import { expect, test } from 'vitest'
import { formatAge, formatBytes } from '../../src/common/units.ts'

test('writes ages and amounts as one reads them', () => {
  expect([0, 59_999, 60_000, 3_600_000].map(formatAge)).toEqual(['0s', '59s', '1m00s', '1h00m'])
  expect([0, 999, 1_000, 123_456, 2_500_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '123 kB',
    '2.5 MB',
  ])
})
