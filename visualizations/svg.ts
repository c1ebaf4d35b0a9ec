// A chart as an SVG file, laid out by Graphviz. Good in light and dark, alone and as a part of a
// page.
import type { AnyStateMachine } from 'xstate'
import { escapeText, type Part, toDot } from './dot.ts'
import { type LaidOutBox, type LaidOutEdge, layOut, type Point } from './layout.ts'
import { attributesOf, fonts, paper, type Selector, SIZES, style } from './looks.ts'
import { outline } from './outline.ts'

export interface SvgOptions {
  /**
   * States with their names and transitions with their events only, without a style of its own: for
   * a page that has little room, and has the style in a file.
   */
  isBrief?: boolean
}

const RADIUS = 8

/** A chart with its states, and what leads from one to another. */
export function toSvg(machine: AnyStateMachine, { isBrief = false }: SvgOptions = {}): string {
  const { dot, parts } = toDot(outline(machine), { isBrief })
  const { width, height, clusters, nodes, edges } = layOut(dot)
  const groups = [...clusters, ...edges, ...nodes].map((laidOut) => {
    const part = parts.get(laidOut.id)
    if (!part) throw new Error(`There is no part ${laidOut.id}`)
    return groupOf(part, 'curve' in laidOut ? drawEdge(laidOut) : drawBox(part, laidOut))
  })
  const [right, bottom] = [Math.ceil(width), Math.ceil(height)]
  const size = `width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The ${escapeText(machine.id)} chart" ${size} font-family="${fonts}">`,
    ...(isBrief ? [] : [`<style>\n${style}</style>`]),
    `<rect class="paper" width="100%" height="100%" ${paper}/>`,
    ...groups,
    '</svg>\n',
  ].join('\n')
}

function groupOf({ kind, data, title }: Part, drawn: string[]): string {
  const attributes = Object.entries(data).map(([key, value]) => ` data-${key}="${escapeText(value)}"`)
  const told = title === '' ? [] : [`<title>${escapeText(title)}</title>`]
  const classes = kind === 'final' ? 'state final' : kind
  return [`<g class="${classes}"${attributes.join('')}>`, ...told, ...drawn, '</g>'].join('\n')
}

function drawBox(part: Part, { left, top, width, height, lines }: LaidOutBox): string[] {
  if (lines.length !== part.lines.length) throw new Error(`Graphviz has lost text of a ${part.kind}`)
  const texts = part.lines.map(({ kind, text }, index) => {
    const [x, y] = lines[index] as Point
    return `<text class="${kind}" x="${short(x)}" y="${short(y)}" font-size="${SIZES[kind]}"${attributesOf(`.${kind}`)}>${escapeText(text)}</text>`
  })
  if (part.kind === 'label') return texts
  if (part.kind === 'start') {
    const at = `cx="${short(left + width / 2)}" cy="${short(top + height / 2)}" r="${short(width / 2)}"`
    return [`<circle ${at}${attributesOf('.start > circle')}/>`]
  }
  const selector = `.${part.kind} > rect` as Selector
  const place = `x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}"`
  return [`<rect ${place} rx="${RADIUS}"${attributesOf(selector)}/>`, ...texts]
}

function drawEdge({ curve: [start, ...rest], head }: LaidOutEdge): string[] {
  if (!start) throw new Error('Graphviz has drawn no edge')
  const path = `<path d="M${pair(start)}C${rest.map(pair).join(' ')}"${attributesOf('.edge > path')}/>`
  const arrow = `<polygon points="${head.map(pair).join(' ')}"${attributesOf('.edge > polygon')}/>`
  return head.length > 0 ? [path, arrow] : [path]
}

function pair([x, y]: Point): string {
  return `${short(x)},${short(y)}`
}

function short(length: number): string {
  return String(Math.round(length * 100) / 100)
}
