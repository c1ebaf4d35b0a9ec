// What a chart does, looked up: each step is computed once, by the chart itself, on a scope in
// which nothing happens.
import {
  type ActionExecutor,
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createActor,
  fromTransition,
  type InputFrom,
  type InspectedMicrostepEvent,
} from 'xstate'

/** Something that a chart asks for: the name of an action, with its parameters. */
export interface Request {
  readonly type: string
  readonly params: unknown
}

/** A transition that was part of a step, as inspectors are told of it. */
export interface Microstep {
  /** `undefined` for the event that the step is about. */
  readonly event: AnyEventObject | undefined
  readonly snapshot: AnyMachineSnapshot
  /** As XState types it for inspectors. */
  readonly _transitions: InspectedMicrostepEvent['_transitions']
}

export type LogEntry = Request | Microstep

/** What is sent to a child when the step is over. */
export interface Message {
  /** The child's id. */
  readonly to: string
  readonly event: AnyEventObject
}

/** A child that is spawned at the start. */
export interface Spawn {
  readonly id: string
  /** What the chart calls its logic. */
  readonly src: string
}

/** What an event comes to in one state. */
export interface Row {
  readonly next: Place
  /** What is asked for, and the microsteps between. */
  readonly log: readonly LogEntry[]
  readonly messages: readonly Message[]
}

/** What a chart does before the first event. */
export interface InitialRow extends Row {
  readonly spawns: readonly Spawn[]
}

/** A state with its context, and what events come to in it, as far as that is known. */
export interface Place {
  /**
   * Its children are not those of the actor that is here: a place is shared by all actors of the
   * chart.
   */
  readonly snapshot: AnyMachineSnapshot
  readonly rows: Map<string, Row>
}

/**
 * More places than this are forgotten, all at once, and computed anew when they are come to: a
 * listener's chart has one for each number of connections. Each takes up to 2 kB.
 */
const MAX_PLACES = 4096

/**
 * Stands for all types of events that a chart does not know: what it does about one, it does about
 * all.
 */
const UNKNOWN = 'xstate-tcp.unknown'

export const SEND = 'xstate.sendTo'
export const SPAWN = 'xstate.spawnChild'
/** It has had its effect when it is told. */
const RAISE = 'xstate.raise'

/**
 * Of any actor, and nothing happens in it. XState's own `transition` makes a new one for each step.
 */
const inertLogic = fromTransition((state: undefined) => state, undefined)

/**
 * A chart whose steps are remembered, for any number of actors.
 *
 * It can spawn children at the start, by the name of their logic, and send to them by their id; it
 * may have no timers, no history, and nothing else that XState's interpreter does beyond asking for
 * actions. Its context must be of what JSON can tell apart.
 */
