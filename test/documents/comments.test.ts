import { expect, test } from 'vitest'
import { read, trackedFiles } from '../support/documents.ts'

const MAX_COLUMNS = 100
/** A line that is nothing but a comment, or a part of one. */
const COMMENT = /^ *(?:\/\/|\/\*|\*)/

const programs = trackedFiles().filter((file) => /\.(ts|mjs|js)$/.test(file))

test('no line of a comment is wide', () => {
  expect(programs.length).toBeGreaterThan(200)
  const wide = programs.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) =>
        COMMENT.test(line) && line.length > MAX_COLUMNS ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  )
  expect(wide).toEqual([])
})
