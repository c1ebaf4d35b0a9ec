// What a newcomer sees of a server that is not what its model is: the example of the guide, in a
// runner with its own timeouts.
import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { blocksOf } from '../support/documents.ts'
import { temporaryFolder } from '../support/folder.ts'
import { compiled } from '../support/package.ts'

/** A folder with the package and vitest, and with the first test of the guide. */
function folderWith(code: string): string {
  const folder = temporaryFolder()
  const installed = join(folder, 'node_modules/xstate-tcp')
  mkdirSync(installed, { recursive: true })
  symlinkSync(resolve('node_modules/vitest'), join(folder, 'node_modules/vitest'))
  const exports = { '.': './index.js', './testing': './testing.js' }
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ type: 'module', exports }))
  for (const [name, entry] of Object.entries({ index: 'src/index.js', testing: 'src/testing/index.js' })) {
    writeFileSync(join(installed, `${name}.js`), `export * from '${pathToFileURL(compiled(entry))}'`)
  }
  writeFileSync(join(folder, 'server.test.ts'), code)
  return folder
}

/** What vitest prints, by its defaults. */
async function vitestIn(folder: string, ...args: string[]): Promise<string> {
  const vitest = resolve('node_modules/vitest/vitest.mjs')
  const { VITEST: _, ...env } = process.env
  const runner = spawn(process.execPath, [vitest, 'run', '--root', folder, ...args], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void runner.kill('SIGKILL'))
  const [out, errors] = await Promise.all([text(runner.stdout), text(runner.stderr)])
  return out + errors
}

const blocks = blocksOf('src/testing/README.md')
const [example = ''] = blocks.filter(({ names }) => names.includes('model')).map(({ code }) => code)
const red = example.replace('where, handler, options', 'where, handler, { ...options, maxConnections: 3 }')
const promised = blocks.map(({ code }) => code).find((code) => code.includes('since step 1, listener.')) ?? ''

test('the first red test of the guide says what it promises', async () => {
  const out = await vitestIn(folderWith(red), '--bail', '1')
  expect(out).not.toContain('timed out')
  expect(promised).not.toBe('')
  expect(out).toContain(promised.trim())
})

test('all of them do, and soon', async () => {
  const out = await vitestIn(folderWith(red))
  const [, failed, passed] = /Tests +(\d+) failed \| (\d+) passed/.exec(out) ?? []
  expect(out).not.toContain('timed out')
  expect(out).toContain(promised.trim())
  expect(Number(failed)).toBeGreaterThan(40)
  expect(Number(passed)).toBeLessThan(20)
})