export class Chart<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly machine: Machine
  /** The types of events that it has transitions for. */
  readonly #known: ReadonlySet<string>
  readonly #hasWildcards: boolean
  readonly #places = new Map<string, Place>()
  readonly #scope: AnyActorScope
  #log: LogEntry[] = []
  #initial: InitialRow | undefined

  constructor(machine: Machine) {
    this.machine = machine
    this.#known = new Set(eventTypesOf(machine.root))
    this.#hasWildcards = [...this.#known].some((type) => type.includes('*'))
    this.#scope = this.#inertScope()
  }

  /**
   * Computed once where it is always the same: without input, and without children, which each actor
   * has of its own.
   */
  initial(input: InputFrom<Machine>): InitialRow {
    if (input === undefined && this.#initial) return this.#initial
    this.#log = []
    // One of its own, since children may have names in its system.
    const snapshot = this.machine.getInitialSnapshot(this.#inertScope(), input)
    const spawns = this.#log.filter(isRequestOf(SPAWN)).map(({ params }) => params as Spawn)
    const row = { ...this.#rowOf(snapshot, undefined), spawns }
    if (input === undefined && spawns.length === 0) this.#initial = row
    return row
  }

  lookUp(place: Place, event: AnyEventObject): Row {
    const { type } = event
    const isKnown = this.#known.has(type) || this.#hasWildcards
    if (!isKnown) return place.rows.get(UNKNOWN) ?? this.#learn(place, { type: UNKNOWN })
    // What a payload decides, the type of the event alone cannot find again.
    if (hasPayload(event)) return this.#compute(place, event)
    return place.rows.get(type) ?? this.#learn(place, event)
  }

  /** The same object for the same state and context, so that its rows are found again. */
  placeOf(snapshot: AnyMachineSnapshot): Place {
    const key = JSON.stringify([snapshot.status, snapshot.value, snapshot.context, snapshot.output])
    let place = this.#places.get(key)
    if (!place) {
      if (this.#places.size >= MAX_PLACES) this.#forget()
      place = { snapshot, rows: new Map() }
      this.#places.set(key, place)
    }
    return place
  }

  #forget(): void {
    // Rows lead from one place to the next: whoever is at one would hold them all.
    for (const { rows } of this.#places.values()) rows.clear()
    this.#places.clear()
    this.#initial = undefined
  }

  #learn(place: Place, event: AnyEventObject): Row {
    const row = this.#compute(place, event)
    // With wildcards there is no end of types.
    if (this.#known.has(event.type) || event.type === UNKNOWN) place.rows.set(event.type, row)
    return row
  }

  #compute({ snapshot }: Place, event: AnyEventObject): Row {
    this.#log = []
    const next = this.machine.transition(snapshot, event, this.#scope)
    if (this.#log.some(isRequestOf(SPAWN))) throw new Error('A chart spawns children at the start only')
    return this.#rowOf(next, event)
  }

  #rowOf(snapshot: AnyMachineSnapshot, about: AnyEventObject | undefined): Row {
    const log = this.#log
    if (snapshot.status === 'error') throw snapshot.error
    const next = this.placeOf(snapshot)
    return {
      next,
      messages: log.filter(isRequestOf(SEND)).map(messageOf),
      log: log.map((entry) => {
        if (isRequest(entry)) return entry
        return {
          event: entry.event === about ? undefined : entry.event,
          // The last microstep's snapshot is the step's.
          snapshot: entry.snapshot === snapshot ? next.snapshot : entry.snapshot,
          _transitions: entry._transitions,
        }
      }),
    }
  }

  /** In which nothing happens; what would happen is noted down. */
  #inertScope(): AnyActorScope {
    const self: AnyActorRef = createActor(inertLogic)
    self.system.inspect((told) => {
      if (told.type !== '@xstate.microstep' || told.actorRef !== self) return
      const { event, snapshot, _transitions } = told
      this.#log.push({ event, snapshot: snapshot as AnyMachineSnapshot, _transitions })
    })
    const actionExecutor: ActionExecutor = ({ type, params }) => {
      rejectWhatCannotBeDone(type, params)
      this.#log.push({ type, params })
    }
    const nothing = () => {}
    return {
      self,
      id: self.id,
      sessionId: self.sessionId,
      system: self.system,
      logger: nothing,
      defer: nothing,
      emit: nothing,
      stopChild: nothing,
      actionExecutor,
    }
  }
}

export function isRequest(entry: LogEntry): entry is Request {
  return 'type' in entry
}

export function isRequestOf(type: string): (entry: LogEntry) => entry is Request {
  return (entry): entry is Request => isRequest(entry) && entry.type === type
}

/** What XState's interpreter does by itself, and not whoever runs the chart. */
export function isBuiltIn({ type }: Request): boolean {
  return type.startsWith('xstate.')
}

function messageOf({ params }: Request): Message {
  const { targetId, event } = params as { targetId: string; event: AnyEventObject }
  return { to: targetId, event }
}

function rejectWhatCannotBeDone(type: string, params: unknown): void {
  if (!type.startsWith('xstate.')) return
  const { targetId, src, delay } = params as { targetId?: unknown; src?: unknown; delay?: unknown }
  const isDone =
    (type === SEND && typeof targetId === 'string' && delay === undefined) ||
    (type === SPAWN && typeof src === 'string') ||
    (type === RAISE && delay === undefined)
  if (!isDone) throw new Error(`A chart asks for ${type} in a way in which nobody here does it`)
}

function eventTypesOf(node: AnyStateNode): string[] {
  return [...node.transitions.keys(), ...Object.values(node.states).flatMap(eventTypesOf)]
}

function hasPayload(event: AnyEventObject): boolean {
  for (const key in event) if (key !== 'type') return true
  return false
}
