// Effect is 66 MB that nobody but this bench wants: it is installed on demand, into the folder for
// temporary files.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const EFFECT_VERSION = '4.1.0'

export const installedPackages = () => join(tmpdir(), `xstate-tcp-bench-effect-${EFFECT_VERSION}`)

/** Resolves with whether it is there. */
export async function installEffect() {
  const folder = installedPackages()
  if (existsSync(join(folder, 'node_modules'))) return true
  const unfinished = `${folder}-${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'package.json'), '{ "private": true }')
  const packages = [`effect@${EFFECT_VERSION}`, `@effect/platform-node-shared@${EFFECT_VERSION}`]
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional', '--prefer-offline']
  try {
    await promisify(execFile)('npm', ['install', ...flags, ...packages], { cwd: unfinished, timeout: 60_000 })
    renameSync(unfinished, folder)
    return true
  } catch {
    return false
  }
}
