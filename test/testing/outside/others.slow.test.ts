// Servers that others have written, tried as users do.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { check } from '../../../src/testing/outside/check.ts'
import { parseOptions } from '../../../src/testing/outside/cli-options.ts'
import { probe } from '../../../src/testing/outside/probe.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { onPortForNoClient } from '../../support/port.ts'

const has = (program: string) => spawnSync(program, ['-v']).status === 0

async function listening(port: number, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const client = connect(port, '127.0.0.1')
    const isThere = await new Promise<boolean>((resolve) => {
      client.on('connect', () => resolve(true)).on('error', () => resolve(false))
    })
    client.destroy()
    if (isThere) return
    await setTimeout(20)
  }
  throw new Error('the server has ended')
}

/** What comes of a server that is started so. */
async function outcomeOf(start: (port: number) => ChildProcess, limit: number, args: string[]) {
  return onPortForNoClient(async ({ port }) => {
    const server = start(port)
    onTestFinished(() => void server.kill('SIGKILL'))
    await listening(port, server)
    const all = ['--port', String(port), '--max-connections', String(limit), '--patience', '1000', ...args]
    const options = parseOptions(all)
    if (!options) throw new Error('help was asked for')
    const { fence } = await probe(options)
    const { failures, coverage } = await check(options, () => {})
    return { fence, messages: failures.map(({ error }) => error.message), paths: coverage.paths }
  })
}

it.skipIf(!has('redis-server'))('Redis keeps its limit, by dropping clients', async () => {
  const start = (port: number) => {
    const options = ['--port', String(port), '--maxclients', '2', '--save', '', '--dir', temporaryFolder()]
    return spawn('redis-server', options, { stdio: 'ignore' })
  }
  const ping = ['--over-limit', 'drop', '--hello', 'PING\\r\\n', '--is-served', '^\\+PONG']
  const { fence, messages, paths } = await outcomeOf(start, 2, ping)
  expect(messages).toEqual([])
  expect({ kind: fence.kind, paths }).toEqual({ kind: 'asleep', paths: { passed: 20, all: 20 } })
  const other = await outcomeOf(start, 1, ping)
  expect(other.messages[0]).toContain("seen      { clients: [ 'served', 'served' ] }")
})

it.skipIf(!has('haproxy'))('HAProxy keeps its limit, by letting clients wait', async () => {
  const start = (port: number) => {
    const file = join(temporaryFolder(), 'haproxy.cfg')
    const lines = [
      'defaults',
      '  mode http',
      '  timeout client 60s',
      'frontend limited',
      `  bind 127.0.0.1:${port}`,
      '  maxconn 2',
      '  http-request return status 200 content-type text/plain string ok',
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    return spawn('haproxy', ['-db', '-q', '-f', file], { stdio: 'ignore' })
  }
  const get = ['--hello', 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n', '--is-served', '^HTTP/1.1 200']
  const { fence, messages, paths } = await outcomeOf(start, 2, ['--over-limit', 'wait', ...get])
  expect(messages).toEqual([])
  expect({ kind: fence.kind, paths }).toEqual({ kind: 'asleep', paths: { passed: 20, all: 20 } })
  const other = await outcomeOf(start, 1, ['--over-limit', 'wait', ...get])
  expect(other.messages[0]).toContain("seen      { clients: [ 'served', 'served' ] }")
})
