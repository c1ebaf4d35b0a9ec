// Whether what is due in a model comes about: its reachable states are searched for one from which
// it cannot, and for a cycle in which it never does although everybody else does their part.
import type { ListenerModel, ListenerModelEvent, ListenerModelSnapshot } from '../../src/testing/index.ts'
import { firstFairCycle, type Node, type Nodes, type Progress } from './fair-cycle.ts'
import { wayTo } from './graph.ts'
import type { Explored } from './states.ts'

/** Who waits in a state, each by a number that says which. */
export type Waiting = (snapshot: ListenerModelSnapshot) => readonly number[]

export interface Finding {
  readonly kind: 'stranded' | 'cycle'
  /** The path, and the cycle, in the model's words. */
  readonly text: string
  readonly path: readonly ListenerModelEvent[]
  /** Without end; empty for one who is stranded. */
  readonly cycle: readonly ListenerModelEvent[]
}

export interface Liveness {
  /** States in which somebody waits, once for each of them. */
  readonly waiting: number
  readonly findings: readonly Finding[]
}

/**
 * From each state in which somebody waits, the waiting can end; and it does if each progress is
 * made. What stands against that: one finding of each kind at most.
 */
export function checkLiveness(explored: Explored, who: Waiting, progress: readonly Progress[]): Liveness {
  const { model, start, states } = explored
  const nodes = new Map<string, Node>()
  for (const [key, { snapshot, steps }] of states) {
    who(snapshot).forEach((one, position) => {
      const node: Node = { snapshot, edges: [], ends: false }
      nodes.set(keyOf(key, position), node)
      for (const { event, to, target } of steps) {
        const next = who(to).indexOf(one)
        if (next < 0) node.ends = true
        else node.edges.push({ event, target: keyOf(target, next) })
      }
    })
  }
  const graph = new Map([...states].map(([key, { steps }]) => [key, steps]))
  const tell = (kind: Finding['kind'], at: string, cycle: readonly ListenerModelEvent[]): Finding => {
    const path = (wayTo(graph, start, (key) => key === stateOf(at)) ?? []).map(({ event }) => event)
    return { kind, path, cycle, text: describe(model, path, cycle) }
  }
  const stranded = firstStranded(nodes)
  const fair = firstFairCycle(nodes, progress)
  return {
    waiting: nodes.size,
    findings: [
      ...(stranded === undefined ? [] : [tell('stranded', stranded, [])]),
      ...(fair ? [tell('cycle', fair.at, fair.cycle)] : []),
    ],
  }
}

const SEPARATOR = ' #'

function keyOf(state: string, position: number): string {
  return `${state}${SEPARATOR}${position}`
}

function stateOf(key: string): string {
  return key.slice(0, key.lastIndexOf(SEPARATOR))
}

function firstStranded(nodes: Nodes): string | undefined {
  const sources = new Map<string, string[]>()
  for (const [key, { edges }] of nodes) {
    for (const { target } of edges) {
      const known = sources.get(target)
      if (known) known.push(key)
      else sources.set(target, [key])
    }
  }
  const saved = new Set([...nodes].filter(([, { ends }]) => ends).map(([key]) => key))
  for (const key of saved) for (const source of sources.get(key) ?? []) saved.add(source)
  return [...nodes.keys()].find((key) => !saved.has(key))
}

function describe(
  model: ListenerModel,
  path: readonly ListenerModelEvent[],
  cycle: readonly ListenerModelEvent[],
): string {
  const { steps } = model.pathOf([...path, ...cycle])
  const lines = steps.map(({ event, expected }) => {
    const { value } = expected.listener
    return `  ${nameOf(event)} → ${JSON.stringify(value)}, ${expected.clients.join(' ') || 'no client'}`
  })
  if (cycle.length === 0) lines.push('where it waits, and nothing can end that')
  else lines.splice(path.length, 0, 'and then without end')
  return lines.join('\n')
}

function nameOf(event: ListenerModelEvent): string {
  const { type, ...payload } = event
  if (event.type === 'at.once') return `at once (${event.events.map(nameOf).join(', ')})`
  return [type, ...Object.values(payload)].join(' ')
}
