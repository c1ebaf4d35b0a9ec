// Runs a chart from a table instead of an interpreter. The chart stays the only source of what happens: each row is computed once,
// by the chart itself on a scope in which nothing happens, and looked up from then on.
import {
  type Actor,
  type ActorOptions,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  initialTransition,
} from 'xstate'

/** What a chart asks for, by the name of the action. */
type Effects = Record<string, (params: never) => void>

interface Request {
  type: string
  params: unknown
}

interface Row {
  next: AnyMachineSnapshot
  requests: readonly Request[]
}

/** As much of XState's actor scope as running a row needs. */
interface Scope {
  self: AnyActorRef
  actionExecutor: (action: {
    type: string
    info: unknown
    params: unknown
    exec: (info: unknown, params: unknown) => void
  }) => void
}

/** More rows than this are forgotten and computed anew: a listener's chart has one snapshot for each number of connections. */
const MOST_SNAPSHOTS = 4096

const effectsOf = Symbol('xstate-tcp.effects')
type ActorWithEffects = AnyActorRef & { [effectsOf]?: Effects }

function perform(actor: AnyActorRef, name: string, params: unknown): void {
  const effects = (actor as ActorWithEffects)[effectsOf]
  ;(effects?.[name] as ((params: unknown) => void) | undefined)?.(params)
}

class Table {
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

function tabulated<Machine extends AnyStateMachine>(machine: Machine): Machine {
  const table = new Table(machine)
  const execute = (scope: Scope, requests: readonly Request[]) => {
    for (const { type, params } of requests) {
      const { self } = scope
      scope.actionExecutor({ type, params, info: { self }, exec: () => perform(self, type, params) })
    }
  }
  // The prototype is the machine itself, so that whoever looks at the actor's logic finds the chart and its definition.
  return Object.assign(Object.create(machine) as Machine, {
    transition(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: Scope) {
      const { next, requests } = table.lookUp(snapshot, event)
      execute(scope, requests)
      return next
    },
    getInitialSnapshot(scope: Scope, input: unknown) {
      const { next, requests } = table.initial(input)
      execute(scope, requests)
      return next
    },
  })
}

function interpreted<Machine extends AnyStateMachine>(machine: Machine): Machine {
  const actions = Object.fromEntries(
    Object.entries(machine.implementations.actions as Record<string, object>)
      .filter(([, implementation]) => !('resolve' in implementation))
      .map(([name]) => [
        name,
        ({ self }: { self: AnyActorRef }, params: unknown) => perform(self, name, params),
      ]),
  )
  return machine.provide({ actions } as never) as Machine
}

/** Two ways to run one chart, which differ in speed only. */
export interface RunnableChart<Machine extends AnyStateMachine> {
  /** From a table; an inspector sees events, actions and snapshots, but no microsteps. */
  readonly tabulated: Machine
  /** By XState's interpreter. */
  readonly interpreted: Machine
}

/** Makes a chart ready to run; once for each chart, when the module is loaded. */
export function compile<Machine extends AnyStateMachine>(machine: Machine): RunnableChart<Machine> {
  return { tabulated: tabulated(machine), interpreted: interpreted(machine) }
}

/** Creates an actor whose chart's requests go to `effects`. The caller starts it. */
export function createChartActor<Machine extends AnyStateMachine>(
  logic: Machine,
  effects: object,
  options: ActorOptions<Machine>,
): Actor<Machine> {
  const actor = createActor(logic, options as never) as Actor<Machine>
  ;(actor as unknown as ActorWithEffects)[effectsOf] = effects as Effects
  return actor
}
