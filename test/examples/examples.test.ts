// The TypeScript in the documents is what the tests beside this file run.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type Block, blocksOf, docstringExamplesOf, documents, trackedFiles } from '../support/documents.ts'

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
import type { Driver, ListenerExpectations, ListenerModel, ListenerModelEvent } from 'xstate-tcp/testing'
declare global {
  const server: AnyServer
  const handler: () => Promise<void>
  const key: string
  const cert: string
  const model: ListenerModel
  const socket: import('node:net').Socket
  const driver: Driver<ListenerModelEvent, ListenerExpectations>
}
`

/** What the example of a docstring need not import. */
const IMPORTS = `
import { once } from 'node:events'
import * as http from 'node:http'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { createMachine } from 'xstate'
import {
  encodeProxyHeader,
  handTo,
  isClientError,
  parseProxyHeader,
  productionDefaults,
  Server,
  type ServerOptions,
} from 'xstate-tcp'
import { createInspector } from 'xstate-tcp/inspector'
import {
  createBareDriver,
  coverageOf,
  createConnectionDriver,
  createConnectionModel,
  createDriver,
  createListenerModel,
  createProtocolDriver,
  createProtocolModel,
  runPath,
  testServer,
} from 'xstate-tcp/testing'
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

/** What examples import of each other. */
const neighbours = readdirSync('test/examples').filter((file) => !file.endsWith('.test.ts'))

const titleOf = ({ document, names }: Block) => `${document}: ${names.join(' ')}`

test('every block of TypeScript names the examples that it shows', () => {
  expect(blocks.length).toBeGreaterThan(5)
  expect(blocks.filter(({ names }) => names.length === 0)).toEqual([])
})

test.each(blocks.map((block) => [titleOf(block), block] as const))(
  '%s: the code is the code that a test runs',
  (_, block) => {
    const example = block.names.map((name) => regions.get(name) ?? `no region ${name}\n`)
    const shown = block.code.replaceAll(IMPORT, '').trim()
    // A test takes any port.
    expect(shown.replaceAll('port: 7000', 'port: 0').replaceAll(/\n\n+/g, '\n')).toBe(
      example.join('').trim().replaceAll(/\n\n+/g, '\n'),
    )
  },
)

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
  expect(errorsIn(blocks.map((block) => [titleOf(block), block.code]))).toBe('')
})

test('the examples in the docstrings compile', () => {
  const examples = trackedFiles()
    .filter((file) => /^src\/.*\.ts$/.test(file))
    .flatMap((file) => docstringExamplesOf(file).map((code) => [file, `${IMPORTS}${code}`] as const))
  expect(examples.length).toBeGreaterThan(1)
  expect(errorsIn(examples)).toBe('')
})

/** What the compiler says of these programs, with their titles. */
function errorsIn(programs: readonly (readonly [title: string, code: string])[]): string {
  const root = resolve(import.meta.dirname, '../..')
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, 'node_modules/.cache/xstate-tcp-examples-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'context.d.ts'), CONTEXT)
    for (const file of neighbours) {
      writeFileSync(join(folder, file), `export * from '../../../test/examples/${file}'\n`)
    }
    for (const [index, [, code]] of programs.entries()) {
      writeFileSync(join(folder, `block-${index}.ts`), `${code}\nexport {}\n`)
    }
    const paths = Object.fromEntries(
      Object.entries(sources).map(([name, path]) => [name, [resolve(import.meta.dirname, path)]]),
    )
    const compilerOptions = {
      paths,
      rootDir: root,
      noUnusedLocals: false,
      noUnusedParameters: false,
      verbatimModuleSyntax: false,
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['.'], exclude: [] }),
    )
    return execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  } catch (error) {
    const { stdout } = error as { stdout: string }
    return stdout.replaceAll(/\S*block-(\d+)\.ts/g, (_, index) => programs[Number(index)]?.[0] ?? '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
