// How XState's actors of one server tell inspectors. A short connection makes some thirty inspection events; XState copies each.
import type { Actor, AnyStateMachine, InspectionEvent, Observer } from 'xstate'
import { attempt } from '../common/each.ts'

/** An inspector, as XState takes it. */
export type Inspector = ((event: InspectionEvent) => void) | Observer<InspectionEvent>

/** As much of XState's actor system as tells inspectors; its own interpreter of charts uses the same. */
export interface Telling {
  inspect: (inspector: Inspector) => { unsubscribe(): void }
  _sendInspectionEvent: (event: object) => void
}

/**
 * Lets the system of this root actor tell inspectors without the copies. `first`, guarded already, has been told by XState of what was
 * before; `onAttach` is called when another one comes.
 *
 * What an inspector throws is an uncaught exception of its own, on the next tick: it is called in the middle of a transition, where it
 * would be taken for a fault of the chart.
 */
export function tellInspectors(
  root: Actor<AnyStateMachine>,
  first: Observer<InspectionEvent> | undefined,
  onAttach: () => void,
): void {
  const inspectors = new Set<Observer<InspectionEvent>>(first && [first])
  const { sessionId: rootId } = root
  const system = root.system as unknown as Telling
  system._sendInspectionEvent = (event) => {
    if (inspectors.size === 0) return
    // XState makes a new one for each call, and looks at none again.
    const resolved = event as { rootId?: string }
    resolved.rootId = rootId
    for (const inspector of inspectors) inspector.next?.(resolved as InspectionEvent)
  }
  system.inspect = (inspector) => {
    const guarded = guardInspector(inspector)
    inspectors.add(guarded)
    onAttach()
    return { unsubscribe: () => void inspectors.delete(guarded) }
  }
}

/** The same, but what it throws is thrown on the next tick. */
export function guardInspector(inspector: Inspector): Observer<InspectionEvent> {
  const next = typeof inspector === 'function' ? inspector : inspector.next?.bind(inspector)
  return {
    next: (event) => {
      attempt(() => next?.(event))
    },
  }
}
