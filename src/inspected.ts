// What an inspector of the library's own needs besides XState's inspection events.
import type { InspectionEvent, Observer } from 'xstate'

/** An inspector that has this set is content with events, actions and snapshots, so the charts can be run from their tables. */
export const needsNoMicrosteps = Symbol('xstate-tcp.needs-no-microsteps')

/** Whether the charts have to be interpreted, which costs twice as much for each connection. */
export function needsMicrosteps(
  inspect: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined,
): boolean {
  return inspect !== undefined && !(needsNoMicrosteps in inspect)
}

/** One entry for each server; kept as long as its actor is. */
const facades = new WeakMap<object, object>()

/** Says which `Server` a listener's actor belongs to. */
export function introduce(actor: object, server: object): void {
  facades.set(actor, server)
}

/** The `Server` of a listener's actor; undefined while that is being created. */
export function serverOf(actor: object): unknown {
  return facades.get(actor)
}
