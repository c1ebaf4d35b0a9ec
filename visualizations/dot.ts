// A chart in Graphviz's language, and what the picture has to show where Graphviz puts each part.
import { isWithin } from '../src/common/state.ts'
import { SIZES, type TextKind } from './looks.ts'
import { type Edge, flatten, type StateOutline } from './outline.ts'

export interface TextLine {
  kind: TextKind
  text: string
}

/** A part of a picture. */
export interface Part {
  kind: 'state' | 'final' | 'outer' | 'any' | 'start' | 'edge' | 'label'
  /** What scripts find it by, and what it says when it is pointed at. */
  data: Record<string, string>
  title: string
  lines: TextLine[]
}

export interface DotOptions {
  /** Names of states and events only. */
  isBrief: boolean
}

const WIDTH_OF_TEXT = 38
const WIDTH_OF_LABEL = 30

// What Graphviz takes for the width of this font is at least that of all fonts of the style.
const FONT = 'Verdana'

/** The chart as a graph whose parts have the ids of `parts`. */
export function toDot(root: StateOutline, options: DotOptions): { dot: string; parts: Map<string, Part> } {
  const { parts, lines } = new Dot(root, options)
  return { dot: lines.join('\n'), parts }
}

class Dot {
  readonly parts = new Map<string, Part>()
  readonly lines: string[] = []
  readonly #root: StateOutline
  readonly #states: ReadonlyMap<string, StateOutline>
  readonly #isBrief: boolean
  #edges = 0

  constructor(root: StateOutline, { isBrief }: DotOptions) {
    this.#root = root
    this.#states = new Map(flatten(root).map((state) => [state.path, state]))
    this.#isBrief = isBrief
    const gap = isBrief ? 'nodesep=0.2; ranksep=0.18' : 'nodesep=0.3; ranksep=0.25'
    this.lines.push(
      'digraph {',
      `graph [compound=true; rankdir=TB; ${gap}; fontname="${FONT}"; fontsize=12]`,
      `node [shape=box; fontname="${FONT}"; fontsize=12; margin="0.1,0.06"; height=0.3]`,
      `edge [arrowsize=0.7]`,
    )
    this.#addWithin(root)
    if (root.edges.length + (isBrief ? 0 : root.inner.length) > 0) this.#addAny(root)
    for (const state of this.#states.values()) for (const edge of state.edges) this.#addEdge(state, edge)
    this.lines.push('}')
  }

  #addWithin({ path, initial, children, start: effects }: StateOutline): void {
    for (const child of children) this.#addState(child)
    if (!initial) return
    const start = `start ${path}`
    const end = initial === path ? '' : this.#clipAt('lhead', initial)
    this.lines.push(`${quote(start)} [shape=point; width=0.11; label=""; ${this.#part({ kind: 'start' })}]`)
    let tail = start
    if (effects.length > 0 && !this.#isBrief) {
      tail = `label of ${start}`
      const lines = [{ kind: 'event', text: effects.join(', ') } as const]
      this.lines.push(
        `${quote(tail)} [shape=plain; label=<${toTable(lines)}>; ${this.#part({ kind: 'label', lines })}]`,
        `${quote(start)} -> ${quote(tail)} [dir=none; ${this.#part({ kind: 'edge' })}]`,
      )
    }
    this.lines.push(
      `${quote(tail)} -> ${quote(this.#leafOf(initial))} [${this.#part({ kind: 'edge' })}${end}]`,
    )
  }

