// node build.mjs [FOLDER [OPTION OF TSC]...]
//
// Compiles everything into a folder (dist), and removes from it what no longer belongs there and
// would be packed. Nothing that does belong there is missing meanwhile: a server, a test or the
// bench may be running from it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const SOURCES = ['machines', 'src', 'visualizations', 'test/simulation']
/** The files of the inspector's page that are no programs. */
const ASSET = /^src[\\/].*\.(html|css|svg)$/
const EMITTED = /^TSFILE: (.*)$/gm

const root = import.meta.dirname
const [folder = join(root, 'dist'), ...options] = process.argv.slice(2)

const tsc = join(root, 'node_modules/typescript/bin/tsc')
const args = ['-p', join(root, 'tsconfig.build.json'), '--outDir', folder, '--listEmittedFiles', ...options]
let told
try {
  told = execFileSync(process.execPath, [tsc, ...args], { encoding: 'utf8' })
} catch ({ stdout, status }) {
  process.stderr.write(stdout.replaceAll(EMITTED, '').trimEnd())
  process.exit(status)
}
const built = new Set(Array.from(told.matchAll(EMITTED), ([, file]) => resolve(file.trim())))

for (const file of filesIn(join(root, 'src')).filter((file) => ASSET.test(relative(root, file)))) {
  const copy = join(folder, relative(root, file))
  mkdirSync(dirname(copy), { recursive: true })
  copyFileSync(file, copy)
  built.add(copy)
}

for (const source of SOURCES)
  for (const file of filesIn(join(folder, source))) if (!built.has(file)) rmSync(file, { force: true })

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => resolve(parentPath, name))
}
