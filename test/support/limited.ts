// Servers with a limit in processes of their own, in several languages: `limited.*` of `fixtures/`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageEntry } from './package.ts'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)

/** Whether this machine has the programs. */
export const hasPython = spawnSync('python3', ['--version']).status === 0
export const hasGo = spawnSync('go', ['version']).status === 0

/** A command to which LIMIT and HOW are appended. */
export type Command = readonly [program: string, ...args: string[]]

export const node: Command = [process.execPath, fixture('limited.mjs')]
export const python: Command = ['python3', fixture('limited.py')]

/** Compiles the one in Go into a folder. */
export function compileGo(folder: string): Command {
  const program = join(folder, 'limited')
  const { status, stderr } = spawnSync('go', ['build', '-o', program, fixture('limited.go')], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return [program]
}

export interface LimitedProcess {
  port: number
  pid: number
  process: ChildProcess
  end: () => Promise<void>
}

/** Started, and listening. */
export async function startLimited(
  [program, ...args]: Command,
  limit: number,
  how: string,
  ...rest: string[]
): Promise<LimitedProcess> {
  const server = spawn(program, [...args, String(limit), how, ...rest], {
    env: { ...process.env, XSTATE_TCP: packageEntry() },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(server, 'exit')
  const [line] = await Promise.race([once(server.stdout, 'data'), exited])
  if (typeof line === 'number' || server.pid === undefined) throw new Error(`${program} did not start`)
  const end = async () => {
    server.kill('SIGKILL')
    await exited
  }
  return { port: Number(line), pid: server.pid, process: server, end }
}
