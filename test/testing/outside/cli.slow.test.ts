// xstate-tcp-test, the command line: servers in processes of their own, and wrong options.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Command, hasPython, node, python, startLimited } from '../../support/limited.ts'
import { compiled } from '../../support/package.ts'

interface Said {
  code: number
  out: string
  errors: string
}

async function run(...args: string[]): Promise<Said> {
  const cli = spawn(process.execPath, [compiled('src/testing/outside/cli.js'), ...args])
  onTestFinished(() => void cli.kill('SIGKILL'))
  const [out, errors, [code]] = await Promise.all([text(cli.stdout), text(cli.stderr), once(cli, 'close')])
  return { code, out, errors }
}

/** Runs it on a server that is started for it. */
async function runOn(
  command: Command,
  limit: number,
  how: string,
  args: string[],
  ...rest: string[]
): Promise<Said & { pid: number }> {
  const { port, pid, end } = await startLimited(command, limit, how, ...rest)
  onTestFinished(end)
  const overLimit = how === 'hold' ? 'wait' : how
  const said = await run('--port', String(port), '--over-limit', overLimit, '--seed', '1', ...args)
  return { ...said, pid, out: said.out.replaceAll(String(port), 'PORT') }
}

const two = ['--max-connections', '2']

describe('xstate-tcp-test', () => {
  const servers: [language: string, isThere: boolean, command: Command][] = [
    ['Node', true, node],
    ['Python', hasPython, python],
  ]
  it.skipIf(!hasPython).each(servers)('passes a server in %s', async (_, _isThere, command) => {
    const { code, out, pid } = await runOn(command, 2, 'wait', [...two, '--paths', '3'])
    expect(out).toBe(
      [
        '127.0.0.1:PORT: at most 2 served, more of them wait',
        `  a step is over when process ${pid} sleeps`,
        "  clients that wait must be in the kernel's queue",
        '  seed 1',
        '',
        '3 of 3 paths run, 0 failed',
        '3 of 3 paths passed, 54 steps',
        '  states       2 of 2',
        '  transitions  9 of 9, 100 %',
        '',
      ].join('\n'),
    )
    expect(code).toBe(0)
  })

  it('passes one that drops', async () => {
    const { code, out } = await runOn(node, 2, 'drop', [...two, '--paths', '2'])
    expect(out).toContain('more of them are closed\n')
    expect(out).toContain('2 of 2 paths passed')
    expect(code).toBe(0)
  })

  it.skipIf(!hasPython).each(servers)(
    'names the step at which one in %s serves a client too many, and how to repeat it',
    async (_, _isThere, command) => {
      const { code, out } = await runOn(command, 3, 'wait', [...two, '--patience', '1000', '--paths', '1'])
      expect(out).toContain(
        [
          '(14 steps): step 3 of 14, connect in accept-paused.waiting',
          "  expected  { clients: [ 'served', 'served', 'waits' ] }",
          "  seen      { clients: [ 'served', 'served', 'served' ] }",
          "  to repeat it: xstate-tcp-test --port PORT --over-limit wait --max-connections 2 --patience 1000 --path 'connect connect connect'",
          '',
        ].join('\n'),
      )
      expect(code).toBe(1)
    },
  )

  it('runs one path alone', async () => {
    const path = ['--path', 'connect connect client.resets 1 connect handler.returns 0']
    const { code, out } = await runOn(node, 2, 'drop', [...two, ...path])
    expect(out).toContain('1 of 1 paths passed, 5 steps')
    expect(code).toBe(0)
  })

  it.skipIf(!hasPython)('stops where a fault stays', async () => {
    const { code, out } = await runOn(python, 2, 'drop', [...two, '--patience', '1000'], '127.0.0.1', 'leaky')
    expect(out).toMatch(/FAILED .*connect in listening\n.*\n {2}seen .*'dropped' \] \}/)
    expect(out).toMatch(
      /of 20 paths run, 1 failed; no more, since the server is no longer what it was at the start\n/,
    )
    expect(code).toBe(1)
  })

  it.skipIf(!hasPython)('says what to do where clients wait in the server', async () => {
    const args = [...two, '--patience', '1000']
    const { code, out } = await runOn(python, 2, 'hold', args)
    expect(out).toContain('3 of 20 paths run, 3 failed; no more, since 3 have failed\n')
    expect(out).toContain("seen      { clients: [ 'served', 'served', 'accepted' ] }")
    expect(out).toContain('if clients may wait in the server, say --wait-in anywhere')
    expect(code).toBe(1)
    const other = await runOn(python, 2, 'hold', [...args, '--wait-in', 'anywhere', '--paths', '3'])
    expect(other.code).toBe(0)
  })

  it.skipIf(!hasPython)('speaks first where the server does not', async () => {
    const words = ['--hello', 'hi\\r\\n', '--is-served', '^hello\\n$', '--paths', '2']
    const how = ['127.0.0.1', 'taciturn']
    const { code, out } = await runOn(python, 2, 'drop', [...two, ...words], ...how)
    expect(out).toContain('2 of 2 paths passed')
    expect(code).toBe(0)
    const { errors } = await runOn(python, 2, 'drop', [...two, '--patience', '100'], ...how)
    expect(errors).toContain(
      'not served within 100 milliseconds; if the server says nothing until it is spoken to, give --hello',
    )
  })

  it.skipIf(!hasPython).each([
    ['brief', 'ended the connection of its only client by itself'],
    ['restless', 'not at rest within 1000 milliseconds'],
    ['deaf', 'had not ended 1 of the connections of its clients; if it needs to be told so, give --goodbye'],
  ])('does not try a server that is %s, and says why', async (habit, reason) => {
    const args = [...two, '--patience', '1000']
    const { code, errors, out } = await runOn(python, 2, 'drop', args, '127.0.0.1', habit)
    expect(errors).toContain(reason)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

  it('does not try one that is not there', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const port = String((server.address() as { port: number }).port)
    await once(server.close(), 'close')
    const nowhere = await run('--port', port, ...two, '--over-limit', 'drop')
    expect(nowhere).toMatchObject({ code: 2, out: '' })
    expect(nowhere.errors).toBe(`xstate-tcp-test: 127.0.0.1:${port}: nothing listens there (ECONNREFUSED)\n`)
  })

  it('shows its options', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    expect(out).toContain('--over-limit wait|drop')
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  it('refuses wrong options', async () => {
    const { code, errors, out } = await run('--prot', '7000')
    expect(errors).toBe("xstate-tcp-test: Unknown option '--prot'\nsee xstate-tcp-test --help\n")
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
})
