// A cycle in which somebody waits, although everybody else does their part.
import type { ListenerModelEvent, ListenerModelSnapshot } from '../../src/testing/index.ts'
import { stronglyConnected, wayTo } from './graph.ts'
import type { Edge } from './states.ts'

/** An event that is not put off for ever. */
export interface Progress {
  readonly name: string
  /** Whether it is owed in this state. */
  readonly isDue: (snapshot: ListenerModelSnapshot) => boolean
  readonly isMade: (event: ListenerModelEvent) => boolean
  /**
   * Whether it is made also where it is owed again and again, with breaks: strong fairness. Weak
   * fairness is that it is made where it is owed without a break.
   */
  readonly isStrong: boolean
}

/** One who waits in a state. */
export interface Node {
  readonly snapshot: ListenerModelSnapshot
  readonly edges: Edge[]
  /** Whether a step from here ends the waiting. */
  ends: boolean
}

export type Nodes = ReadonlyMap<string, Node>

/**
 * By strongly connected parts: the conditions are such that where a cycle meets them, its part
 * does, or what is left of that without the states where a progress is owed that nobody makes.
 */
export function firstFairCycle(nodes: Nodes, progress: readonly Progress[]): FairCycle | undefined {
  const arrows = new Map([...nodes].map(([key, { edges }]) => [key, edges]))
  return firstFairIn(arrows, nodes, progress)
}

export interface FairCycle {
  readonly at: string
  readonly cycle: readonly ListenerModelEvent[]
}

function firstFairIn(
  graph: ReadonlyMap<string, readonly Edge[]>,
  nodes: Nodes,
  progress: readonly Progress[],
): FairCycle | undefined {
  for (const keys of stronglyConnected(graph)) {
    const part = within(graph, keys)
    if (![...part.values()].some((edges) => edges.length > 0)) continue
    const isOwed = ({ isDue }: Progress, key: string) => isDue((nodes.get(key) as Node).snapshot)
    const makes = (one: Progress, key: string) =>
      isOwed(one, key) ? part.get(key)?.find(({ event }) => one.isMade(event)) : undefined
    const unmade = progress.filter((one) => !keys.some((key) => makes(one, key)))
    if (unmade.some((one) => !one.isStrong && keys.every((key) => isOwed(one, key)))) continue
    const free = keys.filter((key) => !unmade.some((one) => one.isStrong && isOwed(one, key)))
    if (free.length === keys.length) {
      const isMet = (one: Progress) => (key: string) =>
        unmade.includes(one) ? !isOwed(one, key) : makes(one, key) !== undefined
      const goals = progress.map((one) => ({ isMet: isMet(one), edge: (key: string) => makes(one, key) }))
      // The first that was found, so that the path to it is short.
      const start = [...nodes.keys()].find((key) => part.has(key)) ?? ''
      return cycleIn(part, start, goals)
    }
    const found = firstFairIn(within(graph, free), nodes, progress)
    if (found) return found
  }
  return undefined
}

/** What is left of a graph with these nodes only. */
function within(
  graph: ReadonlyMap<string, readonly Edge[]>,
  keys: readonly string[],
): Map<string, readonly Edge[]> {
  const kept = new Set(keys)
  return new Map(keys.map((key) => [key, (graph.get(key) ?? []).filter(({ target }) => kept.has(target))]))
}

interface Goal {
  /** Whether it is met in this state, by the edge from it if there is one. */
  readonly isMet: (key: string) => boolean
  readonly edge: (key: string) => Edge | undefined
}

/** By all goals, and back. */
function cycleIn(
  part: ReadonlyMap<string, readonly Edge[]>,
  start: string,
  goals: readonly Goal[],
): FairCycle {
  const cycle: ListenerModelEvent[] = []
  let at = start
  const go = (way: readonly Edge[] = []) => {
    for (const { event, target } of way) {
      cycle.push(event)
      at = target
    }
  }
  for (const { isMet, edge } of goals) {
    go(wayTo(part, at, isMet))
    const met = edge(at)
    if (met) go([met])
  }
  if (cycle.length === 0) go(part.get(at)?.slice(0, 1))
  go(wayTo(part, at, (key) => key === start))
  return { at: start, cycle }
}
