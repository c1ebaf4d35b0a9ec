// What a newcomer does: copies the first example of the README into a file, and runs it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { build } from '../support/build.ts'
import { blocksOf } from '../support/documents.ts'

const { folder, remove } = build()
afterAll(remove)

test('the echo server of README.md runs as it is copied, and answers', async () => {
  const [echo] = blocksOf('README.md').filter(({ names }) => names.includes('echo'))
  const manifest = { name: 'xstate-tcp', type: 'module', exports: { '.': './src/index.js' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'echo.mjs'), echo?.code.replace('7000', '0') ?? '')

  const server = spawn(process.execPath, ['echo.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  const [line] = await once(server.stdout, 'data')
  const [, port] = /^listening on port (\d+)\n$/.exec(String(line)) ?? []

  const client = connect(Number(port), '127.0.0.1')
  client.end('hello\nthere')
  expect(await text(client)).toBe('hello\nthere\n')
})
