// npm run bench -- [--quick] [--json FILE] [--documents] [--rounds N] [--milliseconds N] [--warm-up
// MILLISECONDS] [--without-effect] [--profile FOLDER] [--dist FOLDER] [NAME...]
//
// Our server and its peers on the same work, in processes of their own, interleaved round by round.
// Prints Markdown. --documents writes the tables into README.md of this folder, those of this
// release of Node. A NAME is that of a work, or what the names of several begin with: "churn" is
// churn-0, churn-1000 and churn-10000.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { installEffect } from './effect-packages.mjs'
import { describeEnvironment, descriptorLimit } from './environment.mjs'
import { toRows } from './measure.mjs'
import { inspectorToMarkdown, summaryToMarkdown, tableOf, workToMarkdown } from './table.mjs'
import { works } from './works/index.mjs'
import { EFFECT } from './works/servers.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
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
  /** In milliseconds, for each server: until what it runs is compiled. */
  warmUp: Number(values['warm-up'] ?? (isQuick ? 400 : 2_000)),
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
}

const environment = describeEnvironment({ hasEffect })
console.log(environment.map((line) => `- ${line}`).join('\n'))
console.log(
  `- each figure the median of ${level.rounds} rounds (fewer where a work says so); each ratio the median of the ratios of the same round, with its quartiles; "raw again" is a second raw server: how far it is from 1.00 is the error`,
)
if (isQuick) console.log('- quick: the servers are hardly warm, and ours are the later to be')
console.log()

const results = []
for (const work of chosen) {
  const started = performance.now()
  const samples = await work.run(level)
  const { name, title, explanation, base, figures } = work
  const missing = hasEffect || !work.hasEffect || values['without-effect'] ? [] : Object.keys(EFFECT)
  const result = { name, title, explanation, base, figures, missing, rows: toRows(samples, figures, base) }
  results.push(result)
  console.log(`${workToMarkdown(result)}\n`)
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
const summary = summaryToMarkdown(results)
console.log(`### In short\n\n${summary}`)
if (values.documents) {
  const where = `${environment.slice(0, 3).join('; ')}.`
  writeBlock(summaryBlock, `${summary}\n\n${inspectorToMarkdown(results)}${where}`)
  const curve = results.find(({ name }) => name === 'accepts')
  if (curve) writeBlock(CURVE_BLOCK, `${tableOf(curve)}\n\n${where}`)
}
if (values.json) writeFileSync(values.json, JSON.stringify({ environment, level, works: results }, null, 2))
