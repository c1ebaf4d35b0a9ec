import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { printedFolders, read, trackedFiles } from '../support/documents.ts'

/** Every folder with a file in it, or in a folder of it, but for hidden ones. */
function foldersOfRepository(): Set<string> {
  const folders = new Set<string>()
  for (const file of trackedFiles()) {
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) {
      if (!folder.startsWith('.')) folders.add(folder)
    }
  }
  return folders
}

const folders = foldersOfRepository()
const printed = printedFolders()
const isMirror = (folder: string) => {
  const room = folder.replace(/^test\//, '')
  return folder.startsWith('test/') && [`src/${room}`, room].some((source) => printed.includes(source))
}

test('the tree in ARCHITECTURE.md is the tree, where tests mirror the rooms that they test', () => {
  const expected = [...folders].filter((folder) => !isMirror(folder))
  expect(printed.filter((folder) => !isMirror(folder)).sort()).toEqual(expected.sort())
})

test('every room has a README that links to the file to read first', () => {
  const rooms = [...folders].filter((folder) => /^(src\/[\w-]+|src|machines|visualizations)$/.test(folder))
  expect(rooms.length).toBeGreaterThan(12)
  const silent = rooms.filter(
    (room) =>
      !/\]\([\w./-]+\.ts\)[^|#]*\bfirst\b|\bfirst\b[^|#]*\]\([\w./-]+\.ts\)/.test(read(`${room}/README.md`)),
  )
  expect(silent).toEqual([])
})

test('the folders of tests and of benchmarks have one as well', () => {
  expect(read('test/README.md')).toMatch(/^# /)
  expect(read('test/bench/README.md')).toMatch(/^# /)
})

test.each(
  trackedFiles()
    .filter((file) => /^(src|machines|visualizations)\/.*README\.md$/.test(file))
    .map((file) => posix.dirname(file)),
)('the README of %s says what each of its files is for', (room) => {
  const files = trackedFiles().filter((file) => posix.dirname(file) === room && file.endsWith('.ts'))
  expect(files.filter((file) => !read(`${room}/README.md`).includes(`](${posix.basename(file)})`))).toEqual(
    [],
  )
})
