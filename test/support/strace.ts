// Lets system calls of another process fail for a while.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Of a security module: other users than root may trace only what they have started. */
const PTRACE_SCOPE = '/proc/sys/kernel/yama/ptrace_scope'
const mayAttach =
  process.getuid?.() === 0 || !existsSync(PTRACE_SCOPE) || readFileSync(PTRACE_SCOPE, 'utf8').trim() === '0'

/** Whether this machine has strace, and lets it attach to a process. */
export const hasStrace = mayAttach && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

export interface Fault {
  /** Resolves when calls no longer fail. */
  end: () => Promise<void>
}

/** Calls fail from when this resolves on; with `when`, as strace has it, only some of them. */
export async function injectFault(pid: number, call: string, error: string, when = ''): Promise<Fault> {
  const inject = `inject=${call}:error=${error}${when && `:when=${when}`}`
  const args = ['-f', '-p', String(pid), '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject]
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  onTestFinished(() => void strace.kill('SIGKILL'))
  await attached(strace)
  return {
    end: async () => {
      // It lets go of the process first.
      strace.kill('SIGINT')
      if (strace.exitCode === null && strace.signalCode === null) await once(strace, 'exit')
    },
  }
}

function attached(strace: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    strace.stderr?.on('data', (text) => {
      said += text
      if (said.includes('attached')) resolve()
    })
    strace.on('exit', () => reject(new Error(`strace has ended: ${said}`)))
  })
}
