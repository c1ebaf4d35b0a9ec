// What a chart does, looked up: each row is computed once, by the chart itself on a scope in which nothing happens.
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  initialTransition,
} from 'xstate'

/** What a chart asks for: the name of an action, with its parameters. */
export interface Request {
  type: string
  params: unknown
}

/** What an event comes to in one state. */
export interface Row {
  next: AnyMachineSnapshot
  requests: readonly Request[]
}

/** More rows than this are forgotten and computed anew: a listener's chart has one snapshot for each number of connections. */
const MOST_SNAPSHOTS = 4096

export class Table {
  readonly #machine: AnyStateMachine
  /** Stands in for the actor; never started. XState's own `transition` makes a new one for each step. */
  readonly #actor: AnyActorRef
  /** Without input it is always the same. */
  #initial: Row | undefined
  #rows = new WeakMap<AnyMachineSnapshot, Map<string, Row>>()
  #canonical = new Map<string, AnyMachineSnapshot>()

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
    const [initial, requests] = initialTransition(this.#machine, input)
    return { next: this.canonical(initial as AnyMachineSnapshot), requests }
  }

  lookUp(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    // What a payload decides, the type of the event alone cannot find again.
    if (hasPayload(event)) return this.#compute(snapshot, event)
    return this.#rows.get(snapshot)?.get(event.type) ?? this.#learn(snapshot, event)
  }

  /** The same snapshot object for the same state and context, so that its rows are found again. */
  canonical(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    const key = JSON.stringify([snapshot.status, snapshot.value, snapshot.context])
    const known = this.#canonical.get(key)
    if (known) return known
    if (this.#canonical.size >= MOST_SNAPSHOTS) {
      this.#canonical = new Map()
      this.#rows = new WeakMap()
    }
    this.#canonical.set(key, snapshot)
    return snapshot
  }

  #compute(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    const requests: Request[] = []
    const next = this.#machine.transition(snapshot, event, inertScope(this.#actor, requests))
    return { next, requests }
  }

  #learn(snapshot: AnyMachineSnapshot, event: AnyEventObject): Row {
    const { next, requests } = this.#compute(snapshot, event)
    const row: Row = { next: this.canonical(next), requests }
    // An event that the chart does not know must not make the table grow.
    if (!this.#machine.events.includes(event.type)) return row
    let rows = this.#rows.get(snapshot)
    if (!rows) {
      rows = new Map()
      this.#rows.set(snapshot, rows)
    }
    rows.set(event.type, row)
    return row
  }
}

function hasPayload(event: AnyEventObject): boolean {
  for (const key in event) if (key !== 'type') return true
  return false
}

/** The scope in which XState's pure `transition` runs a step: nothing happens, what would happen is noted down. */
function inertScope(self: AnyActorRef, requests: Request[]): never {
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
    actionExecutor: ({ type, params }: Request) => requests.push({ type, params }),
  } as never
}
