import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chooseFence, waitAt } from '../../../src/testing/outside/fence.ts'

describe('the end of a step is known', () => {
  it('by time, where nothing is known of the server', () => {
    expect(chooseFence(undefined, undefined, [])).toEqual({ kind: 'quiet', quiet: 50 })
    expect(chooseFence(undefined, undefined, ['0'])).toEqual({ kind: 'quiet', quiet: 50 })
    expect(chooseFence(undefined, 5, ['0'])).toEqual({ kind: 'quiet', quiet: 5 })
  })

  it('by turns of the event loop, where it is this process', () => {
    expect(chooseFence(process.pid, undefined, [])).toEqual({ kind: 'turns' })
    expect(chooseFence(process.pid, 5, [])).toEqual({ kind: 'quiet', quiet: 5 })
  })

  it.skipIf(process.platform !== 'linux')('by its sleep, and that of its children', async () => {
    // The child works until it has a line to read, then sleeps.
    const script = 'bash -c "while ! read -t 0 line; do :; done; read line; echo read; read line" <&3 & wait'
    const server = spawn('bash', ['-c', script], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    })
    onTestFinished(() => void server.stdio[3]?.destroy())
    const fence = chooseFence(server.pid, undefined, [])
    expect(fence).toEqual({ kind: 'asleep', pids: [server.pid], quiet: 0 })
    await once(server, 'spawn')
    await expect(waitAt(fence, 200)).rejects.toThrow(
      /not at rest within 200 milliseconds: thread \d+ of process \d+ \(state R\)/,
    )
    const input = server.stdio[3]
    if (input && 'write' in input) input.write('a line\n')
    if (server.stdout) await once(server.stdout, 'data')
    await waitAt(fence, 3_000)
    const exited = once(server, 'exit')
    if (input && 'write' in input) input.end('\n')
    await exited
    await expect(waitAt(fence, 3_000)).rejects.toThrow(`process ${server.pid} has ended`)
  })
})
