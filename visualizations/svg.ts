// A chart as an SVG file, laid out by Graphviz. Good in light and dark, alone and as a part of a
// page.
import { instance } from '@viz-js/viz'
import type { AnyStateMachine } from 'xstate'
import { type Edge, flatten, outline, type StateOutline } from './outline.ts'

export interface SvgOptions {
  /**
   * States with their names and transitions with their events only: for a page that has little
   * room.
   */
  isBrief?: boolean
}

const viz = await instance()

const WIDTH_OF_TEXT = 38
const WIDTH_OF_LABEL = 30

// What Graphviz takes for the width of this font is at least that of all fonts of the style below.
const LAYOUT_FONT = 'Verdana'

/** The colours, in light and in dark. */
const COLORS = {
  ink: ['#1f2328', '#e6edf3'],
  paper: ['#ffffff', '#0d1117'],
  box: ['#f6f8fa', '#161b22'],
  border: ['#8c959f', '#6e7681'],
  quiet: ['#59636e', '#9198a1'],
  edge: ['#6e7781', '#8b949e'],
  event: ['#0550ae', '#79c0ff'],
} as const

/**
 * How the shapes and texts of a group look, by its class: a colour by its name, anything else as it
 * is. It is said twice: in the style, which knows light and dark, and in attributes, which the
 * style overrides and which renderers go by that know no more of CSS than rules.
 */
const LOOKS: [parent: string, element: string, look: Record<string, string>][] = [
  ['state', 'path', { fill: 'box', stroke: 'border' }],
  ['state', 'polygon', { fill: 'box', stroke: 'border' }],
  ['outer', 'path', { fill: 'paper', stroke: 'border' }],
  ['outer', 'polygon', { fill: 'paper', stroke: 'border' }],
  ['final', 'path', { 'stroke-width': '3' }],
  ['any', 'path', { fill: 'none', stroke: 'border', 'stroke-dasharray': '4 3' }],
  ['start', 'ellipse', { fill: 'ink', stroke: 'none' }],
  ['edge', 'path', { fill: 'none', stroke: 'edge' }],
  ['edge', 'polygon', { fill: 'edge', stroke: 'edge' }],
  ['label', 'text', { fill: 'event' }],
]
const TEXT_LOOKS: Record<string, Record<string, string>> = {
  name: { fill: 'ink', 'font-weight': '600' },
  description: { fill: 'quiet' },
  inner: { fill: 'event' },
}
const ANY_TEXT = { fill: 'ink' }

const isColor = (value: string): value is keyof typeof COLORS => Object.hasOwn(COLORS, value)

function variables(scheme: 0 | 1): string {
  const named = Object.entries(COLORS).filter(([name]) => name !== 'ink')
  return [
    `color: ${COLORS.ink[scheme]}`,
    ...named.map(([name, values]) => `--${name}: ${values[scheme]}`),
  ].join('; ')
}

function rule(selector: string, look: Record<string, string>): string {
  const written = (value: string) =>
    value === 'ink' ? 'currentColor' : isColor(value) ? `var(--${value})` : value
  const declarations = Object.entries(look).map(([name, value]) => `${name}: ${written(value)}`)
  return `.picture ${selector} { ${declarations.join('; ')} }`
}

/**
 * A style overrides attributes also where its values are not understood: so it is only for those
 * who know variables.
 */
const STYLE = `
@supports (color: var(--ink)) {
.picture { ${variables(0)}; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) { .picture { ${variables(1)} } }
.picture:root { background: var(--paper) }
.picture > .paper { fill: none }
${rule('text', ANY_TEXT)}
${LOOKS.map(([parent, element, look]) => rule(`.${parent} > ${element}`, look)).join('\n')}
${Object.entries(TEXT_LOOKS)
  .map(([name, look]) => rule(`.${name}`, look))
  .join('\n')}
}
`

/** The same in light, as attributes. */
function attributesOf(look: Record<string, string>): string {
  return Object.entries(look)
    .map(([name, value]) => ` ${name}="${isColor(value) ? COLORS[value][0] : value}"`)
    .join('')
}

/** What an element looks like in a group of these classes. */
function lookOf(element: string, groups: readonly string[], own: string): Record<string, string> {
  const looks = LOOKS.filter(([parent, name]) => name === element && groups.includes(parent))
  return Object.assign(
    {},
    element === 'text' && ANY_TEXT,
    ...looks.map(([, , look]) => look),
    TEXT_LOOKS[own],
  )
}

/** Stand for the classes of texts, which Graphviz has no word for. */
const CLASSES = { name: '#000001', description: '#000002', inner: '#000003' }

/** The attributes of the group that Graphviz draws under an id of ours. */
type Groups = Map<string, Record<string, string>>

