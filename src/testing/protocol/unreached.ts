// What is never reached of a user's machine.
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'
import { nodesOf, outers, pathOf, statesOf } from './states.ts'

/** Events of the machine's own, whose transitions are taken within those of others. */
const OF_ITS_OWN = 'xstate.done.state.'

/** What was reached of a machine so far. */
export class Reached {
  readonly #machine: AnyStateMachine
  readonly #states = new Set<string>()
  readonly #transitions = new Set<AnyTransitionDefinition>()

  constructor(machine: AnyStateMachine) {
    this.#machine = machine
  }

  addStates(snapshots: readonly AnyMachineSnapshot[]): void {
    for (const { value } of snapshots) {
      for (const state of statesOf(value).flatMap(outers)) this.#states.add(state)
    }
  }

  addTransitions(transitions: readonly AnyTransitionDefinition[]): void {
    for (const transition of transitions) this.#transitions.add(transition)
  }

  /**
   * States, and transitions for events that `isTold` of, by names such as `state mail` and
   * `mail: DATA → text`.
   */
  unreached(isTold: (type: string) => boolean): string[] {
    return nodesOf(this.#machine.root).flatMap((node) => {
      const isReached = !node.parent || this.#states.has(pathOf(node))
      const untaken = [...node.transitions.values()]
        .flat()
        .filter((one) => !this.#transitions.has(one) && isTold(one.eventType))
        .filter(({ eventType }) => !eventType.startsWith(OF_ITS_OWN))
      return [...(isReached ? [] : [`state ${pathOf(node)}`]), ...untaken.map((one) => describe(node, one))]
    })
  }
}

function describe(node: AnyStateNode, { eventType, guard, target }: AnyTransitionDefinition): string {
  const where = node.parent ? pathOf(node) : 'anywhere'
  const to = target && target.length > 0 ? ` → ${target.map(pathOf).join(' + ')}` : ''
  return `${where}: ${eventType}${nameOfGuard(guard)}${to}`
}

function nameOfGuard(guard: unknown): string {
  if (guard === undefined) return ''
  const { type } = Object(guard) as { type?: unknown }
  const name =
    typeof guard === 'string' ? guard : typeof type === 'string' ? type : (guard as { name?: string }).name
  return ` [${name || 'guard'}]`
}
