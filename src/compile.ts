// Runs a chart from a table instead of an interpreter. The chart stays the only source of what happens.
import {
  type Actor,
  type ActorOptions,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
} from 'xstate'
import { type Request, Table } from './table.ts'

/** What a chart asks for, by the name of the action. */
export type Effects = Record<string, (params: never) => void>

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

const effectsOf = Symbol('xstate-tcp.effects')
type ActorWithEffects = AnyActorRef & { [effectsOf]?: Effects }

/** Who does what the actor's chart asks for: the `Listener`, the `LiveConnection`. */
export function performerOf(actor: object): unknown {
  return (actor as ActorWithEffects)[effectsOf]
}

function perform(actor: AnyActorRef, name: string, params: unknown): void {
  const effects = (actor as ActorWithEffects)[effectsOf]
  ;(effects?.[name] as ((params: unknown) => void) | undefined)?.(params)
}

function tabulated<Machine extends AnyStateMachine>(machine: Machine, table: Table): Machine {
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
    /** One that is no copy is gone on with as it is, so that its rows are found. */
    restoreSnapshot(snapshot: AnyMachineSnapshot, scope: never) {
      return 'machine' in snapshot ? snapshot : machine.restoreSnapshot(snapshot as never, scope)
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

/** Ways to run one chart, which differ in speed only. */
export interface RunnableChart<Machine extends AnyStateMachine> {
  /** What it does in each state; see `ChartRun`. */
  readonly table: Table
  /** From a table; an inspector sees events, actions and snapshots, but no microsteps. */
  readonly tabulated: Machine
  /** By XState's interpreter. */
  readonly interpreted: Machine
}

/** Makes a chart ready to run; once for each chart, when the module is loaded. */
export function compile<Machine extends AnyStateMachine>(machine: Machine): RunnableChart<Machine> {
  const table = new Table(machine)
  return { table, tabulated: tabulated(machine, table), interpreted: interpreted(machine) }
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