/** A chart with its states, and what leads from one to another. */
export function toSvg(machine: AnyStateMachine, options: SvgOptions = {}): string {
  const groups: Groups = new Map()
  const dot = new Dot(outline(machine), groups, options).toString()
  const { status, output, errors } = viz.render(dot, { format: 'svg', engine: 'dot' })
  if (status === 'failure' || errors.length > 0) {
    throw new Error(`Graphviz cannot draw ${machine.id}: ${errors.map(({ message }) => message).join('; ')}`)
  }
  return tidy(output ?? '', groups, machine.id)
}

/** The chart in Graphviz's language. */
class Dot {
  readonly #root: StateOutline
  readonly #states: StateOutline[]
  readonly #groups: Groups
  readonly #isBrief: boolean
  readonly #lines: string[] = []
  #edges = 0

  constructor(root: StateOutline, groups: Groups, { isBrief = false }: SvgOptions) {
    this.#root = root
    this.#states = flatten(root)
    this.#groups = groups
    this.#isBrief = isBrief
  }

  toString(): string {
    const gap = this.#isBrief ? 'nodesep=0.2; ranksep=0.18' : 'nodesep=0.3; ranksep=0.25'
    this.#lines.push(
      'digraph {',
      `graph [compound=true; rankdir=TB; ${gap}; fontname="${LAYOUT_FONT}"; fontsize=12; pad=0.1; bgcolor=transparent]`,
      `node [shape=box; style=rounded; fontname="${LAYOUT_FONT}"; fontsize=12; margin="0.1,0.06"; height=0.3]`,
      `edge [arrowsize=0.7]`,
    )
    this.#drawWithin(this.#root)
    if (this.#root.edges.length + (this.#isBrief ? 0 : this.#root.inner.length) > 0) this.#drawAny(this.#root)
    for (const state of this.#states) for (const edge of state.edges) this.#drawEdge(state, edge)
    this.#lines.push('}')
    return this.#lines.join('\n')
  }

  #drawWithin({ path, initial, children }: StateOutline): void {
    for (const child of children) this.#drawState(child)
    if (!initial) return
    const start = `start ${path}`
    this.#lines.push(
      `${quote(start)} [shape=point; width=0.11; label=""; ${this.#group({ class: 'start' })}]`,
      `${quote(start)} -> ${quote(this.#leafOf(initial))} [${this.#group({ class: 'edge' })}${this.#clipAt('lhead', initial)}]`,
    )
  }

  #drawState(state: StateOutline): void {
    const isOuter = state.children.length > 0
    const kind = isOuter ? 'outer' : state.isFinal ? 'state final' : 'state'
    const group = this.#group({
      class: kind,
      'data-state': state.path,
      ...(state.description && { title: state.description }),
    })
    const label = `label=<${this.#describe(state.name, state)}>`
    if (!isOuter) {
      this.#lines.push(`${quote(state.path)} [${label}; ${group}]`)
      return
    }
    this.#lines.push(
      `subgraph ${quote(`cluster ${state.path}`)} {`,
      // In the brief listener, a line crosses the other corner.
      `graph [style=rounded; margin=14; labeljust=${this.#isBrief ? 'r' : 'l'}; ${label}; ${group}]`,
    )
    this.#drawWithin(state)
    if (state.edges.some(({ target }) => isInside(target, state.path))) this.#drawAny(state)
    this.#lines.push('}')
  }

  /** What holds in all states inside: Graphviz draws no edge from a box to what is in it. */
  #drawAny(state: StateOutline): void {
    const name = state === this.#root ? 'in any state' : `in any of ${state.name}`
    const label = this.#describe(name, state === this.#root ? { inner: state.inner } : {})
    this.#lines.push(`${quote(`any ${state.path}`)} [label=<${label}>; ${this.#group({ class: 'any' })}]`)
  }

  #drawEdge(source: StateOutline, { target, labels, details, events }: Edge): void {
    const isAny = source === this.#root || isInside(target, source.path)
    const tail = isAny ? `any ${source.path}` : this.#leafOf(source.path)
    const lines = (this.#isBrief ? labels : details).flatMap((text) => wrap(text, WIDTH_OF_LABEL))
    const rows = lines
      .map((line) => `<tr><td align="left"><font point-size="11">${escapeText(line)}</font></td></tr>`)
      .join('')
    const edge = this.#edges++
    const group = (kind: string) =>
      this.#group({
        class: kind,
        'data-edge': String(edge),
        'data-source': source.path,
        'data-target': target,
        'data-events': events.join(' '),
      })
    // A label of an edge may lie on another or on a border; a node of its own never does.
    const label = `label ${edge}`
    const place = isAny ? source.path : commonAncestor(source.path, target)
    const node = `${quote(label)} [shape=plain; label=<<table border="0" cellborder="0" cellspacing="0" cellpadding="1">${rows}</table>>; ${group('label')}]`
    this.#lines.push(place ? `subgraph ${quote(`cluster ${place}`)} { ${node} }` : node)
    const from = isAny ? '' : this.#clipAt('ltail', source.path)
    const to = isInside(source.path, target) ? '' : this.#clipAt('lhead', target)
    this.#lines.push(
      `${quote(tail)} -> ${quote(label)} [dir=none; ${group('edge')}${from}]`,
      `${quote(label)} -> ${quote(this.#leafOf(target))} [${group('edge')}${to}]`,
    )
  }

  /** A state's name and what is said of it, a line each. */
  #describe(name: string, { description = '', inner = [] }: Partial<StateOutline>): string {
    const row = (kind: keyof typeof CLASSES, text: string, size: number) =>
      `<tr><td align="left"><font point-size="${size}" color="${CLASSES[kind]}">${kind === 'name' ? `<b>${escapeText(text)}</b>` : escapeText(text)}</font></td></tr>`
    const lines = this.#isBrief
      ? []
      : [
          ...wrap(description, WIDTH_OF_TEXT).map((line) => row('description', line, 10)),
          ...inner.flatMap((text) => wrap(text, WIDTH_OF_TEXT)).map((line) => row('inner', line, 10)),
        ]
    return `<table border="0" cellborder="0" cellspacing="0" cellpadding="1">${row('name', name, 12)}${lines.join('')}</table>`
  }

  /** The box at which an edge to or from what is inside it ends. */
  #clipAt(end: 'lhead' | 'ltail', path: string): string {
    return this.#stateAt(path).children.length > 0 ? `; ${end}=${quote(`cluster ${path}`)}` : ''
  }

  /** Graphviz draws edges between nodes only. */
  #leafOf(path: string): string {
    const { initial } = this.#stateAt(path)
    return initial ? this.#leafOf(initial) : path
  }

  #stateAt(path: string): StateOutline {
    const state = this.#states.find((state) => state.path === path)
    if (!state) throw new Error(`There is no state ${path}`)
    return state
  }

  #group(attributes: Record<string, string>): string {
    // Graphviz would write a hyphen as an entity.
    const id = `group${this.#groups.size}`
    this.#groups.set(id, attributes)
    return `id=${quote(id)}`
  }
}

