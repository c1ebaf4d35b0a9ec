// What a chart does, looked up: each row is computed once, by the chart itself on a scope in which nothing happens.
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
} from 'xstate'

/** What a chart asks for: the name of an action, with its parameters. */
export interface Request {
  type: string
  params: unknown
}

/** A transition that was part of a step, as inspectors are told of it. */
export interface Microstep {
  /** `undefined` for the event that the step is about. */
  event: AnyEventObject | undefined
  snapshot: AnyMachineSnapshot
  transitions: readonly unknown[]
}

/** What an event comes to in one state. */
export interface Row {
  next: AnyMachineSnapshot
  requests: readonly Request[]
  /** The requests, and the microsteps between them. */
  log: readonly (Request | Microstep)[]
}

/**
 * Where a snapshot keeps its rows, out of everybody's sight. A WeakMap would hash it six times for each connection, and cost each collection
 * of garbage.
 */
const rowsOf = Symbol('xstate-tcp.rows')

/** The rows of one snapshot, by event type. */
interface Rows {
  /** Those of another table, or from before it forgot, are not looked at. */
  readonly memory: object
  readonly byType: Map<string, Row>
}

type Remembering = AnyMachineSnapshot & { [rowsOf]?: Rows }

/** More snapshots than this are forgotten and computed anew: a listener's chart has one snapshot for each number of connections. */
const MOST_SNAPSHOTS = 4096

export class Table {
  readonly #machine: AnyStateMachine
  /** Stands in for the actor; never started. XState's own `transition` makes a new one for each step. */
  readonly #actor: AnyActorRef
  /** Without input it is always the same. */
  #initial: Row | undefined
  /** The snapshots that are shared, by what is in them. */
  #memory = new Map<string, AnyMachineSnapshot>()

  constructor(machine: AnyStateMachine) {
    this.#machine = machine
    this.#actor = createActor(machine)
  }

  initial(input: unknown): Row {
    if (input !== undefined) return this.#computeInitial(input)
    this.#initial ??= this.#computeInitial(input)
    return this.#initial
  }

  #computeInitial(input: unknown): Row {
    const log: Log = []
    const initial = this.#machine.getInitialSnapshot(inertScope(this.#actor, log, undefined), input)
    return this.#share(rowOf(initial, log))
  }

  lookUp(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    // What a payload decides, the type of the event alone cannot find again.
    if (hasPayload(event)) return this.#compute(snapshot, event)
    const rows = (snapshot as Remembering)[rowsOf]
    const row = rows?.memory === this.#memory ? rows.byType.get(event.type) : undefined
    return row ?? this.#learn(snapshot, event)
  }

  /** The same snapshot object for the same state and context, so that its rows are found again. */
  canonical(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    const key = JSON.stringify([snapshot.status, snapshot.value, snapshot.context])
    const known = this.#memory.get(key)
    if (known) return known
    if (this.#memory.size >= MOST_SNAPSHOTS) this.#memory = new Map()
    this.#memory.set(key, snapshot)
    return snapshot
  }

  #compute(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    const log: Log = []
    return rowOf(this.#machine.transition(snapshot, event, inertScope(this.#actor, log, event)), log)
  }

  #share({ next, requests, log }: Row): Row {
    const shared = this.canonical(next)
    // The last microstep's snapshot is the step's.
    const renamed = log.map((entry) =>
      isMicrostep(entry) && entry.snapshot === next ? { ...entry, snapshot: shared } : entry,
    )
    return { next: shared, requests, log: renamed }
  }

  #learn(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    const row = this.#share(this.#compute(snapshot, event))
    // An event that the chart does not know must not make the table grow.
    if (!this.#machine.events.includes(event.type)) return row
    const memory = this.#memory
    let rows = (snapshot as Remembering)[rowsOf]
    if (rows?.memory !== memory) {
      rows = { memory, byType: new Map() }
      Object.defineProperty(snapshot, rowsOf, { value: rows, configurable: true })
    }
    rows.byType.set(event.type, row)
    return row
  }
}

type Log = (Request | Microstep)[]

export function isMicrostep(entry: Request | Microstep): entry is Microstep {
  return 'transitions' in entry
}

function rowOf(next: AnyMachineSnapshot, log: Log): Row {
  return { next, requests: log.filter((entry): entry is Request => !isMicrostep(entry)), log }
}

/** As much as is read of what XState tells inspectors. */
interface Told {
  type: string
  event: AnyEventObject
  snapshot: AnyMachineSnapshot
  _transitions: readonly unknown[]
}

function hasPayload(event: AnyEventObject): boolean {
  for (const key in event) if (key !== 'type') return true
  return false
}

/** The scope of XState's pure `transition`: nothing happens, what would happen is noted down. */
function inertScope(self: AnyActorRef, log: Log, about: AnyEventObject | undefined): never {
  const nothing = () => {}
  const tell = ({ type, event, snapshot, _transitions: transitions }: Told) => {
    if (type !== '@xstate.microstep') return
    log.push({ event: event === about ? undefined : event, snapshot, transitions })
  }
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: Object.assign(Object.create(self.system), { _sendInspectionEvent: tell }),
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: ({ type, params }: Request) => log.push({ type, params }),
  } as never
}
