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
} from 'xstate'
import {
  type InitialRow,
  isRequest,
  isRequestOf,
  type LogEntry,
  type Message,
  type Place,
  type Request,
  type Row,
  SEND,
  SPAWN,
  type Spawn,
} from './row.ts'

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
  #initial: InitialRow | undefined
  #log: LogEntry[] = []

  constructor(machine: Machine) {
    this.machine = machine
    this.#known = new Set(eventTypesOf(machine.root))
    this.#hasWildcards = [...this.#known].some((type) => type.includes('*'))
    this.#scope = this.#inertScope()
  }

  /** With an input it is computed at each call. */
  initial(input: InputFrom<Machine>): InitialRow {
    if (input !== undefined) return this.#computeInitial(input)
    this.#initial ??= this.#computeInitial(input)
    return this.#initial
  }

  #computeInitial(input: InputFrom<Machine>): InitialRow {
    this.#log = []
    // One of its own, since children may have names in its system.
    const snapshot = this.machine.getInitialSnapshot(this.#inertScope(), input)
    const spawns = this.#log.filter(isRequestOf(SPAWN)).map(({ params }) => params as Spawn)
    return { ...this.#rowOf(snapshot, undefined), spawns }
  }

  lookUp(place: Place, event: AnyEventObject): Row {
    if (event === place.lastEvent) return place.lastRow as Row
    const { type } = event
    const row = place.rows.get(type)
    // What a payload decides, the type of the event alone cannot find again.
    if (row && !hasPayload(event)) {
      if (Object.isFrozen(event)) {
        place.lastEvent = event
        place.lastRow = row
      }
      return row
    }
    const isKnown = this.#known.has(type) || this.#hasWildcards
    if (!isKnown) return place.rows.get(UNKNOWN) ?? this.#learn(place, { type: UNKNOWN })
    return hasPayload(event) ? this.#compute(place, event) : this.#learn(place, event)
  }

  /** The same object for the same state and context, so that its rows are found again. */
  placeOf(snapshot: AnyMachineSnapshot): Place {
    const key = JSON.stringify([snapshot.status, snapshot.value, snapshot.context, snapshot.output])
    let place = this.#places.get(key)
    if (!place) {
      if (this.#places.size >= MAX_PLACES) this.#forget()
      place = { snapshot, rows: new Map(), lastEvent: undefined, lastRow: undefined }
      this.#places.set(key, place)
    }
    return place
  }

  #forget(): void {
    // Rows lead from one place to the next: whoever is at one would hold them all.
    for (const place of this.#places.values()) {
      place.rows.clear()
      place.lastEvent = undefined
      place.lastRow = undefined
    }
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
        // Of one shape, since each is looked at whenever the row is come to.
        if (isRequest(entry))
          return {
            type: entry.type,
            params: entry.params,
            method: undefined,
            doneBy: undefined,
            event: undefined,
            snapshot: undefined,
            _transitions: undefined,
          }
        return {
          type: undefined,
          params: undefined,
          method: undefined,
          doneBy: undefined,
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
