import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packedFiles, read } from './support/documents.ts'

/**
 * Programs with their types, sources with their documents, pictures of the charts, and what stands
 * in the root.
 */
const WANTED = [
  /^dist\/(machines|src)\/.+(?<!\.test)\.(js|d\.ts)$/,
  /^dist\/src\/inspector\/.+\.(html|css|svg)$/,
  /^(machines|src)\/.+(?<!\.test)\.(ts|md|html|css|svg)$/,
  /^visualizations\/[\w-]+\.svg$/,
  /^test\/bench\/README\.md$/,
  /^([A-Z]+\.md|LICENSE|package\.json)$/,
]

describe('the package', () => {
  const leftBehind = 'dist/src/left-behind.js'
  let packed: string[]

  beforeAll(() => {
    mkdirSync('dist/src', { recursive: true })
    writeFileSync(leftBehind, 'export {}\n')
    expect(packedFiles()).toContain(leftBehind)
    packed = packedFiles({ isBuilt: false })
  })
  afterAll(() => rmSync(leftBehind, { force: true }))

  test('has programs, sources, documents and pictures of charts, and nothing else', () => {
    expect(packed.length).toBeGreaterThan(100)
    expect(packed.filter((file) => !WANTED.some((pattern) => pattern.test(file)))).toEqual([])
  })

  test('has nothing that an earlier build left behind', () => {
    expect(packed).not.toContain(leftBehind)
  })

  test('has what its entries name, with types beside it', () => {
    const entries = Object.values<string>(JSON.parse(read('package.json')).exports)
    expect(entries.length).toBeGreaterThan(3)
    for (const entry of entries) {
      const file = entry.replace('./', '')
      expect(packed).toContain(file)
      if (file.endsWith('.js')) expect(packed).toContain(file.replace(/js$/, 'd.ts'))
    }
  })
})

describe('the lock file', () => {
  interface Entry {
    version?: string
    resolved?: string
    integrity?: string
  }
  const packages: Record<string, Entry> = JSON.parse(read('package-lock.json')).packages
  const entries = Object.entries(packages).filter(([path]) => path !== '')

  test('has the address and the hash of every package, as npm writes them', () => {
    expect(entries.length).toBeGreaterThan(100)
    const incomplete = entries.filter(
      ([, { version, resolved, integrity }]) =>
        !version ||
        !resolved?.startsWith('https://registry.npmjs.org/') ||
        !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    )
    expect(incomplete.map(([path]) => path)).toEqual([])
  })
})
