// The common part of the models: how paths are found, and how a model is given to other path
// generators.
import type { ActorLogic, EventObject, Snapshot } from 'xstate'
import { getAdjacencyMap, type PathGenerator, type StatePath, type TraversalOptions } from 'xstate/graph'
import { requireFunction, requireOptions } from '../common/validate.ts'

/** An event, and what a server must show once all its consequences are done. */
export interface ModelStep<Event, Expectations> {
  readonly event: Event
  /** The state in which it happens, where the model has a name for it. */
  readonly state?: string
  readonly expected: Expectations
}

/** A sequence of events from a fresh start. */
export interface ModelPath<Event, Expectations> {
  /** `#17`, its place among the paths, then how it begins and how many steps it has. */
  readonly title: string
  /** The types of its events, with arrows between them. */
  readonly description: string
  readonly steps: readonly ModelStep<Event, Expectations>[]
}

/** What `paths()` may use. */
export interface PathsOptions<Event, Expectations> {
  /**
   * Whether an event may happen where this is expected: false for each that your test cannot bring
   * about, so that no path holds it. Events that happen at once are asked about together, as
   * `at.once`, and each for itself.
   * @default all may
   */
  events?: (event: Event, expected: Expectations) => boolean
}

/**
 * A chart closed over the world around it: clients, handlers and users choose the events, the chart
 * decides the consequences.
 */
export interface Model<TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations> {
  /**
   * A pure actor logic: `createActor(logic)` runs it, `xstate/graph` explores it. Nothing here does
   * any I/O.
   */
  readonly logic: ActorLogic<TSnapshot, Event>
  /**
   * The events to try in each state, and the keys by which states count as the same. They bound the
   * model. With `logic` they are the arguments of `new TestModel(logic, options)`, from
   * `@xstate/test` or `xstate/graph`, and of the functions of `xstate/graph`.
   */
  readonly options: {
    readonly events: (snapshot: TSnapshot) => readonly Event[]
    readonly serializeState: (snapshot: TSnapshot) => string
    readonly serializeEvent: (event: Event) => string
  }
  /** What a server must show in this state of the model: the model's prediction. */
  expectations(snapshot: TSnapshot): Expectations
  /**
   * Few paths of readable length that together take every possible event in every state of the
   * chart, with each of its outcomes. The same paths at each call with the same options. Throws a
   * `TypeError` for wrong ones.
   *
   * @example
   * ```ts
   * const model = createListenerModel({ includeFaults: false })
   * // for a server that cannot pause
   * const paths = model.paths({ events: ({ type }) => type !== 'pause' && type !== 'resume' })
   * ```
   */
  paths(options?: PathsOptions<Event, Expectations>): ModelPath<Event, Expectations>[]
  /**
   * The path of these events, in this order, from a fresh start; a failed path for instance. An
   * event that cannot happen where it stands changes nothing.
   */
  pathOf(events: readonly Event[]): ModelPath<Event, Expectations>
  /** Makes the same paths for a `TestModel`: `testModel.getPaths(model.pathGenerator)`. */
  readonly pathGenerator: PathGenerator<TSnapshot, Event, unknown>
}

/** A path that has come so far is ended as soon as it has taken one more transition that is new. */
const LONG_ENOUGH = 16

const ARROW = ' → '
/** Characters of a description that a title shows at most. */
const LONGEST_BEGINNING = 60

interface Edge<Event> {
  event: Event
  target: string
  /** Edges of one kind are taken once. */
  kind: string
}

type Traversal<TSnapshot extends Snapshot<unknown>, Event extends EventObject> = Omit<
  TraversalOptions<TSnapshot, Event, unknown>,
  'serializeState'
> & { serializeState: (state: TSnapshot, event: Event | undefined, from?: TSnapshot) => string }

/** Two transitions of the same kind tell the same. */
export type KindOf<TSnapshot, Event> = (from: TSnapshot, event: Event, to: TSnapshot) => string

