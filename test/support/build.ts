// The library as it is published, for processes of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export interface Built {
  folder: string
  /** Compiles again, into the same folder. */
  again: (...options: string[]) => void
  remove: () => void
}

/**
 * Compiles everything into a folder of its own, within the reach of `node_modules`. Call `remove`
 * in the end.
 */
export function build(): Built {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'xstate-tcp-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const program = [join(root, 'build.mjs'), folder, '--noCheck', '--declaration', 'false']
  const compile = (...options: string[]) => {
    execFileSync(process.execPath, [...program, ...options], { stdio: 'pipe' })
  }
  compile()
  return { folder, again: compile, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
