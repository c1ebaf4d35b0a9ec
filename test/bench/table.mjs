// Results as Markdown.

export const format = (value, digits = 0) =>
  value
    .toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace('-', '−')

const signed = (value, digits) => `${value < 0 ? '−' : '+'} ${format(Math.abs(value), digits)}`

const withSpread = ({ median, low, high }, digits) =>
  `${format(median, digits)} (${format(low, digits)}–${format(high, digits)})`

/** Rows of texts, the first one the head; numbers stand on the right. */
export function markdownTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)))
  const line = (cells) => `| ${cells.join(' | ')} |`
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  const [head, ...body] = rows.map((row) => line(row.map(pad)))
  return [head, line(rule), ...body].join('\n')
}

/** A row for each figure that is worth one, a column for each server that is in most works. */
export function summaryToMarkdown(results) {
  const columns = [
    'raw again',
    'raw, address and promise',
    'createSock',
    'create',
    'Effect NodeSocketServer',
    'XState, spawnChild',
  ]
  const body = results.flatMap(({ base, figures, rows }) =>
    figures.flatMap(({ brief, digits }, index) => {
      if (brief === undefined) return []
      const cellOf = (title) => rows.find((row) => row.title === title)?.cells[index]
      const others = columns.map((title) => {
        const cell = cellOf(title)
        if (!cell) return ''
        if (cell.ratio) return `× ${withSpread(cell.ratio, 2)}`
        if (cell.difference) {
          const { median, low, high } = cell.difference
          return `${signed(median, digits)} (${format(low, digits)}–${format(high, digits)})`
        }
        return format(cell.median, digits)
      })
      return [[brief, format(cellOf(base).median, digits), ...others]]
    }),
  )
  return markdownTable([['', 'raw `net.Server`', ...columns], ...body])
}

/** What an inspector costs, in a sentence; nothing if that was not measured. */
export function inspectorToMarkdown(results) {
  const rows = results.find(({ name }) => name === 'inspector')?.rows
  if (!rows) return ''
  const ratioOf = (title) => withSpread(rows.find((row) => row.title === title).cells[0].ratio, 2)
  return `With an inspector that ignores everything, a short connection of \`createSock\` costs ${ratioOf('ignored')} times as much; with the page of \`xstate-tcp/inspector\` open, ${ratioOf('on a page')} times.\n\n`
}

/** The result of a work, with its title and what its figures mean; and details, if it has any. */
export function workToMarkdown(result, details) {
  const { title, explanation } = result
  const parts = [`### ${title}`, explanation, tableOf(result), ...(details ? [details] : [])]
  return parts.join('\n\n')
}

/** The result of a work: a row for each server, a column for each figure. */
export function tableOf({ base, figures, rows, missing = [] }) {
  const head = ['']
  for (const figure of figures) {
    head.push(figure.title)
    if (figure.compared === 'ratio') head.push(`× ${base}`)
    if (figure.compared === 'difference') head.push(`above ${base}`)
  }
  const body = rows.map((row) => [
    row.title,
    ...row.cells.flatMap((cell, index) => {
      const { digits } = figures[index]
      const texts = [format(cell.median, digits)]
      if (cell.ratio) texts.push(withSpread(cell.ratio, 2))
      if (cell.difference) texts.push(withSpread(cell.difference, digits))
      return texts
    }),
  ])
  for (const row of missing) body.push([row, 'not installed', ...head.slice(2).map(() => '')])
  return markdownTable([head, ...body])
}
