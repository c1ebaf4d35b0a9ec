// Counts the system calls of another process.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Of a security module: other users than root may trace only what they have started. */
const PTRACE_SCOPE = '/proc/sys/kernel/yama/ptrace_scope'
const mayAttach = () =>
  process.getuid?.() === 0 || !existsSync(PTRACE_SCOPE) || readFileSync(PTRACE_SCOPE, 'utf8').trim() === '0'

/** Whether this machine has strace, and lets it attach to a process. */
export const hasStrace = () => mayAttach() && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

/** Of what `strace -c` writes: share, seconds, µs per call, calls, errors if any, name. */
const ROW = /^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:(\d+) +)?(\w+)$/gm

/**
 * The calls of a process's main thread while something runs, by name: of that of its event loop,
 * and not of those that compile, collect garbage or read files.
 *
 * @returns {Promise<Map<string, { calls: number, errors: number }>>}
 */
export async function countCalls(pid, run) {
  const folder = mkdtempSync(join(tmpdir(), 'xstate-tcp-strace-'))
  const file = join(folder, 'counts')
  const strace = spawn('strace', ['-c', '-p', String(pid), '-o', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    await attached(strace)
    await run()
    strace.kill('SIGINT')
    if (strace.exitCode === null && strace.signalCode === null) await once(strace, 'exit')
    const rows = [...readFileSync(file, 'utf8').matchAll(ROW)].filter(([, , , name]) => name !== 'total')
    return new Map(
      rows.map(([, calls, errors = 0, name]) => [name, { calls: Number(calls), errors: Number(errors) }]),
    )
  } finally {
    strace.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
}

function attached(strace) {
  return new Promise((resolve, reject) => {
    let said = ''
    strace.stderr.on('data', (text) => {
      said += text
      if (said.includes('attached')) resolve()
    })
    strace.once('exit', () => reject(new Error(`strace has ended: ${said}`)))
  })
}
