// Imports point one way: down the tree that ARCHITECTURE.md prints.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { printedFolders, read, trackedFiles } from '../support/documents.ts'
import { temporaryFolder } from '../support/folder.ts'

/** Nothing imports these: they are what users import. */
const ENTRIES = ['src/index.ts', 'src/testing', 'src/inspector']
const INSPECTOR = 'src/inspector'
/** The models are made of the charts, not of the server; drivers ask the kernel. */
const BELOW_TESTING = ['src/chart', 'src/os', 'src/common', 'machines']

const rooms = printedFolders().filter((folder) => /^src\/[\w-]+$/.test(folder) && !ENTRIES.includes(folder))
const partsOfInspector = printedFolders().filter((folder) => posix.dirname(folder) === INSPECTOR)

/** From above to below. */
const order = [...ENTRIES, 'src/server.ts', ...rooms, 'machines']
const orderInInspector = [
  `${INSPECTOR}/index.ts`,
  `${INSPECTOR}/inspector.ts`,
  ...partsOfInspector,
  `${INSPECTOR}/options.ts`,
  `${INSPECTOR}/protocol.ts`,
]

const floors = [...order.filter((floor) => floor !== INSPECTOR), ...orderInInspector]

/** The floor that a file is on: a folder, or the file itself where it lies between folders. */
function floorOf(file: string, floors: readonly string[]): string {
  const floor = floors.find((floor) => file === floor || file.startsWith(`${floor}/`))
  if (floor === undefined) throw new Error(`${file} is on no floor: is it in the tree of ARCHITECTURE.md?`)
  return floor
}

const COMMENT = /\/\*[\s\S]*?\*\/|(?<![:'"])\/\/.*$/gm
const IMPORT = /\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`]+)\1/g

const sources = trackedFiles().filter((file) => /^(src|machines)\/.*\.ts$/.test(file))
const imports = sources.flatMap((from) =>
  [...read(from).replaceAll(COMMENT, '').matchAll(IMPORT)].map(([, , name = '']) => ({
    from,
    name,
    to: name.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), name)) : undefined,
  })),
)

/** Whether a file on one floor may import from another. */
function isAllowed(from: string, to: string): boolean {
  if ([from, to].every((floor) => orderInInspector.includes(floor))) {
    return orderInInspector.indexOf(from) < orderInInspector.indexOf(to)
  }
  const [above, below] = [from, to].map((floor) => floorOf(floor, order)) as [string, string]
  if (above === 'src/testing') return BELOW_TESTING.includes(below)
  return order.indexOf(above) < order.indexOf(below) && !ENTRIES.includes(below)
}

test('rooms, and the parts of the inspector, import from those that are printed below them', () => {
  expect(imports.length).toBeGreaterThan(300)
  expect(rooms.length).toBeGreaterThan(8)
  expect(partsOfInspector.length).toBeGreaterThan(3)
  const wrong = imports.filter(({ from, to }) => {
    if (to === undefined) return false
    const [above, below] = [from, to].map((file) => floorOf(file, floors)) as [string, string]
    return above !== below && !isAllowed(above, below)
  })
  expect(wrong).toEqual([])
})

test('charts import xstate and nothing else', () => {
  const outside = imports.filter(
    ({ from, to }) => from.startsWith('machines/') && !to?.startsWith('machines/'),
  )
  expect(new Set(outside.map(({ name }) => name))).toEqual(new Set(['xstate']))
})

test('nothing goes around this by the name of the package', () => {
  expect(imports.filter(({ name }) => name.startsWith('xstate-tcp'))).toEqual([])
})

const KINDS: readonly ((path: string) => string)[] = [
  (path) => `import { planted } from '${path}'`,
  (path) => `import type { Planted } from '${path}'`,
  (path) => `import '${path}'`,
  (path) => `export { planted } from '${path}'`,
  (path) => `export type { Planted } from '${path}'`,
  (path) => `export * from '${path}'`,
  (path) => `export const planted = import('${path}')`,
]

const isFile = (floor: string) => floor.endsWith('.ts')

/** The import of a file by another one, each as it would be written. */
function planted(place: string, to: string): string[] {
  const path = posix.relative(posix.dirname(place), isFile(to) ? to : `${to}/aim.ts`)
  return KINDS.map((code) => code(path.startsWith('.') ? path : `./${path}`))
}

test('biome refuses every kind of import that does not go down, from folders in rooms as well, and no other', () => {
  const folder = temporaryFolder()
  copyFileSync('biome.json', join(folder, 'biome.json'))
  const expected: string[] = []
  const texts = new Map<string, string[]>()
  for (const from of floors) {
    for (const place of isFile(from) ? [from] : [`${from}/planted.ts`, `${from}/deep/planted.ts`]) {
      const lines = floors
        .filter((to) => to !== from)
        .flatMap((to) => planted(place, to).map((line) => ({ line, isExpected: !isAllowed(from, to) })))
      texts.set(
        place,
        lines.map(({ line }) => line),
      )
      expected.push(...lines.filter(({ isExpected }) => isExpected).map(({ line }) => `${place}: ${line}`))
      mkdirSync(join(folder, dirname(place)), { recursive: true })
      writeFileSync(join(folder, place), texts.get(place)?.join('\n') ?? '')
    }
  }
  const refused = refusedIn(folder).map(({ place, line }) => `${place}: ${texts.get(place)?.[line - 1]}`)
  expect(expected.length).toBeGreaterThan(1_000)
  expect(expected.filter((line) => !refused.includes(line))).toEqual([])
  expect(refused.filter((line) => !expected.includes(line))).toEqual([])
})

/** Where biome finds an import that is not allowed. */
function refusedIn(folder: string): { place: string; line: number }[] {
  const rule = 'style/noRestrictedImports'
  const biome = resolve('node_modules/@biomejs/biome/bin/biome')
  const options = ['--vcs-enabled=false', `--only=${rule}`, '--max-diagnostics=none', '--reporter=github']
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', ...options, '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return [...stdout.matchAll(/^::error title=lint\/(\S+),file=(\S+),line=(\d+),/gm)].map(
    ([, title, file = '', line]) => {
      expect(title).toBe(rule)
      return { place: posix.relative(folder, file), line: Number(line) }
    },
  )
}
