// How paths are found: the graph of a model, and few walks that take each kind of its edges.
import type { ActorLogic, EventObject, Snapshot } from 'xstate'
import { getAdjacencyMap, type StatePath, type TraversalOptions } from 'xstate/graph'

/** A path that has come so far is ended as soon as it has taken one more transition that is new. */
const LONG_ENOUGH = 16

/** Two transitions of the same kind tell the same. */
export type KindOf<TSnapshot, Event> = (from: TSnapshot, event: Event, to: TSnapshot) => string

export interface Edge<TSnapshot, Event> {
  readonly event: Event
  readonly from: TSnapshot
  readonly to: TSnapshot
  /** The key of `to`. */
  readonly target: string
  /** Edges of one kind are taken once. */
  readonly kind: string
}

/** The edges of each state that can be reached, by the key of the state. */
export type Graph<TSnapshot, Event> = ReadonlyMap<string, readonly Edge<TSnapshot, Event>[]>

export type Traversal<TSnapshot extends Snapshot<unknown>, Event extends EventObject> = Omit<
  TraversalOptions<TSnapshot, Event, unknown>,
  'serializeState'
> & { serializeState: (state: TSnapshot, event: Event | undefined, from?: TSnapshot) => string }

/** Walks from `start` that together take an edge of each kind. */
export function takeEveryKind<TSnapshot, Event>(graph: Graph<TSnapshot, Event>, start: string): Event[][] {
  const wanted = new Set([...graph.values()].flatMap((edges) => edges.map(({ kind }) => kind)))
  const walks: Event[][] = []
  while (wanted.size > 0) {
    let at = start
    const events: Event[] = []
    while (events.length < LONG_ENOUGH) {
      const way = shortestWayTo(wanted, graph, at)
      if (!way) break
      for (const edge of way) {
        wanted.delete(edge.kind)
        events.push(edge.event)
        at = edge.target
      }
    }
    walks.push(events)
  }
  return walks
}

/** As much of a graph as can be reached from `start` by edges that are wanted. */
export function restrict<TSnapshot, Event>(
  graph: Graph<TSnapshot, Event>,
  start: string,
  isWanted: (edge: Edge<TSnapshot, Event>) => boolean,
): Graph<TSnapshot, Event> {
  const reached = new Map<string, readonly Edge<TSnapshot, Event>[]>()
  const ahead = [start]
  for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
    if (reached.has(key)) continue
    const edges = graph.get(key)?.filter(isWanted) ?? []
    reached.set(key, edges)
    ahead.push(...edges.map(({ target }) => target))
  }
  return reached
}

export function graphOf<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
  logic: ActorLogic<TSnapshot, Event>,
  options: Traversal<TSnapshot, Event>,
  kindOf: KindOf<TSnapshot, Event>,
): Graph<TSnapshot, Event> {
  const graph = new Map<string, Edge<TSnapshot, Event>[]>()
  const adjacency = getAdjacencyMap(logic, options as never)
  for (const [key, { state, transitions }] of Object.entries(adjacency)) {
    const from = state as TSnapshot
    const found = Object.values(transitions) as { event: Event; state: TSnapshot }[]
    const edges = found.map(({ event, state: to }) => ({
      event,
      from,
      to,
      target: options.serializeState(to, event, from),
      kind: kindOf(from, event, to),
    }))
    graph.set(key, edges)
  }
  return graph
}

/** Breadth first; `undefined` where nothing that is wanted can be reached. */
function shortestWayTo<TSnapshot, Event>(
  wanted: Set<string>,
  graph: Graph<TSnapshot, Event>,
  start: string,
): Edge<TSnapshot, Event>[] | undefined {
  const cameBy = new Map<string, { from: string; edge: Edge<TSnapshot, Event> } | undefined>([
    [start, undefined],
  ])
  for (const [at] of cameBy) {
    for (const edge of graph.get(at) ?? []) {
      if (wanted.has(edge.kind)) {
        const way = [edge]
        for (let step = cameBy.get(at); step; step = cameBy.get(step.from)) way.unshift(step.edge)
        return way
      }
      if (!cameBy.has(edge.target)) cameBy.set(edge.target, { from: at, edge })
    }
  }
  return undefined
}

/** As `xstate/graph` has it, a path begins with a step that is no event but the start. */
export function follow<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
  logic: ActorLogic<TSnapshot, Event>,
  initial: TSnapshot,
  events: readonly Event[],
): StatePath<TSnapshot, Event> {
  let state = initial
  const steps = [{ event: { type: 'xstate.init' } as Event, state }]
  for (const event of events) {
    state = logic.transition(state, event, NO_SCOPE)
    steps.push({ event, state })
  }
  return { state, steps, weight: events.length }
}

/** The models' logic needs nothing of the actor that runs it. */
const NO_SCOPE = undefined as never

export function initialOf<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
  logic: ActorLogic<TSnapshot, Event>,
): TSnapshot {
  return logic.getInitialSnapshot(NO_SCOPE, undefined)
}
