import { expect, test } from 'vitest'
import { read } from '../support/documents.ts'

/**
 * The ratios of our two columns in each table of the bench that has this row: medians with their
 * quartiles, or the medians of each run.
 */
function ratiosOf(row: string): number[] {
  const tables = read('test/bench/README.md').split('\n\n')
  return tables.flatMap((table) => {
    const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const cells = rows.find(([, title]) => title === row) ?? []
    const columns = ['createSock', 'create'].map((title) => rows[0]?.indexOf(title) ?? -1)
    return columns.flatMap((column) => {
      const medians = (cells[column] ?? '').replaceAll(/\(.*?\)/g, '')
      return [...medians.matchAll(/[\d.]+/g)].map(Number)
    })
  })
}

test('what README.md says of the storm is no better than the worst of its measurements', () => {
  const [, claim] = /more than (\d+) times as many are served per second/.exec(read('README.md')) ?? []
  const ratios = ratiosOf('storm, new clients served per second')
  expect(ratios.length).toBeGreaterThanOrEqual(2)
  expect(Math.min(...ratios)).toBeGreaterThan(Number(claim))
})
