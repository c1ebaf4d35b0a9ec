// Runs the clients: the program in C where there is Linux and a compiler, else the one in
// JavaScript; those of TLS and of proxies are in JavaScript everywhere.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isPinned, start } from '../cores.mjs'

const SOURCE = fileURLToPath(new URL('load.c', import.meta.url))
const SECURE = fileURLToPath(new URL('secure.mjs', import.meta.url))
const FALLBACK = fileURLToPath(new URL('fallback.mjs', import.meta.url))

/** The path of the compiled program; undefined where it cannot be compiled. */
function compile() {
  if (process.platform !== 'linux' || process.env.BENCH_LOAD === 'javascript') return undefined
  const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 12)
  const program = join(tmpdir(), `xstate-tcp-bench-load-${hash}`)
  if (existsSync(program)) return program
  const unfinished = `${program}-${process.pid}`
  for (const compiler of ['cc', 'gcc', 'clang']) {
    try {
      execFileSync(compiler, ['-O2', '-o', unfinished, SOURCE], { stdio: 'ignore' })
      renameSync(unfinished, program)
      return program
    } catch {
      // The next one, perhaps.
    }
  }
  return undefined
}

const program = compile()

export const loadIsWrittenIn = program ? 'C' : 'JavaScript'

function run(args, stdin) {
  const [command, ...before] = /^(tls|proxy)-/.test(args[0])
    ? [process.execPath, SECURE]
    : program
      ? [program]
      : [process.execPath, FALLBACK]
  const env = isPinned ? { ...process.env, LOAD_SPINS: '1' } : process.env
  return start('load', command, [...before, ...args.map(String)], { stdio: [stdin, 'pipe', 'inherit'], env })
}

/** Runs a work (load.c says which there are) to its end. Resolves with what it prints. */
export async function load(...args) {
  const child = run(args, 'ignore')
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`The load "${args.join(' ')}" has failed with ${code}.`)
  return JSON.parse(output)
}

/** Opens so many connections, by a work. Resolves with a function that closes them. */
export async function holdIdle(port, count, work = 'idle') {
  if (count === 0) return async () => {}
  const child = run([work, port, count], 'pipe')
  const gone = once(child, 'exit')
  const isOpen = await Promise.race([once(child.stdout, 'data'), gone.then(() => false)])
  if (!isOpen) throw new Error(`${count} idle connections could not be opened.`)
  return async () => {
    child.stdin.end()
    await gone
  }
}
