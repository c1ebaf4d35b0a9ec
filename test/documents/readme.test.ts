import { expect, test } from 'vitest'
import { blocksOf, documents, read } from '../support/documents.ts'

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const MAX_LINES = 250
const MAX_COLUMNS = 100

/**
 * The text without the blocks that are generated, and without tables, whose rows cannot be broken.
 */
function handwritten(document: string): string[] {
  return read(document)
    .replaceAll(/<!-- (bench|chart|table): [\s\S]*?<!-- \/\1 -->/g, '')
    .split('\n')
    .filter((line) => !line.startsWith('|'))
}

test('README.md is short', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(MAX_LINES)
})

test.each(documents())('no handwritten line of %s is wide', (document) => {
  expect(handwritten(document).filter((line) => line.length > MAX_COLUMNS)).toEqual([])
})

test('the two commands that everybody needs are in README.md', () => {
  const commands = blocksOf('README.md').filter(({ language }) => language === 'sh')
  const lines = commands.flatMap(({ code }) => code.split('\n'))
  expect(lines).toEqual(expect.arrayContaining(['npm ci && npm start', 'npm ci && npm test']))
})

test('every script of npm that a document names exists', () => {
  const named = documents().flatMap((document) =>
    [
      ...read(document).matchAll(/\bnpm (?:run (?:--silent )?)?(start|test|(?<=run (?:--silent )?)[\w:-]+)/g),
    ].map(([, script = '']) => script),
  )
  expect(new Set(named).size).toBeGreaterThan(4)
  for (const script of named) expect(scripts).toHaveProperty([script])
})
