// The TypeScript in the README is what the tests beside this file run.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const REGION = /^( *)\/\/ #region ([\w-]+)\n([\s\S]*?)^ *\/\/ #endregion/gm
const BLOCK = /<!-- example: ([\w -]+) -->\n\n```ts\n([\s\S]*?)```/g
const IMPORT = /^import (type )?(?:\{ ([^}]+) \}|\w+) from '([^']+)'\n/gm

const sources: Record<string, string> = {
  'xstate-tcp': '../../src/index.ts',
  'xstate-tcp/inspector': '../../src/inspector/index.ts',
  'xstate-tcp/machines': '../../machines/index.ts',
  'xstate-tcp/testing': '../../src/testing/index.ts',
}

const readme = readFileSync('README.md', 'utf8')
const blocks = [...readme.matchAll(BLOCK)].map(([, names = '', code = '']) => ({ names, code }))
const regions = new Map(
  readdirSync('test/examples')
    .flatMap((file) => [...readFileSync(`test/examples/${file}`, 'utf8').matchAll(REGION)])
    .map(([, indent = '', name = '', code = '']) => [
      name,
      code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ]),
)

test('every block of TypeScript names its examples', () => {
  expect(blocks.length).toBeGreaterThan(5)
  expect(blocks.length).toBe(readme.match(/^```(ts|js|typescript|javascript)\b/gm)?.length)
})

test.each(blocks)('$names is what the test runs', ({ names, code }) => {
  const example = names.split(' ').map((name) => regions.get(name) ?? `no region ${name}\n`)
  const shown = code.replaceAll(IMPORT, '').trim()
  // A test takes any port.
  expect(shown.replaceAll('port: 7000', 'port: 0').replaceAll(/\n\n+/g, '\n')).toBe(
    example.join('').trim().replaceAll(/\n\n+/g, '\n'),
  )
})

test('every example is shown', () => {
  const shown = blocks.flatMap(({ names }) => names.split(' '))
  expect(new Set(shown)).toEqual(new Set(regions.keys()))
})

test('what is imported exists', async () => {
  for (const { code } of blocks) {
    for (const [statement, isType, names = 'default', from = ''] of code.matchAll(IMPORT)) {
      if (isType) continue
      const exported = await import(sources[from] ?? from)
      for (const name of names.split(', ').filter((name) => !name.startsWith('type '))) {
        expect(exported, statement).toHaveProperty(name)
      }
    }
  }
})

test('the two commands that everybody needs are there', () => {
  expect(readme).toContain('npm ci && npm start')
  expect(readme).toContain('npm ci && npm test')
})

test('every link leads to a file', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md']) {
    for (const [, path = ''] of readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(() => readFileSync(path), `${document}: ${path}`).not.toThrow(/ENOENT/)
    }
  }
})
