// npm run bench -- [--quick] [--runs N] [--json FILE] [--from FILE]... [--documents] [--rounds N]
// [--launches N] [--milliseconds N] [--warm-up MILLISECONDS] [--without-effect] [--profile FOLDER]
// [--dist FOLDER] [NAME...]
//
// Our server and its peers on the same work, in processes of their own, interleaved round by round.
// Prints Markdown. --documents writes the tables into README.md of this folder, those of this
// release of Node; with a NAME, only one that such a work has for itself. A NAME is that of a work,
// or what the names of several begin with: "churn" is churn-0, churn-1000 and churn-10000.
//
// --runs does all of it so many times; --json writes every run to a file, when it is done, and
// --from adds the runs of such a file, those of another day or machine, say. "--runs 0 --from FILE
// --documents" only writes.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { installEffect } from './effect-packages.mjs'
import { describeEnvironment, descriptorLimit } from './environment.mjs'
import { toRows } from './measure.mjs'
import { poolRuns, runsToMarkdown, whereToMarkdown } from './runs.mjs'
import { inspectorToMarkdown, summaryToMarkdown, tableOf, workToMarkdown } from './table.mjs'
import { works } from './works/index.mjs'
import { EFFECT } from './works/servers.mjs'
import { callsToMarkdown } from './works/syscalls.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    from: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: '1' },
    rounds: { type: 'string' },
    launches: { type: 'string' },
    'warm-up': { type: 'string' },
    'without-effect': { type: 'boolean', default: false },
    milliseconds: { type: 'string' },
    profile: { type: 'string' },
    documents: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
  },
})

const unknown = positionals.filter((name) => !works.some((work) => work.name.startsWith(name)))
if (unknown.length > 0) {
  console.error(
    `No work is called ${unknown.join(', ')}. There are: ${works.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const isWanted = ({ name, isLong }) =>
  positionals.length === 0 ? !(isLong && values.quick) : positionals.some((start) => name.startsWith(start))
const chosen = works.filter(isWanted)

const isQuick = values.quick
const hasEffect =
  !values['without-effect'] && chosen.some(({ hasEffect }) => hasEffect) && (await installEffect())
const scale = Number(values.milliseconds ?? Infinity)

/** How much of everything, and with what. */
const level = {
  isQuick,
  rounds: Number(values.rounds ?? (isQuick ? 3 : 21)),
  /**
   * How many processes each server has, one after the other: V8 decides a little differently in
   * each, and that alone can make a tenth.
   */
  launches: Number(values.launches ?? (isQuick ? 1 : 3)),
  /** In milliseconds, for each process: until what it runs is compiled. */
  warmUp: Number(values['warm-up'] ?? (isQuick ? 400 : 2_500)),
  // Short, because the machine's speed changes from second to second, and a round's servers are to
  // meet the same; long enough for several collections of garbage.
  milliseconds: Math.min(scale, isQuick ? 100 : 250),
  dist: pathToFileURL(resolve(values.dist, 'src/index.js')).href,
  profile: values.profile && resolve(values.profile),
  installed: (servers) => (hasEffect ? servers : {}),
  megabytes: (count) => Math.min(count, scale),
  /** As many as a process may have descriptors for, with some left for itself. */
  connections(count) {
    const possible = Math.min(count, descriptorLimit() - 500)
    if (possible < count)
      console.error(`"ulimit -n" allows ${possible} idle connections instead of ${count}.`)
    return possible
  },
}

const summaryBlock = `bench: Node ${process.versions.node.split('.')[0]}`
const CURVE_BLOCK = 'bench: accepts'
const SYSCALLS_BLOCK = 'bench: syscalls'
const DOCUMENT = 'test/bench/README.md'

/**
 * The document's text before a block and from its end on; the block is what lies between two marks.
 */
function around(name) {
  const document = readFileSync(DOCUMENT, 'utf8')
  const [start, end] = [`<!-- ${name} -->\n`, '\n<!-- /bench -->']
  const from = document.indexOf(start)
  const to = document.indexOf(end, from)
  if (from < 0 || to < 0) {
    console.error(`${DOCUMENT} has no place for "${name}".`)
    process.exit(2)
  }
  return [document.slice(0, from + start.length), document.slice(to)]
}

function writeBlock(name, text) {
  const [before, after] = around(name)
  writeFileSync(DOCUMENT, `${before}\n${text}\n${after}`)
}

// Before minutes of measuring.
if (values.documents) {
  around(summaryBlock)
  around(CURVE_BLOCK)
  around(SYSCALLS_BLOCK)
}

async function measure(work) {
  const { name, title, explanation, base, figures } = work
  const reason = work.missing?.()
  if (reason !== undefined) {
    console.log(`### ${title}\n\nNot measured: ${reason}.\n`)
    return []
  }
  const started = performance.now()
  const samples = await work.run(level)
  const missing = hasEffect || !work.hasEffect || values['without-effect'] ? [] : Object.keys(EFFECT)
  const result = { name, title, explanation, base, figures, missing, rows: toRows(samples, figures, base) }
  console.log(`${workToMarkdown(result, work.details?.(result))}\n`)
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return [result]
}

async function run() {
  const environment = describeEnvironment({ hasEffect })
  console.log(
    Object.entries(environment)
      .map(([part, text]) => `- ${part === 'loadAverage' ? `load average at the start ${text}` : text}`)
      .join('\n'),
  )
  console.log(
    `- each figure the median of ${level.rounds} rounds, by ${level.launches} processes of each server one after the other (fewer where a work says so); each ratio the median of the ratios of the same round, with its quartiles; "raw again" is a second raw server: how far it is from 1.00 is the error`,
  )
  if (isQuick) console.log('- quick: the servers are hardly warm, and ours are the later to be')
  console.log()
  const results = []
  for (const work of chosen) results.push(...(await measure(work)))
  console.log(`### In short\n\n${summaryToMarkdown(results)}\n`)
  return { environment, works: results }
}

/** @type {import('./runs.mjs').Run[]} */
const runs = values.from.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).runs)
for (let count = 0; count < Number(values.runs); count++) {
  runs.push(await run())
  if (values.json) writeFileSync(values.json, JSON.stringify({ runs }, null, 2))
}
const results = poolRuns(runs)
const summary =
  runs.length === 1 ? summaryToMarkdown(results) : `${summaryToMarkdown(results)}\n\n${runsToMarkdown(runs)}`
if (runs.length > 1) console.log(`### All runs\n\n${summary}`)
if (values.documents) {
  const where = whereToMarkdown(runs)
  const write = (block, start, toMarkdown) => {
    const those = results.filter(({ name }) => name.startsWith(start))
    if (those.length > 0) writeBlock(block, `${toMarkdown(those)}\n\n${where}`)
  }
  if (positionals.length === 0)
    writeBlock(summaryBlock, `${summary}\n\n${inspectorToMarkdown(results)}${where}`)
  write(CURVE_BLOCK, 'accepts', ([curve]) => tableOf(curve))
  write(SYSCALLS_BLOCK, 'syscalls', callsToMarkdown)
}
