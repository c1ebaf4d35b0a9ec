// The TypeScript in the documents is what the tests beside this file run.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type Block, blocksOf, documents } from '../support/documents.ts'

const REGION = /^( *)\/\/ #region ([\w-]+)\n([\s\S]*?)^ *\/\/ #endregion/gm
const IMPORT = /^import (type )?(?:\{ ([^}]+) \}|\w+) from '([^']+)'\n/gm
const LANGUAGES = ['ts', 'js', 'tsx', 'mts', 'mjs', 'typescript', 'javascript']

const sources: Record<string, string> = {
  'xstate-tcp': '../../src/index.ts',
  'xstate-tcp/inspector': '../../src/inspector/index.ts',
  'xstate-tcp/machines': '../../machines/index.ts',
  'xstate-tcp/testing': '../../src/testing/index.ts',
}

/** What the text around an example has told of. */
const CONTEXT = `
import type { Server as AnyServer } from 'xstate-tcp'
import type { ListenerModelEvent } from 'xstate-tcp/testing'
declare global {
  const server: AnyServer
  const handler: () => Promise<void>
  const key: string
  const cert: string
  function startMine(options: { maxConnections: number; onHandlerError: 'ignore' }): Promise<{
    perform(event: ListenerModelEvent): Promise<void>
    observe(): object
    end(): Promise<void>
  }>
}
`

const blocks = documents()
  .flatMap(blocksOf)
  .filter(({ language }) => LANGUAGES.includes(language))
const regions = new Map(
  readdirSync('test/examples')
    .flatMap((file) => [...readFileSync(`test/examples/${file}`, 'utf8').matchAll(REGION)])
    .map(([, indent = '', name = '', code = '']) => [
      name,
      code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ]),
)

const titleOf = ({ document, names }: Block) => `${document}: ${names.join(' ')}`

test('every block of TypeScript names the examples that it shows', () => {
  expect(blocks.length).toBeGreaterThan(5)
  expect(blocks.filter(({ names }) => names.length === 0)).toEqual([])
})

test.each(blocks.map((block) => [titleOf(block), block] as const))('%s is what a test runs', (_, block) => {
  const example = block.names.map((name) => regions.get(name) ?? `no region ${name}\n`)
  const shown = block.code.replaceAll(IMPORT, '').trim()
  // A test takes any port.
  expect(shown.replaceAll('port: 7000', 'port: 0').replaceAll(/\n\n+/g, '\n')).toBe(
    example.join('').trim().replaceAll(/\n\n+/g, '\n'),
  )
})

test('every example is shown', () => {
  expect(new Set(blocks.flatMap(({ names }) => names))).toEqual(new Set(regions.keys()))
})

test('everything that an example imports exists', async () => {
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

test('every block compiles as it is copied, with the imports that it shows', () => {
  const root = resolve(import.meta.dirname, '../..')
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, 'node_modules/.cache/xstate-tcp-examples-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'context.d.ts'), CONTEXT)
    for (const [index, { code }] of blocks.entries()) {
      writeFileSync(join(folder, `block-${index}.ts`), `${code}\nexport {}\n`)
    }
    const paths = Object.fromEntries(
      Object.entries(sources).map(([name, path]) => [name, [resolve(import.meta.dirname, path)]]),
    )
    const compilerOptions = { paths, rootDir: root, noUnusedLocals: false, verbatimModuleSyntax: false }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['.'], exclude: [] }),
    )
    expect(errorsOf(join(root, 'node_modules/.bin/tsc'), folder)).toBe('')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function errorsOf(tsc: string, folder: string): string {
  try {
    return execFileSync(tsc, ['-p', folder], { encoding: 'utf8' })
  } catch (error) {
    const { stdout } = error as { stdout: string }
    return stdout.replaceAll(/\S*block-(\d+)\.ts/g, (_, index) => titleOf(blocks[Number(index)] as Block))
  }
}
