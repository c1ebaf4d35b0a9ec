// The library as it is published, for processes of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Compiles everything into a folder of its own, within the reach of `node_modules`. Call `remove` in the end. */
export function build(): { folder: string; remove: () => void } {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'xstate-tcp-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', folder]
  const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false']
  execFileSync(join(root, 'node_modules/.bin/tsc'), [...project, ...options])
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
