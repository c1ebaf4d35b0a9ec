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
import { throwLater } from '../common/timers.ts'
import type { Telling } from './inspection.ts'
import { isMicrostep, type Row, Table } from './table.ts'

/** What a chart asks for, by the name of the action. */
export type Effects = Record<string, (params: never) => void>

/** As much of XState's actor scope as running a row needs. */
interface Scope {
  self: AnyActorRef
  system: Telling
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

/** Does one of the things that a chart asks for. What goes wrong with it is an uncaught exception, and keeps nothing else from being done. */
export function perform(effects: object | undefined, name: string, params: unknown): void {
  try {
    ;(effects as Record<string, (params: unknown) => void> | undefined)?.[name]?.(params)
  } catch (error) {
    throwLater(error)
  }
}

/** Does what a row says; inspectors hear what the interpreter would tell them, in its order. */
function run({ next, log }: Row, event: AnyEventObject | undefined, scope: Scope): AnyMachineSnapshot {
  const { self, system } = scope
  for (const entry of log) {
    if (isMicrostep(entry)) {
      const { snapshot, transitions } = entry
      system._sendInspectionEvent({
        type: '@xstate.microstep',
        actorRef: self,
        event: entry.event ?? event,
        snapshot,
        _transitions: transitions,
      })
    } else {
      const { type, params } = entry
      scope.actionExecutor({
        type,
        params,
        info: { self },
        exec: () => perform((self as ActorWithEffects)[effectsOf], type, params),
      })
    }
  }
  return next
}

function runFrom<Machine extends AnyStateMachine>(table: Table, machine: Machine): Machine {
  // The prototype is the machine itself, so that whoever looks at the actor's logic finds the chart and its definition.
  return Object.assign(Object.create(machine) as Machine, {
    transition: (snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: Scope) =>
      run(table.lookUp(snapshot, event), event, scope),
    getInitialSnapshot: (scope: Scope, input: unknown) => run(table.initial(input), undefined, scope),
    /** One that is no copy is gone on with as it is, so that its rows are found. */
    restoreSnapshot(snapshot: AnyMachineSnapshot, scope: never) {
      return 'machine' in snapshot ? snapshot : machine.restoreSnapshot(snapshot as never, scope)
    },
  })
}

/** A chart that is ready to run. */
export interface RunnableChart<Machine extends AnyStateMachine> {
  /** What it does in each state; see `ChartRun`. */
  readonly table: Table
  /** For XState's actors: the chart itself, but what it does is looked up. */
  readonly logic: Machine
}

/** Makes a chart ready to run; once for each chart, when the module is loaded. */
export function compile<Machine extends AnyStateMachine>(machine: Machine): RunnableChart<Machine> {
  const table = new Table(machine)
  return { table, logic: runFrom(table, machine) }
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