/** What Graphviz has drawn, with names of ours instead of its colours, titles and ids. */
function tidy(svg: string, groups: Groups, name: string): string {
  const plain = svg
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    .replaceAll(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replace(/<svg[^>]*viewBox="([^"]*)"[^>]*>/, (_, viewBox) => {
      const [, , width, height] = viewBox.split(' ').map(Number)
      const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`
      return `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label="The ${name} chart" ${size} viewBox="${viewBox}" font-family="DejaVu Sans, Verdana, sans-serif">\n<style>${STYLE}</style>\n<rect class="paper" width="100%" height="100%"${attributesOf({ fill: 'paper' })}/>`
    })
    .replaceAll(/<g id="(?:a_)?([^"]*)"( class="[^"]*")?([^>]*)>/g, (_, id, _class, rest) => {
      const { title, ...attributes } = groups.get(id) ?? {}
      const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(value)}"`)
      return `<g${text.join('')}${id === 'graph0' ? rest : ''}>${title ? `<title>${escapeText(title)}</title>` : ''}`
    })
    .replaceAll(/<text([^>]*) fill="(#00000\d)"/g, (_, rest, color) => {
      const [kind] = Object.entries(CLASSES).find(([, value]) => value === color) ?? []
      return `<text class="${kind}"${rest}`
    })
    .replaceAll(/<a[^>]*>\n?|<\/a>\n?/g, '')
    .trim()
  return `${colored(plain)}\n`
}

const GRAPHVIZ_LOOKS =
  / (?:fill|stroke|font-family|font-weight|xml:space|stroke-dasharray|stroke-width)="[^"]*"/g

/** With our looks in the place of Graphviz's. */
function colored(svg: string): string {
  const open: string[][] = []
  return svg.replaceAll(
    /<(\/?)(g|path|polygon|ellipse|text)\b([^>]*?)(\/?)>/g,
    (tag, end, element, attributes, empty) => {
      const [, own = ''] = / class="([^"]*)"/.exec(attributes) ?? []
      if (element === 'g') {
        if (end) open.pop()
        else open.push(own.split(' '))
        return tag
      }
      if (end) return tag
      const look = attributesOf(lookOf(element, open.at(-1) ?? [], own))
      return `<${element}${attributes.replaceAll(GRAPHVIZ_LOOKS, '')}${look}${empty}>`
    },
  )
}

/** The innermost state that both are in; `''` for the root. */
function commonAncestor(one: string, other: string): string {
  const names = other.split('.')
  const own = one.split('.').slice(0, -1)
  const length = own.findIndex((name, index) => name !== names[index])
  return own.slice(0, length < 0 ? own.length : length).join('.')
}

function isInside(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`)
}

/** Lines of at most so many characters, where words allow it. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
