import { type AnyStateMachine, type EventFrom, type SnapshotFrom, transition } from 'xstate'

interface Outcome<Machine extends AnyStateMachine> {
  readonly snapshot: SnapshotFrom<Machine>
  readonly requests: readonly { type: string; params: unknown }[]
}

/** XState's pure `transition` of a chart whose context and events JSON can tell apart; each is computed once. */
export function remembered<Machine extends AnyStateMachine>(machine: Machine) {
  const known = new Map<string, Outcome<Machine>>()
  return (from: SnapshotFrom<Machine>, event: EventFrom<Machine>): Outcome<Machine> => {
    const { value, context } = from as { value: unknown; context: unknown }
    const key = JSON.stringify([value, context, event])
    const outcome = known.get(key)
    if (outcome) return outcome
    const [snapshot, requests] = transition(machine, from, event)
    const computed = { snapshot, requests: requests as Outcome<Machine>['requests'] }
    known.set(key, computed)
    return computed
  }
}
