import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build } from './support/build.ts'

const { folder, again, remove } = build()
afterAll(remove)

const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

function put(file: string): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'export {}\n')
  return file
}

test('a build removes what an earlier one left, in folders that are gone as well', () => {
  const before = filesIn(folder).filter((file) => file.endsWith('.js'))
  const left = ['src/left.js', 'src/left/behind.js', 'machines/left.d.ts', 'visualizations/left.js.map']
  for (const file of left) put(join(folder, file))
  again()
  for (const file of left) expect(existsSync(join(folder, file)), file).toBe(false)
  expect(filesIn(folder).filter((file) => file.endsWith('.js'))).toEqual(before)
})

test('a build leaves files of others alone', () => {
  const other = put(join(folder, 'notes/mine.js'))
  again()
  expect(existsSync(other)).toBe(true)
})

test('a build writes over files that are in use, and never takes one away', () => {
  const entry = join(folder, 'src/index.js')
  const { ino } = statSync(entry)
  again()
  expect(statSync(entry).ino).toBe(ino)
})

test('a build that does not compile fails, says why, and removes nothing', () => {
  const left = put(join(folder, 'src/left.js'))
  expect(() => again('--target', 'es1')).toThrow(/error TS\d+/)
  expect(existsSync(left)).toBe(true)
})