  #addState(state: StateOutline): void {
    const { path, children, isFinal, description } = state
    const isOuter = children.length > 0
    const lines = this.#describe(state.name, state)
    const kind = isOuter ? 'outer' : isFinal ? 'final' : 'state'
    const id = this.#part({ kind, data: { state: path }, title: description, lines })
    const label = `label=<${toTable(lines)}>`
    if (!isOuter) {
      this.lines.push(`${quote(path)} [${label}; ${id}]`)
      return
    }
    this.lines.push(
      `subgraph ${quote(clusterOf(path))} {`,
      // In the brief listener, a line crosses the other corner.
      `graph [margin=14; labeljust=${this.#isBrief ? 'r' : 'l'}; ${label}; ${id}]`,
    )
    this.#addWithin(state)
    if (state.edges.some(({ target }) => isInside(target, path))) this.#addAny(state)
    this.lines.push('}')
  }

  /** What holds in all states inside: Graphviz draws no edge from a box to what is in it. */
  #addAny(state: StateOutline): void {
    const isRoot = state === this.#root
    const name = isRoot ? 'in any state' : `in any of ${state.name}`
    const lines = this.#describe(name, isRoot ? { inner: state.inner } : {})
    const id = this.#part({ kind: 'any', lines })
    this.lines.push(`${quote(`any ${state.path}`)} [label=<${toTable(lines)}>; ${id}]`)
  }

  #addEdge(source: StateOutline, { target, labels, details, events }: Edge): void {
    const isAny = source === this.#root || isInside(target, source.path)
    const tail = isAny ? `any ${source.path}` : this.#leafOf(source.path)
    const number = this.#edges++
    const data = { edge: String(number), source: source.path, target, events: events.join(' ') }
    const lines = (this.#isBrief ? labels : details)
      .flatMap((text) => wrap(text, WIDTH_OF_LABEL))
      .map((text): TextLine => ({ kind: 'event', text }))
    // A label of an edge may lie on another or on a border; a node of its own never does.
    const label = `label ${number}`
    const id = this.#part({ kind: 'label', data, lines })
    const node = `${quote(label)} [shape=plain; label=<${toTable(lines)}>; ${id}]`
    this.lines.push(within(isAny ? source.path : commonAncestor(source.path, target), node))
    const from = isAny ? '' : this.#clipAt('ltail', source.path)
    const to = isInside(source.path, target) ? '' : this.#clipAt('lhead', target)
    this.lines.push(
      `${quote(tail)} -> ${quote(label)} [dir=none; ${this.#part({ kind: 'edge', data })}${from}]`,
      `${quote(label)} -> ${quote(this.#leafOf(target))} [${this.#part({ kind: 'edge', data })}${to}]`,
    )
  }

  /** A state's name and what is said of it. */
  #describe(name: string, { description = '', inner = [] }: Partial<StateOutline>): TextLine[] {
    const wrapped = (kind: TextKind, text: string) =>
      wrap(text, WIDTH_OF_TEXT).map((line): TextLine => ({ kind, text: line }))
    const said = [wrapped('description', description), ...inner.map((text) => wrapped('inner', text))]
    return [{ kind: 'name', text: name }, ...(this.#isBrief ? [] : said.flat())]
  }

  /** The box at which an edge to or from what is inside it ends. */
  #clipAt(end: 'lhead' | 'ltail', path: string): string {
    return this.#stateAt(path).children.length > 0 ? `; ${end}=${quote(clusterOf(path))}` : ''
  }

  /** Graphviz draws edges between nodes only. */
  #leafOf(path: string): string {
    const { initial } = this.#stateAt(path)
    return initial ? this.#leafOf(initial) : path
  }

  #stateAt(path: string): StateOutline {
    const state = this.#states.get(path)
    if (!state) throw new Error(`There is no state ${path}`)
    return state
  }

  #part({ kind, data = {}, title = '', lines = [] }: Partial<Part> & Pick<Part, 'kind'>): string {
    const id = `part${this.parts.size}`
    this.parts.set(id, { kind, data, title, lines })
    return `id=${id}`
  }
}

function clusterOf(path: string): string {
  return `cluster ${path}`
}

/** `statement` in the cluster of a state: one that is in others is found only from within them. */
function within(path: string, statement: string): string {
  const names = path === '' ? [] : path.split('.')
  return names.reduceRight((inner, _, index) => {
    const cluster = clusterOf(names.slice(0, index + 1).join('.'))
    return `subgraph ${quote(cluster)} { ${inner} }`
  }, statement)
}

/** The innermost state that both are in; `''` for the root. */
function commonAncestor(one: string, other: string): string {
  const names = other.split('.')
  const own = one.split('.').slice(0, -1)
  const length = own.findIndex((name, index) => name !== names[index])
  return own.slice(0, length < 0 ? own.length : length).join('.')
}

function isInside(path: string, outer: string): boolean {
  return path !== outer && isWithin(path, outer)
}

/** Lines as Graphviz takes them in a label, one below the other. */
function toTable(lines: readonly TextLine[]): string {
  const rows = lines.map(({ kind, text }) => {
    const shown = kind === 'name' ? `<b>${escapeText(text)}</b>` : escapeText(text)
    return `<tr><td align="left"><font point-size="${SIZES[kind]}">${shown}</font></td></tr>`
  })
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="1">${rows.join('')}</table>`
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

/** For XML and HTML, which the labels of Graphviz are like. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
