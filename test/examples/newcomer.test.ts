// What a newcomer does: copies the first example of the README into a file, and runs it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { blocksOf } from '../support/documents.ts'
import { temporaryFolder } from '../support/folder.ts'
import { packageEntry } from '../support/package.ts'

test('the echo server of README.md runs as it is copied, and answers', async () => {
  const [echo] = blocksOf('README.md').filter(({ names }) => names.includes('echo'))
  const folder = temporaryFolder()
  const installed = join(folder, 'node_modules/xstate-tcp')
  mkdirSync(installed, { recursive: true })
  writeFileSync(join(installed, 'package.json'), '{ "type": "module", "exports": "./index.js" }')
  writeFileSync(join(installed, 'index.js'), `export * from '${pathToFileURL(packageEntry())}'`)
  writeFileSync(join(folder, 'echo.mjs'), echo?.code.replace('7000', '0') ?? '')

  const server = spawn(process.execPath, ['echo.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  const [line] = await once(server.stdout, 'data')
  const [, port] = /^listening on port (\d+)\n$/.exec(String(line)) ?? []

  const client = connect(Number(port), '127.0.0.1')
  client.end('hello\nthere')
  expect(await text(client)).toBe('hello\nthere\n')
})
