import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectorTable } from '../../src/inspector/options.ts'
import { admissionTable } from '../../src/options/admission-options.ts'
import { streamTable } from '../../src/options/create-options.ts'
import { deadlineTable } from '../../src/options/deadline-options.ts'
import {
  type Option,
  option,
  optional,
  readOptions,
  requireOptionsOf,
  type Table,
} from '../../src/options/option.ts'
import { serverTable } from '../../src/options/server-options.ts'
import { socketTable, sockTable } from '../../src/options/socket-options.ts'
import { temporaryFolder } from '../support/folder.ts'
import { expectInvalid } from '../support/invalid.ts'

const tables: Record<string, { table: Table; source: string }> = {
  serverTable: { table: serverTable, source: 'src/options/server-options.ts' },
  deadlineTable: { table: deadlineTable, source: 'src/options/deadline-options.ts' },
  admissionTable: { table: admissionTable, source: 'src/options/admission-options.ts' },
  socketTable: { table: socketTable, source: 'src/options/socket-options.ts' },
  sockTable: { table: sockTable, source: 'src/options/socket-options.ts' },
  streamTable: { table: streamTable, source: 'src/options/create-options.ts' },
  inspectorTable: { table: inspectorTable, source: 'src/inspector/options.ts' },
}

const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+): option(?:al)?</g
const BLOCK = /<!-- options: (\w+) -->\n\n[\s\S]*?<!-- \/options -->/g

const guides = ['src/options/README.md', 'src/inspector/README.md']

/** A default as TypeScript. */
function literal(value: unknown): string {
  if (typeof value === 'number') return String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_')
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${literal(one)}`)
    .join(', ')} }`
}

const defaultOf = (entry: Option<unknown, unknown>) => entry.defaultText ?? `\`${literal(entry.default)}\``

/** A table of Markdown with padded cells. */
function markdownOf(table: Table): string {
  const rows = Object.entries(table).map(([name, entry]) => [`\`${name}\``, defaultOf(entry), entry.doc])
  const columns = ['option', 'default', ''].map((head, at) => [head, ...rows.map((row) => row[at] ?? '')])
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)))
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(' | ')} |\n`
  return [line(['option', 'default', '']), line(['', '', ''], '-'), ...rows.map((row) => line(row))].join('')
}

/** A guide with its tables made anew. */
function withTables(text: string): string {
  return text.replaceAll(
    BLOCK,
    (_block, name: string) =>
      `<!-- options: ${name} -->\n\n${markdownOf(tables[name]?.table ?? {})}\n<!-- /options -->`,
  )
}

// `npx vitest run test/options -u` writes the tables into the guides.
test.each(guides)('%s shows each option with its default, as the tables have them', async (guide) => {
  await expect(withTables(readFileSync(guide, 'utf8'))).toMatchFileSnapshot(resolve(guide))
})

test('every table is shown in a guide', () => {
  const shown = guides.flatMap((guide) => [...readFileSync(guide, 'utf8').matchAll(BLOCK)])
  expect(shown.map(([, name = '']) => name).sort()).toEqual(Object.keys(tables).sort())
})

describe.each(Object.entries(tables))('the docstrings of %s', (_name, { table, source }) => {
  const docs = new Map(
    [...readFileSync(source, 'utf8').matchAll(DOCUMENTED)].map(([, doc = '', name = '']) => [name, doc]),
  )

  test.each(Object.entries(table))('%s has one, whose @default is that of the table', (name, entry) => {
    const stated = /@default (.*)/.exec(docs.get(name) ?? '')?.[1]
    expect(stated).toBe(defaultOf(entry).replaceAll('`', ''))
  })
})

test('the types that are packed have every docstring, which editors show at the options of users', () => {
  const outDir = temporaryFolder()
  const tsc = resolve('node_modules/.bin/tsc')
  execFileSync(tsc, ['-p', 'tsconfig.build.json', '--noCheck', '--emitDeclarationOnly', '--outDir', outDir])
  for (const { table, source } of Object.values(tables)) {
    const emitted = readFileSync(resolve(outDir, source.replace(/ts$/, 'd.ts')), 'utf8')
    for (const name of Object.keys(table)) {
      expect(emitted, name).toMatch(new RegExp(`@default (?:(?!\\*/)[\\s\\S])*\\*/\\s+${name}: `))
    }
  }
})

const tea = {
  cups: option<number>({ doc: '', default: 2, check: (_name, value) => Number(value) }),
  sugar: optional<string>({ doc: '', check: (_name, value) => String(value) }),
}

describe('readOptions', () => {
  test('fills in defaults for undefined, and leaves undefined where there is none', () => {
    expect(readOptions(tea, {})).toEqual({ cups: 2, sugar: undefined })
    expect(readOptions(tea, { cups: undefined, sugar: undefined } as never)).toEqual({
      cups: 2,
      sugar: undefined,
    })
  })

  test('reads each option once, an inherited one as well, so that its check cannot be evaded', () => {
    let reads = 0
    class Changing {
      get cups() {
        return ++reads
      }
    }
    expect(readOptions(tea, new Changing())).toEqual({ cups: 1, sugar: undefined })
    expect(reads).toBe(1)
  })

  test('gives null to the check', () => {
    expect(readOptions(tea, { sugar: null } as never)).toEqual({ cups: 2, sugar: 'null' })
  })
})

describe('requireOptionsOf', () => {
  test('takes the options of the table', () => {
    requireOptionsOf(tea, { cups: 1 })
    requireOptionsOf(tea, Object.create(null))
  })

  test('names an option that is not', () => {
    const check = () => requireOptionsOf(tea, { sugars: 3 })
    expectInvalid(check, 'options.sugars', 3)
    expect(check).toThrow('did you mean sugar? Known: cups, sugar')
  })

  test.each(['__proto__', 'constructor', 'toString'])('knows no option %s', (name) => {
    const given = Object.defineProperty({}, name, { value: 3, enumerable: true })
    expectInvalid(() => requireOptionsOf(tea, given), `options.${name}`, 3)
  })

  test.each([null, undefined, 1, 'x', [], () => {}])('rejects %o', (value) => {
    expectInvalid(() => requireOptionsOf(tea, value), 'options', value)
  })
})
