// Several runs of the bench as one: all of their rounds, and what each run came to by itself.
import { toRows } from './measure.mjs'
import { format, markdownTable } from './table.mjs'

/**
 * @typedef {object} Run
 * @property {Record<string, string>} environment as `describeEnvironment` tells it
 * @property {object[]} works their results
 */

/**
 * The results of all runs: the rounds of one after those of the other, for the servers that all of
 * them have.
 */
export function poolRuns(runs) {
  const names = new Set(runs.flatMap(({ works }) => works.map(({ name }) => name)))
  return [...names].map((name) => {
    const results = runs.flatMap(({ works }) => works.filter((result) => result.name === name))
    const [first] = results
    const titles = first.rows
      .map(({ title }) => title)
      .filter((title) => results.every(({ rows }) => rows.some((row) => row.title === title)))
    const samplesOf = (title) =>
      results.flatMap(({ rows }) => rows.find((row) => row.title === title).samples)
    const samples = Object.fromEntries(titles.map((title) => [title, samplesOf(title)]))
    return { ...first, rows: toRows(samples, first.figures, first.base) }
  })
}

/** Figures of which more is better. */
const MORE_IS_BETTER = new Set(['perSecond', 'share', 'kept', 'megabytes'])
const OURS = ['createSock', 'create']

const medianOf = (cell) => (cell.ratio ?? cell.difference ?? cell).median

/** The medians of each run in order, the worst one in bold. */
function inOrder(runs, name, index, title) {
  const cells = runs.flatMap(({ works }) => {
    const row = works.find((result) => result.name === name)?.rows.find((row) => row.title === title)
    return row ? [row.cells[index]] : []
  })
  if (cells.length === 0) return ''
  const { figures } = runs.flatMap(({ works }) => works).find((result) => result.name === name)
  const { key, digits } = figures[index]
  const medians = cells.map(medianOf)
  const worst = MORE_IS_BETTER.has(key) ? Math.min(...medians) : Math.max(...medians)
  const worstAt = medians.indexOf(worst)
  return medians
    .map((median, at) => {
      const text = format(median, cells[at].ratio ? 2 : digits)
      return at === worstAt ? `**${text}**` : text
    })
    .join(', ')
}

/** What each run came to, for the figures of the table of all works: ratios where there are any. */
export function runsToMarkdown(runs) {
  const rows = poolRuns(runs).flatMap(({ name, figures }) =>
    figures.flatMap(({ brief }, index) =>
      brief === undefined ? [] : [[brief, ...OURS.map((title) => inOrder(runs, name, index, title))]],
    ),
  )
  return markdownTable([['each run by itself, the worst in bold', ...OURS], ...rows])
}

const distinct = (texts) => [...new Set(texts)].join('; ')

/** Where and with what they have run. */
export function whereToMarkdown(runs) {
  const environments = runs.map(({ environment }) => environment)
  const parts = ['machine', 'versions', 'method'].map((part) =>
    distinct(environments.map((environment) => environment[part])),
  )
  const loads = environments.map(({ loadAverage }) => loadAverage).join(', ')
  return `${parts.join('; ')}, load average at the start ${loads}; ${runs.length === 1 ? 'one run' : `${runs.length} runs`}.`
}
