// Our connection below a conversation: its model, which has few states, so that each of their steps
// is made once.

import { type ConnectionExpectations, createConnectionModel } from '../connection-model.ts'
import type { ConnectionModelSnapshot } from '../connection-world.ts'
import type { ConnectionEventType } from './events.ts'

export type StepBelow = ConnectionEventType | 'handler.starts' | 'handler.returns'

export class ConnectionBelow {
  readonly #model = createConnectionModel({ factory: 'create' })
  readonly #steps = new WeakMap<ConnectionModelSnapshot, Map<StepBelow, ConnectionModelSnapshot>>()

  /** A connection whose handler has been started. */
  start(): ConnectionModelSnapshot {
    return this.next(this.#model.logic.getInitialSnapshot(NO_SCOPE, undefined), 'handler.starts')
  }

  /** Nothing happens to a connection that is closed. */
  next(from: ConnectionModelSnapshot, type: StepBelow): ConnectionModelSnapshot {
    if (from.connection.status !== 'active') return from
    const steps = this.#steps.get(from) ?? new Map<StepBelow, ConnectionModelSnapshot>()
    this.#steps.set(from, steps)
    const to = steps.get(type) ?? this.#model.logic.transition(from, { type }, NO_SCOPE)
    steps.set(type, to)
    return to
  }

  stateOf(connection: ConnectionModelSnapshot): ConnectionExpectations['state'] {
    return this.#model.expectations(connection).state
  }
}

/** The models' logic needs nothing of the actor that runs it. */
const NO_SCOPE = undefined as never
