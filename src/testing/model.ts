// The common part of the models: what each has, and how it is given to other path generators.
import type { ActorLogic, EventObject, Snapshot } from 'xstate'
import type { PathGenerator } from 'xstate/graph'
import { requireFunction, requireOptions } from '../common/validate.ts'
import {
  type Edge,
  follow,
  type Graph,
  graphOf,
  initialOf,
  type KindOf,
  restrict,
  takeEveryKind,
} from './paths.ts'

/** An event, and what a server must show once all its consequences are done. */
export interface ModelStep<Event, Expectations> {
  readonly event: Event
  /** The state of the chart in which it happens: `accept-paused.waiting`. */
  readonly state: string
  readonly expected: Expectations
  /** The `key` of its kind. */
  readonly kind: string
}

/** Steps of one kind tell the same about a server: the paths take each kind once. */
export interface StepKind<Event> {
  readonly key: string
  /** The state in which the event happens. */
  readonly from: string
  readonly event: Event
  /** The one in which the chart comes to rest. */
  readonly to: string
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
  /**
   * All kinds of steps: what the paths take together. The same array at each call; the first one
   * explores the model.
   */
  kinds(): readonly StepKind<Event>[]
  /** What of the chart no path comes to, where the chart is not ours. */
  readonly unreached?: () => readonly string[]
  /** Makes the same paths for a `TestModel`: `testModel.getPaths(model.pathGenerator)`. */
  readonly pathGenerator: PathGenerator<TSnapshot, Event, unknown>
}

const ARROW = ' → '
/** Characters of a description that a title shows at most. */
const LONGEST_BEGINNING = 60

/** What a model is made of. */
export interface ModelParts<TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations> {
  readonly logic: ActorLogic<TSnapshot, Event>
  readonly events: (snapshot: TSnapshot) => readonly Event[]
  readonly serializeState: (snapshot: TSnapshot) => string
  readonly kindOf: KindOf<TSnapshot, Event>
  /** The state of the chart by name, for failures and reports. */
  readonly stateOf: (snapshot: TSnapshot) => string
  readonly expectations: (snapshot: TSnapshot) => Expectations
}

export function createModel<TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations>({
  logic,
  events,
  serializeState,
  kindOf,
  stateOf,
  expectations,
}: ModelParts<TSnapshot, Event, Expectations>): Model<TSnapshot, Event, Expectations> {
  const options = { events, serializeState, serializeEvent: (event: Event) => JSON.stringify(event) }
  const pathGenerator: PathGenerator<TSnapshot, Event, unknown> = (behavior, traversal) => {
    const all = { ...options, ...traversal }
    const from = traversal.fromState ?? initialOf(behavior)
    const walks = takeEveryKind(graphOf(behavior, all, kindOf), all.serializeState(from, undefined))
    return walks.map((walk) => follow(behavior, from, walk))
  }
  const pathOf = (title: string, [start, ...happened]: readonly { event: Event; state: TSnapshot }[]) => {
    const description = happened.map(({ event }) => describeEvent(event)).join(ARROW)
    let from = start?.state as TSnapshot
    return {
      title: `${title}${shorten(description)} (${happened.length} ${happened.length === 1 ? 'step' : 'steps'})`,
      description,
      steps: happened.map(({ event, state }) => {
        const before = from
        from = state
        return {
          event,
          state: stateOf(before),
          expected: expectations(state),
          kind: kindOf(before, event, state),
        }
      }),
    }
  }
  const initial = initialOf(logic)
  const start = serializeState(initial)
  let whole: Graph<TSnapshot, Event> | undefined
  const graph = () => {
    whole ??= graphOf(logic, options, kindOf)
    return whole
  }
  let kinds: readonly StepKind<Event>[] | undefined
  return {
    logic,
    options,
    expectations,
    pathGenerator,
    paths: (asked = {}) => {
      const { events: isWanted } = requireOptions('paths', asked, ['events'])
      if (isWanted !== undefined) requireFunction('events', isWanted)
      const wanted = isWanted ? restrict(graph(), start, onlyIf(isWanted, expectations)) : graph()
      return takeEveryKind(wanted, start).map((walk, index) =>
        pathOf(`#${index + 1} `, follow(logic, initial, walk).steps),
      )
    },
    pathOf: (events) => pathOf('', follow(logic, initial, events).steps),
    kinds: () => {
      kinds ??= kindsIn(graph(), stateOf)
      return kinds
    },
  }
}

function kindsIn<TSnapshot, Event>(
  graph: Graph<TSnapshot, Event>,
  stateOf: (snapshot: TSnapshot) => string,
): StepKind<Event>[] {
  const kinds = new Map<string, StepKind<Event>>()
  for (const { kind, from, event, to } of [...graph.values()].flat()) {
    if (!kinds.has(kind)) kinds.set(kind, { key: kind, from: stateOf(from), event, to: stateOf(to) })
  }
  return [...kinds.values()]
}

/** An edge is wanted if its event is, and each of those that happen at once in it. */
function onlyIf<TSnapshot, Event extends EventObject, Expectations>(
  isWanted: (event: Event, expected: Expectations) => boolean,
  expectations: (snapshot: TSnapshot) => Expectations,
): (edge: Edge<TSnapshot, Event>) => boolean {
  return ({ event, from }) => {
    const expected = expectations(from)
    const isEachWanted = (event: Event): boolean => {
      const { events: together = [] } = event as { events?: readonly Event[] }
      return isWanted(event, expected) && together.every(isEachWanted)
    }
    return isEachWanted(event)
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
