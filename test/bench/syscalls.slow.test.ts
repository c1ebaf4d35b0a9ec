// That a short connection takes hardly more system calls than one of raw net.Server: it does on
// every machine, however long they take there.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { compiled } from '../support/package.ts'
import { hasStrace } from '../support/strace.ts'

const LIMIT = 480_000
const FACTORIES = ['createSock', 'create']
const MAX_RATIO = 1.1
/**
 * Where many wait together, a calm raw server makes only 11.2 calls for each: the peer's address
 * alone is 1.09, and the looks at the table of descriptors come on top.
 */
const MAX_RATIO_TOGETHER = 1.12
const boundOf = (load: string) => (load === '32, always wait' ? MAX_RATIO_TOGETHER : MAX_RATIO)
/**
 * A busy machine makes turns of the event loop look long, in which more handles are opened: the
 * lowest count of several is what a calm one makes.
 */
const MAX_TRIES = 5

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

interface Comparison {
  load: string
  factory: string
  ratio: number
  /** What it has above raw. */
  more: Calls
}

function compare(): Comparison[] {
  const { figures, rows } = count()
  const rowOf = (title: string) => rows.find((row) => row.title === title) as Result['rows'][number]
  const raw = rowOf('raw')
  return figures.flatMap(({ title: load }, index) =>
    FACTORIES.map((factory) => {
      const own = rowOf(factory)
      const ratio = (own.cells[index]?.median ?? Number.NaN) / (raw.cells[index]?.median ?? Number.NaN)
      return {
        load,
        factory,
        ratio,
        more: difference(own.samples[0]?.calls[load], raw.samples[0]?.calls[load]),
      }
    }),
  )
}

/** The lower one of each. */
function lower(some: Comparison[], others: Comparison[]): Comparison[] {
  return some.map((one, index) => {
    const other = others[index] ?? one
    return other.ratio < one.ratio ? other : one
  })
}

const excesses = (all: Comparison[]) => all.filter(({ load, ratio }) => !(ratio <= boundOf(load)))

describe.skipIf(!hasStrace)('system calls of a short connection (needs strace)', () => {
  test('are about a tenth more than those of net.Server at most, with one client and with many, who wait or do not', {
    timeout: LIMIT,
  }, () => {
    let lowest = compare()
    expect(lowest).toHaveLength(8)
    for (let tries = 1; tries < MAX_TRIES && excesses(lowest).length > 0; tries++)
      lowest = lower(lowest, compare())
    expect(excesses(lowest)).toEqual([])
  })
})
