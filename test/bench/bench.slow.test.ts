// That the bench runs, not what it measures: each work in little, by both kinds of clients.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/folder.ts'
import { compiled } from '../support/package.ts'

const BENCH = 'test/bench/index.mjs'
/**
 * A storm takes a raw server several seconds, and `retained` is a million connections. What needs
 * no clients of its kind is in one list.
 */
const WORKS = {
  c: ['churn-0', 'inspector', 'limit', 'drops', 'echo-64', 'memory', 'pause'],
  javascript: ['churn-0', 'limit', 'lines'],
}
const LIMIT = 240_000
const IN_LITTLE = ['--quick', '--rounds', '1', '--milliseconds', '20', '--warm-up', '1', '--without-effect']

interface Result {
  name: string
  figures: { key: string }[]
  rows: { title: string; cells: { median: number; ratio?: { median: number } }[] }[]
}

/** What it tells, by work, server and figure. */
function bench(clients: 'c' | 'javascript', works: string[]) {
  const file = join(temporaryFolder(), 'results.json')
  const args = [BENCH, ...works, ...IN_LITTLE, '--dist', compiled(''), '--json', file]
  const markdown = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, BENCH_LOAD: clients },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const results = JSON.parse(readFileSync(file, 'utf8')).runs[0].works as Result[]
  const find = (work: string, title: string, key: string) => {
    const { figures, rows } = results.find(({ name }) => name === work) as Result
    return rows.find((row) => row.title === title)?.cells[figures.findIndex((figure) => figure.key === key)]
  }
  return { markdown, results, find }
}

describe.each(['c', 'javascript'] as const)('with clients in %s', (clients) => {
  test('every work has a figure for each server', { timeout: LIMIT }, () => {
    const works = WORKS[clients]
    const { markdown, results, find } = bench(clients, works)
    expect(results.map(({ name }) => name).toSorted()).toEqual(works.toSorted())
    for (const { name, rows } of results)
      for (const { title, cells } of rows)
        for (const { median } of cells) expect(median, `${name}: ${title}`).toSatisfy(Number.isFinite)
    expect(find('churn-0', 'raw', 'microseconds')?.ratio?.median).toBe(1)
    expect(find('limit', 'createSock', 'most')?.median).toBeLessThanOrEqual(100)
    expect(find('limit', 'createSock', 'hungUp')?.median).toBe(0)
    expect(markdown).toMatch(/\| CPU of a short connection, µs; 0 idle +\|/)
  })
})

const OPTIONS = [
  'tls-churn',
  'tls-echo',
  'tls-memory',
  'proxy-header',
  'protected-createSock',
  'protected-create',
]

test('what options cost is measured as well', { timeout: LIMIT }, () => {
  const { results } = bench('c', OPTIONS)
  expect(results.map(({ name }) => name)).toEqual(OPTIONS)
  for (const { name, rows } of results)
    for (const { title, cells } of rows)
      for (const { median } of cells) expect(median, `${name}: ${title}`).toSatisfy(Number.isFinite)
})

test('several runs have a table of each run by itself, also when they are taken from a file', {
  timeout: LIMIT,
}, () => {
  const file = join(temporaryFolder(), 'runs.json')
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [BENCH, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const all = (markdown: string) => markdown.slice(markdown.indexOf('### All runs'))
  const measured = run('drops', ...IN_LITTLE, '--dist', compiled(''), '--runs', '2', '--json', file)
  expect(all(measured)).toMatch(/each run by itself, the worst in bold/)
  expect(all(measured)).toMatch(
    /clients turned away per second +\| +(\*\*[\d.]+\*\*, [\d.]+|[\d.]+, \*\*[\d.]+\*\*) \|/,
  )
  expect(all(run('--runs', '0', '--from', file))).toBe(all(measured))
})

test('a work that does not exist is refused, with the names of those that do', () => {
  const { status, stderr } = spawnSync(process.execPath, [BENCH, 'curn'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/No work is called curn\. There are: churn-0, /)
})
