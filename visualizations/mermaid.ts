// A chart as a Mermaid state diagram.
import type { AnyStateMachine } from 'xstate'
import { isWithin, outermost } from '../src/common/state.ts'
import { type Edge, flatten, outline, type StateOutline } from './outline.ts'

const ANYWHERE = 'anywhere'

/** A `stateDiagram-v2` of the whole chart, which GitHub renders. */
export function toMermaid(machine: AnyStateMachine): string {
  const root = outline(machine)
  return diagram([
    ...declare(root.children),
    ...within(root),
    ...flatten(root)
      .filter((state) => state !== root)
      .flatMap((state) => state.edges.flatMap((edge) => drawEdge(root, state, edge))),
    ...drawAnywhere(root),
  ])
}

/** The outer states alone, with what leads from one to another: the chart at a glance. */
export function toOverview(machine: AnyStateMachine): string {
  const root = outline(machine)
  const labels = new Map<string, Set<string>>()
  for (const outer of root.children) {
    const handled = new Set(flatten(outer).flatMap((state) => state.reactsTo))
    const inherited = root.edges.map(({ target, labels }) => ({
      target,
      labels: labels.filter((label) => !handled.has(label)),
    }))
    for (const { target, labels: found } of [
      ...flatten(outer).flatMap((state) => state.edges),
      ...inherited,
    ]) {
      if (outermost(target) === outer.name || outer.isFinal) continue
      const key = `${idOf(outer.name)} --> ${idOf(outermost(target))}`
      labels.set(key, new Set([...(labels.get(key) ?? []), ...found]))
    }
  }
  return diagram([
    ...root.children.flatMap(({ name, children, inner }) => [
      `state "${name}" as ${idOf(name)}`,
      ...(children.length === 0 ? inner.map((line) => `${idOf(name)} : ${line}`) : []),
    ]),
    ...within(root),
    ...[...labels]
      .filter(([, found]) => found.size > 0)
      .map(([ends, found]) => `${ends} : ${[...found].map(withoutAlways).join('<br>')}`),
  ])
}

/** A guard alone says that the transition needs no event, as in UML. */
function withoutAlways(label: string): string {
  return label.replace(/^always (?=\[)/, '')
}

function diagram(lines: string[]): string {
  return ['stateDiagram-v2', ...indent(['direction TB', ...lines]), ''].join('\n')
}

function declare(states: StateOutline[]): string[] {
  return states.flatMap((state) => [
    `state "${state.name}" as ${idOf(state.path)}`,
    ...(state.children.length > 0
      ? [
          `state ${idOf(state.path)} {`,
          ...indent([...declare(state.children), ...within(state)]),
          '}',
          ...drawNote(state),
        ]
      : state.inner.map((line) => `${idOf(state.path)} : ${line}`)),
  ])
}

/** A box within which others are drawn has no room for lines of its own. */
function drawNote({ path, inner }: StateOutline): string[] {
  return inner.length > 0 ? [`note right of ${idOf(path)}`, ...indent(inner), 'end note'] : []
}

function within(state: StateOutline): string[] {
  return [
    ...(state.initial ? [`[*] --> ${idOf(state.initial)}${startOf(state)}`] : []),
    ...state.children.filter(({ isFinal }) => isFinal).map(({ path }) => `${idOf(path)} --> [*]`),
  ]
}

function startOf({ start }: StateOutline): string {
  return start.length > 0 ? ` : ${start.join(', ')}` : ''
}

/**
 * Mermaid cannot draw an edge from a state to one inside it: such a transition is drawn from each
 * other state inside. One from a state to itself changes nothing that the picture shows.
 */
function drawEdge(root: StateOutline, source: StateOutline, { target, labels }: Edge): string[] {
  const states = flatten(root)
  const isInside = target !== source.path && isWithin(target, source.path)
  const sources = isInside
    ? states
        .filter(({ path, children }) => isWithin(path, source.path) && children.length === 0)
        .map(({ path }) => path)
    : [source.path]
  // Where the transition ends up; edges between two boxes with others inside come out as a tangle.
  const end = states.find(({ path }) => path === target)?.initial ?? target
  return sources
    .filter((path) => path !== end)
    .map((path) => `${idOf(path)} --> ${idOf(end)} : ${labels.join('<br>')}`)
}

/**
 * What the root reacts to: one box for all states, since an edge from each would hide the others.
 */
function drawAnywhere(root: StateOutline): string[] {
  const { edges, inner } = root
  if (edges.length + inner.length === 0) return []
  return [
    `state "in any state" as ${ANYWHERE}`,
    ...inner.map((line) => `${ANYWHERE} : ${line}`),
    ...edges.map(({ target, labels }) => `${ANYWHERE} --> ${idOf(target)} : ${labels.join('<br>')}`),
    'classDef wildcard stroke-dasharray: 4 4',
    `class ${ANYWHERE} wildcard`,
  ]
}

/** Mermaid takes neither hyphens nor dots in an id. */
function idOf(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9]/g, '_')
}

function indent(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