export function createModel<TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations>(
  logic: ActorLogic<TSnapshot, Event>,
  events: (snapshot: TSnapshot) => readonly Event[],
  serializeState: (snapshot: TSnapshot) => string,
  kindOf: KindOf<TSnapshot, Event>,
  expectations: (snapshot: TSnapshot) => Expectations,
  nameOf?: (snapshot: TSnapshot) => string,
): Model<TSnapshot, Event, Expectations> {
  const options = { events, serializeState, serializeEvent: (event: Event) => JSON.stringify(event) }
  const pathGenerator: PathGenerator<TSnapshot, Event, unknown> = (behavior, traversal) =>
    takeEveryKind(behavior, { ...options, ...traversal }, kindOf)
  const pathOf = (title: string, { steps }: StatePath<TSnapshot, Event>) => {
    const happened = steps.slice(1)
    const description = happened.map(({ event }) => describeEvent(event)).join(ARROW)
    return {
      title: `${title}${shorten(description)} (${happened.length} ${happened.length === 1 ? 'step' : 'steps'})`,
      description,
      steps: happened.map(({ event, state }, index) => ({
        event,
        ...(nameOf && { state: nameOf(steps[index]?.state ?? state) }),
        expected: expectations(state),
      })),
    }
  }
  return {
    logic,
    options,
    expectations,
    pathGenerator,
    paths: (asked = {}) => {
      const { events: isWanted } = requireOptions('paths', asked, ['events'])
      if (isWanted !== undefined) requireFunction('events', isWanted)
      const restricted = isWanted ? { ...options, events: only(events, isWanted, expectations) } : options
      return pathGenerator(logic, restricted).map((path, index) => pathOf(`#${index + 1} `, path))
    },
    pathOf: (events) => pathOf('', follow(logic, logic.getInitialSnapshot(NO_SCOPE, undefined), events)),
  }
}

/** The events of a state that are wanted there. */
function only<TSnapshot, Event extends EventObject, Expectations>(
  events: (snapshot: TSnapshot) => readonly Event[],
  isWanted: (event: Event, expected: Expectations) => boolean,
  expectations: (snapshot: TSnapshot) => Expectations,
): (snapshot: TSnapshot) => readonly Event[] {
  return (snapshot) => {
    const expected = expectations(snapshot)
    const isEachWanted = (event: Event): boolean => {
      const { events: together = [] } = event as { events?: readonly Event[] }
      return isWanted(event, expected) && together.every(isEachWanted)
    }
    return events(snapshot).filter(isEachWanted)
  }
}

function shorten(description: string): string {
  if (description.length <= LONGEST_BEGINNING) return description
  const end = description.lastIndexOf(ARROW, LONGEST_BEGINNING)
  return end < 0 ? `${description.slice(0, LONGEST_BEGINNING)}…` : `${description.slice(0, end)}${ARROW}…`
}

/** Its type and the values of its payload; events that happen together as `destroy + connect`. */
export function describeEvent({ type, events, ...payload }: EventObject & { events?: unknown }): string {
  const together = Array.isArray(events) ? [(events as EventObject[]).map(describeEvent).join(' + ')] : []
  return [type, ...together, ...Object.values(payload).map((value) => JSON.stringify(value))].join(' ')
}

function takeEveryKind<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
  logic: ActorLogic<TSnapshot, Event>,
  options: Traversal<TSnapshot, Event>,
  kindOf: KindOf<TSnapshot, Event>,
): StatePath<TSnapshot, Event>[] {
  const initial = (options.fromState ?? logic.getInitialSnapshot(NO_SCOPE, undefined)) as TSnapshot
  const graph = graphOf(logic, options, kindOf)
  const wanted = new Set([...graph.values()].flatMap((edges) => edges.map(({ kind }) => kind)))
  const paths: StatePath<TSnapshot, Event>[] = []
  while (wanted.size > 0) {
    let at = options.serializeState(initial, undefined)
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
    paths.push(follow(logic, initial, events))
  }
  return paths
}

/** The models' logic needs nothing of the actor that runs it. */
const NO_SCOPE = undefined as never

function graphOf<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
  logic: ActorLogic<TSnapshot, Event>,
  options: Traversal<TSnapshot, Event>,
  kindOf: KindOf<TSnapshot, Event>,
): Map<string, Edge<Event>[]> {
  const graph = new Map<string, Edge<Event>[]>()
  const adjacency = getAdjacencyMap(logic, options as never)
  for (const [key, { state, transitions }] of Object.entries(adjacency)) {
    const from = state as TSnapshot
    const found = Object.values(transitions) as { event: Event; state: TSnapshot }[]
    const edges = found.map(({ event, state: to }) => ({
      event,
      target: options.serializeState(to, event, from),
      kind: kindOf(from, event, to),
    }))
    graph.set(key, edges)
  }
  return graph
}

/** Breadth first; `undefined` where nothing that is wanted can be reached. */
function shortestWayTo<Event>(
  wanted: Set<string>,
  graph: Map<string, Edge<Event>[]>,
  start: string,
): Edge<Event>[] | undefined {
  const cameBy = new Map<string, { from: string; edge: Edge<Event> } | undefined>([[start, undefined]])
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
function follow<TSnapshot extends Snapshot<unknown>, Event extends EventObject>(
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
