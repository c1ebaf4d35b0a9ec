// The files with pictures of the charts.
import { connectionMachine, listenerMachine } from '../machines/index.ts'
import { toInteractions } from './interactions.ts'
import { style } from './looks.ts'
import { toMermaid, toOverview } from './mermaid.ts'
import { toPromela } from './promela/print.ts'
import { toSvg } from './svg.ts'

const drawings: Record<string, string> = {
  overview: toOverview(listenerMachine),
  listener: toMermaid(listenerMachine),
  connection: toMermaid(connectionMachine),
}

/** By name, from the root of the repository: what the file should be, from what it is. */
export const pictures: Record<string, (before: string) => string> = {
  ...Object.fromEntries(
    Object.entries(drawings).map(([name, drawing]) => [`visualizations/${name}.mmd`, () => drawing]),
  ),
  'visualizations/listener.svg': () => toSvg(listenerMachine),
  'visualizations/connection.svg': () => toSvg(connectionMachine),
  // For SPIN, which proves things of them.
  'visualizations/charts.pml': () => toPromela().text,
  // The pictures that the inspector's page lights up.
  'src/inspector/page/listener.svg': () => toSvg(listenerMachine, { isBrief: true }),
  'src/inspector/page/connection.svg': () => toSvg(connectionMachine, { isBrief: true }),
  'src/inspector/page/style/picture.css': () => style,
  'README.md': fillBlocks,
  'machines/README.md': fillBlocks,
  'src/listener/README.md': (before) =>
    before.replace(
      /(<!-- table: interactions -->\n)[\s\S]*?(<!-- \/table -->)/,
      (_, start, end) => `${start}\n${toInteractions()}\n${end}`,
    ),
}

/** Fills the blocks between `<!-- chart: listener -->` and `<!-- /chart -->`. */
function fillBlocks(text: string): string {
  return text.replaceAll(/(<!-- chart: (\w+) -->\n)[\s\S]*?(<!-- \/chart -->)/g, (_, start, name, end) => {
    const drawing = drawings[name]
    if (drawing === undefined) throw new Error(`There is no picture ${name}`)
    return `${start}\n\`\`\`mermaid\n${drawing}\`\`\`\n\n${end}`
  })
}
