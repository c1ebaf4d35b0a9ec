// That a short connection takes hardly more system calls than one of raw net.Server: it does on
// every machine, however long they take there.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { compiled } from '../support/package.ts'
import { hasStrace } from '../support/strace.ts'

const LIMIT = 240_000
const FACTORIES = ['createSock', 'create']
const MAX_RATIO = 1.1

type Calls = Record<string, number>
interface Result {
  figures: { title: string }[]
  rows: { title: string; cells: { median: number }[]; samples: { calls: Record<string, Calls> }[] }[]
}

/** By the bench. */
function count(): Result {
  const file = join(temporaryFolder(), 'results.json')
  const args = ['test/bench/index.mjs', 'syscalls-in-step', '--quick', '--rounds', '1']
  execFileSync(process.execPath, [...args, '--dist', compiled(''), '--json', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return JSON.parse(readFileSync(file, 'utf8')).runs[0].works[0]
}

/** What one has that the other has not, by name. */
function difference(own: Calls = {}, raw: Calls = {}): Calls {
  const names = [...new Set([...Object.keys(own), ...Object.keys(raw)])]
  return Object.fromEntries(
    names
      .map((name) => [name, (own[name] ?? 0) - (raw[name] ?? 0)] as const)
      .filter(([, more]) => Math.abs(more) >= 0.01)
      .map(([name, more]) => [name, Number(more.toFixed(2))]),
  )
}

describe.skipIf(!hasStrace)('system calls of a short connection (needs strace)', () => {
  test('are at most a tenth more than those of net.Server, with one client and with many, who wait or do not', {
    timeout: LIMIT,
  }, () => {
    const { figures, rows } = count()
    const rowOf = (title: string) => rows.find((row) => row.title === title) as Result['rows'][number]
    const excesses = figures.flatMap(({ title: load }, index) =>
      FACTORIES.map((factory) => {
        const [own, raw] = [rowOf(factory), rowOf('raw')]
        const ratio = (own.cells[index]?.median ?? Number.NaN) / (raw.cells[index]?.median ?? Number.NaN)
        const more = difference(own.samples[0]?.calls[load], raw.samples[0]?.calls[load])
        return { load, factory, ratio, more }
      }),
    )
    expect(excesses).toHaveLength(8)
    expect(excesses.filter(({ ratio }) => !(ratio <= MAX_RATIO))).toEqual([])
  })
})
