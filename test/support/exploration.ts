// Everything that a chart can do, whatever the order in which events come.
import {
  type AnyStateMachine,
  type EventFrom,
  type EventObject,
  type InputFrom,
  initialTransition,
  type SnapshotFrom,
  transition,
} from 'xstate'

export interface Step<Machine extends AnyStateMachine> {
  from: SnapshotFrom<Machine>
  event: EventFrom<Machine>
  to: SnapshotFrom<Machine>
  requests: readonly { type: string; params: unknown }[]
  /** The names of the requests. */
  asks: readonly string[]
}

export interface Exploration<Machine extends AnyStateMachine> {
  states: readonly SnapshotFrom<Machine>[]
  steps: readonly Step<Machine>[]
  /** Two snapshots with the same key count as one. */
  keyOf: (snapshot: SnapshotFrom<Machine>) => string
}

/** What is asked for; a message by what it is and to whom. */
function nameOf({ type, params }: { type: string; params: unknown }): string {
  if (type !== 'xstate.sendTo') return type
  const { event, targetId } = params as { event: EventObject; targetId: string }
  return `${event.type} → ${targetId}`
}

/** Each state that can be reached with `events`, breadth first, and each step out of it. */
export function explore<Machine extends AnyStateMachine>(
  machine: Machine,
  events: (snapshot: SnapshotFrom<Machine>) => readonly EventFrom<Machine>[],
  input?: InputFrom<Machine>,
  keyOf: (snapshot: SnapshotFrom<Machine>) => string = wholeKey,
): Exploration<Machine> {
  const [initial] = initialTransition(machine, ...([input] as never))
  const found = new Map([[keyOf(initial), initial]])
  const steps: Step<Machine>[] = []
  for (const from of found.values()) {
    for (const event of events(from)) {
      const [to, actions] = transition(machine, from, event)
      const requests = actions.map(({ type, params }) => ({ type, params: params as unknown }))
      steps.push({ from, event, to, requests, asks: requests.map(nameOf) })
      if (!found.has(keyOf(to))) found.set(keyOf(to), to)
    }
  }
  return { states: [...found.values()], steps, keyOf }
}

function wholeKey(snapshot: object): string {
  const { value, context } = snapshot as { value: unknown; context: unknown }
  return JSON.stringify([value, context])
}

/** Those of the states from which no path along the steps leads to `goal`. */
export function strandedStates<Machine extends AnyStateMachine>(
  { states, steps, keyOf }: Exploration<Machine>,
  goal: (snapshot: SnapshotFrom<Machine>) => boolean,
): string[] {
  const sources = new Map<string, string[]>()
  for (const { from, to } of steps) {
    const key = keyOf(to)
    const known = sources.get(key)
    if (known) known.push(keyOf(from))
    else sources.set(key, [keyOf(from)])
  }
  const reaching = new Set(states.filter(goal).map(keyOf))
  for (const key of reaching) for (const source of sources.get(key) ?? []) reaching.add(source)
  return states.map(keyOf).filter((key) => !reaching.has(key))
}
