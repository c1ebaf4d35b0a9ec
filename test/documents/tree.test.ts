import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { read, trackedFiles } from '../support/documents.ts'

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

/**
 * The folders of the tree in ARCHITECTURE.md: each on a line of its own, indented by two below the
 * one that it is in.
 */
function printedFolders(): string[] {
  const [, tree = ''] = /^```text\n([\s\S]*?)^```$/m.exec(read('ARCHITECTURE.md')) ?? []
  const path: string[] = []
  return [...tree.matchAll(/^( *)([\w-]+)\/ /gm)].map(([, indent = '', name = '']) => {
    path.splice(indent.length / 2, Infinity, name)
    return path.join('/')
  })
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

test('rooms import from those that are printed below them', () => {
  const rooms = printed.flatMap((folder) => /^src\/([\w-]+)$/.exec(folder)?.[1] ?? [])
  const ordered = rooms.slice(0, rooms.indexOf('common') + 1)
  expect(ordered).toContain('listener')
  const wrong = trackedFiles()
    .filter((file) => /^src\/[\w-]+\/.*\.ts$/.test(file))
    .flatMap((file) => {
      const room = file.split('/')[1] ?? ''
      const imported = [...read(file).matchAll(/from '\.\.\/([\w-]+)\/[\w-]+\.ts'/g)].map(
        ([, name = '']) => name,
      )
      const isAbove = (other: string) => rooms.indexOf(other) <= rooms.indexOf(room)
      return imported
        .filter((other) => (ordered.includes(room) ? isAbove(other) : !ordered.includes(other)))
        .map((other) => `${file} imports ${other}/`)
    })
    .filter(
      (line) => !/^src\/inspector\/(?:http|watch|stately|page)\/.* (?:http|watch|stately|page)\/$/.test(line),
    )
  expect(wrong).toEqual([])
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
