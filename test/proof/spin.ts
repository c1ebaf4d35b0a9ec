// Runs SPIN on the charts in the world of world.pml, and tells what it finds in the charts' words.
import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toPromela, type Words } from '../../visualizations/promela/print.ts'
import type { Charts } from '../../visualizations/promela/sources.ts'
import { temporaryFolder } from '../support/folder.ts'

const canRun = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

/** Whether this machine has SPIN, and a compiler for what it writes. */
export const hasSpin = canRun('spin', '-V') && canRun('gcc', '--version')

export interface Verified {
  /** What went wrong, in SPIN's words; `undefined` for nothing. */
  readonly error: string | undefined
  /** What led to it, and what follows without end. */
  readonly trail: readonly string[]
  /** What goes wrong where nobody has to go on: the claim says something if anything does. */
  readonly errorIfUnfair: string | undefined
  readonly states: number
  /** What of the world never happens. */
  readonly unreached: readonly string[]
}

export interface Question {
  /** What world.pml is to be like: the macros that it asks for. */
  readonly defines: readonly string[]
  /**
   * The formulas of world.pml that are to hold; without any, no assertion fails, and nobody is left
   * waiting at the end.
   */
  readonly claims?: readonly string[]
  /** The charts, where they are not those of machines/. */
  readonly charts?: Charts
}

/** Milliseconds for each program. */
const PATIENCE = 240_000
/** Steps that follow each other. */
const DEEPEST = 3_000_000

/** One answer for each claim, or a single one. */
export async function verify({ defines, claims = [], charts = {} }: Question): Promise<Verified[]> {
  const folder = temporaryFolder()
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const { stdout, stderr } = await execute(program, args, {
      cwd: folder,
      timeout: PATIENCE,
      maxBuffer: 1 << 28,
    })
    return stdout + stderr
  }
  const { text, words } = toPromela(charts)
  writeFileSync(join(folder, 'charts.pml'), text)
  copyFileSync(join(import.meta.dirname, 'world.pml'), join(folder, 'world.pml'))
  await run('spin', ...defines.map((define) => `-D${define}`), '-a', 'world.pml')
  const kind = claims.length > 0 ? ['-DNFAIR=6'] : ['-DSAFETY', '-DNOCLAIM']
  await run('gcc', '-w', '-O1', '-DNOREDUCE', ...kind, '-o', 'pan', 'pan.c')
  const check = async (...args: string[]) => {
    const said = await run(join(folder, 'pan'), '-w22', `-m${DEEPEST}`, ...args)
    const [, states] = /(\d+) states, stored/.exec(said) ?? []
    const [, error] = /^pan:\d+: (.*) \(at depth/m.exec(said) ?? []
    // Whatever it has not looked at is not proved.
    const isWhole = error !== undefined || /errors: 0/.test(said)
    if (!isWhole || /max search depth too small|out of memory/.test(said)) throw new Error(said)
    return { error, states: Number(states), unreached: unreachedIn(said) }
  }
  const answer = async (claim: string): Promise<Verified> => {
    const args = ['-a', '-N', claim]
    const { error: errorIfUnfair } = await check(...args)
    const found = await check('-f', ...args)
    const trail = found.error ? trailOf(await run(join(folder, 'pan'), '-r', '-f', ...args), words) : []
    return { ...found, trail, errorIfUnfair }
  }
  if (claims.length === 0) {
    const verified = await check()
    const trail = verified.error ? trailOf(await run(join(folder, 'pan'), '-r'), words) : []
    return [{ ...verified, trail, errorIfUnfair: verified.error }]
  }
  const answers: Verified[] = []
  for (const claim of claims) answers.push(await answer(claim))
  return answers
}

const execute = promisify(execFile)

/** Processes have no end, which is no news. */
function unreachedIn(said: string): string[] {
  return [...said.matchAll(/^\tworld\.pml:\d+, state \d+, "(.*)"$/gm)]
    .map(([, statement = '']) => statement)
    .filter((statement) => statement !== '-end-')
}

const CYCLE = '<<<<<START OF CYCLE>>>>>'

/** What was printed on the way, with the names of the charts for the numbers of SPIN. */
function trailOf(replayed: string, words: Words): string[] {
  const numbers = new Map<string, string>()
  for (const [, name = '', number = ''] of replayed.matchAll(/^\s*mtype\s+(\w+):\s+(\d+)$/gm)) {
    const word = words.get(name)
    if (word !== undefined && /^(on|listener)_/.test(name)) numbers.set(number, word)
  }
  const lines = replayed.split('\n').flatMap((line) => {
    if (line.includes(CYCLE)) return ['and then without end']
    const [, told, number] =
      /^\s*((?:client|listener|connection|the address) .*?)(?: (\d+))?$/.exec(line) ?? []
    if (told === undefined) return []
    return [number === undefined ? told : `${told} ${numbers.get(number) ?? number}`]
  })
  // What it hears and where that leads, in one line.
  return lines
    .join('\n')
    .replaceAll(/\nlistener is /g, ' → ')
    .split('\n')
}
