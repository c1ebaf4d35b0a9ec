// The program as it is shipped, for tests that run it as a process of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Compiles everything into a folder of its own, within the reach of `node_modules`. Call `remove` in the end. */
export function build(): { folder: string; remove: () => void } {
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/xstate-tcp-')
  const tsc = join('node_modules', '.bin', 'tsc')
  execFileSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', folder, '--noCheck', '--declaration', 'false'])
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
