// Which of a chart's transitions were taken by real actors.
import type { AnyStateMachine, InspectionEvent } from 'xstate'

interface TransitionOfChart {
  source: NodeOfChart
  eventType: string
}

interface NodeOfChart {
  id: string
  states: Record<string, NodeOfChart>
  transitions: Map<string, readonly TransitionOfChart[]>
  always?: readonly TransitionOfChart[]
}

/**
 * All transitions of a chart by name: the state, the event, and which of several with the same
 * event.
 */
export function transitionsOf(machine: AnyStateMachine): string[] {
  const names: string[] = []
  const visit = (node: NodeOfChart) => {
    for (const transition of [...[...node.transitions.values()].flat(), ...(node.always ?? [])]) {
      names.push(nameOf(transition))
    }
    for (const child of Object.values(node.states)) visit(child)
  }
  visit(machine.root as unknown as NodeOfChart)
  return names.sort()
}

function nameOf(transition: TransitionOfChart): string {
  const { source, eventType } = transition
  const alternatives = eventType === '' ? source.always : source.transitions.get(eventType)
  const index = alternatives?.indexOf(transition) ?? -1
  return `${source.id} on ${eventType || 'always'}[${index}]`
}

/** An inspector that remembers every transition that an actor of a chart takes. */
export class TransitionRecorder {
  readonly #taken = new Set<string>()

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.microstep') return
    for (const transition of event._transitions) this.#taken.add(nameOf(transition as never))
  }

  /** Those of `machine` that were taken. */
  takenOf(machine: AnyStateMachine): string[] {
    return transitionsOf(machine).filter((name) => this.#taken.has(name))
  }
}
