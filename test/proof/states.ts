// All states of a model, and every step between them.
import { getAdjacencyMap } from 'xstate/graph'
import type { ListenerModel, ListenerModelEvent, ListenerModelSnapshot } from '../../src/testing/index.ts'
import type { Arrow } from './graph.ts'

/** All that can happen in a model. */
export interface Explored {
  readonly model: ListenerModel
  readonly start: string
  /** By its key, in the order in which they are found. */
  readonly states: ReadonlyMap<string, State>
}

export interface State {
  readonly snapshot: ListenerModelSnapshot
  readonly steps: readonly Step[]
}

export interface Step extends Edge {
  /** As it comes about, which counts as the same as that of the target. */
  readonly to: ListenerModelSnapshot
}

export interface Edge extends Arrow {
  readonly event: ListenerModelEvent
}

/** A model with more is taken for one without end; the largest of the tests has a third of it. */
const MOST_STEPS = 250_000

export function exploreModel(model: ListenerModel): Explored {
  const { logic, options } = model
  const found = Object.entries(getAdjacencyMap(logic, { ...options, limit: MOST_STEPS } as never))
  const stepOf = ({ event, state }: { event: unknown; state: unknown }): Step => {
    const to = state as ListenerModelSnapshot
    return { event: event as ListenerModelEvent, to, target: options.serializeState(to) }
  }
  return {
    model,
    start: options.serializeState(logic.getInitialSnapshot(undefined as never, undefined)),
    states: new Map(
      found.map(([key, { state, transitions }]) => [
        key,
        {
          snapshot: state as unknown as ListenerModelSnapshot,
          steps: Object.values<{ event: unknown; state: unknown }>(transitions).map(stepOf),
        },
      ]),
    ),
  }
}
