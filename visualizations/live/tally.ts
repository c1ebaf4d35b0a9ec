// What has happened so far, as an inspector of the server's actors sees it.
import type { AnyActorRef, InspectionEvent, MachineSnapshot } from 'xstate'
import type { ListenerContext } from '../../machines/index.ts'
import { dotted } from '../../src/common/state.ts'

/** A transition of the listener or of one connection. */
export interface Happening {
  at: Date
  /** `listener`, or the number of the connection. */
  who: string
  event: string
  /** The state that it led to, dotted: `accept-paused.waiting`. */
  state: string
  /** What the listener remembered after it. */
  counts?: ListenerContext
}

const KEPT = 100

export class Tally {
  accepted = 0
  dropped = 0
  failed = 0
  /** The last ones, oldest first. */
  readonly happenings: Happening[] = []
  readonly #changed: (happening: Happening) => void

  constructor(changed: (happening: Happening) => void) {
    this.#changed = changed
  }

  readonly inspect = (inspection: InspectionEvent): void => {
    const actor = inspection.actorRef as AnyActorRef
    const [, digits] = /^connection-(\d+)$/.exec(actor.id) ?? []
    if (inspection.type === '@xstate.actor' && digits) this.accepted++
    if (!digits && actor.id !== 'listener') return
    if (inspection.type !== '@xstate.snapshot' || inspection.event.type.startsWith('xstate.')) return
    const snapshot = inspection.snapshot as MachineSnapshot<
      ListenerContext,
      never,
      never,
      never,
      never,
      never,
      never,
      never
    >
    if (!digits && inspection.event.type === 'handler.failed') this.failed++
    const happening: Happening = {
      at: new Date(),
      who: digits ? `#${digits}` : 'listener',
      event: inspection.event.type,
      state: dotted(snapshot.value),
      ...(!digits && { counts: snapshot.context }),
    }
    this.happenings.push(happening)
    if (this.happenings.length > KEPT) this.happenings.shift()
    this.#changed(happening)
  }
}

/** A happening as a line of its own. */
export function describe({ at, who, event, state, counts }: Happening): string {
  const count = counts ? ` ${counts.connections}/${counts.maxConnections}` : ''
  return `${at.toISOString().slice(11, 23)} ${who} ${event} → ${state}${count}`
}
