// Inspection events in the form of `@statelyai/inspect`, which Stately's viewers take.
import type { AnyActorRef, AnyEventObject, InspectionEvent } from 'xstate'
import { ChartActor } from '../../chart/chart-actor.ts'
import { describePayload, describeValueOf } from '../watch/payload.ts'

/** The release of `@statelyai/inspect` whose form this is. */
const VERSION = '0.7.2'

interface Base {
  sessionId: string
  rootId: string
  createdAt: string
  id: null
  _version: string
}

export type StatelyMessage = Base &
  (
    | {
        type: '@xstate.actor'
        name: string
        parentId: string | undefined
        /** The chart, as JSON. */
        definition: string
        snapshot: StatelySnapshot
      }
    | { type: '@xstate.event'; sourceId: string | undefined; event: AnyEventObject }
    | { type: '@xstate.snapshot'; event: AnyEventObject; snapshot: StatelySnapshot }
  )

export interface StatelySnapshot {
  status: string
  value?: unknown
  context?: unknown
}

/** None for the kinds of events that their viewers do not take. */
export function statelyMessages(inspection: InspectionEvent, showsPayloads: boolean): StatelyMessage[] {
  const actor = inspection.actorRef as AnyActorRef
  const { rootId } = inspection
  if (inspection.type === '@xstate.actor') {
    return canBeRead(actor) ? [actorMessage(actor, showsPayloads, rootId)] : []
  }
  if (inspection.type === '@xstate.event') {
    const message: StatelyMessage = {
      ...baseOf(actor, rootId),
      type: '@xstate.event',
      sourceId: (inspection.sourceRef as AnyActorRef | undefined)?.sessionId,
      event: shownEvent(inspection.event, showsPayloads),
    }
    const isStarted = inspection.event.type === 'xstate.init'
    return isStarted && !canBeRead(actor) ? [actorMessage(actor, showsPayloads, rootId), message] : [message]
  }
  if (inspection.type !== '@xstate.snapshot') return []
  return [
    {
      ...baseOf(actor, rootId),
      type: '@xstate.snapshot',
      event: shownEvent(inspection.event, showsPayloads),
      snapshot: shownSnapshot(inspection.snapshot, showsPayloads),
    },
  ]
}

/** XState's own actors have no snapshot before they are started, and are told of then. */
function canBeRead(actor: AnyActorRef): boolean {
  return actor instanceof ChartActor
}

/** An actor as it is now. */
export function actorMessage(
  actor: AnyActorRef,
  showsPayloads: boolean,
  rootId = rootOf(actor).sessionId,
): StatelyMessage {
  return {
    ...baseOf(actor, rootId),
    type: '@xstate.actor',
    name: actor.id,
    parentId: actor._parent?.sessionId,
    definition: definitionOf(actor),
    snapshot: shownSnapshot(actor.getSnapshot(), showsPayloads),
  }
}

/** The state that an actor is in, told again; `event` is why. */
export function snapshotMessage(
  actor: AnyActorRef,
  event: AnyEventObject,
  showsPayloads: boolean,
): StatelyMessage {
  return {
    ...baseOf(actor, rootOf(actor).sessionId),
    type: '@xstate.snapshot',
    event,
    snapshot: shownSnapshot(actor.getSnapshot(), showsPayloads),
  }
}

function baseOf({ sessionId }: AnyActorRef, rootId: string): Base {
  return { sessionId, rootId, createdAt: String(Date.now()), id: null, _version: VERSION }
}

function rootOf(actor: AnyActorRef): AnyActorRef {
  return actor._parent ? rootOf(actor._parent) : actor
}

const definitions = new WeakMap<object, string>()

function definitionOf(actor: AnyActorRef): string {
  const { config } = (actor as { logic?: { config?: unknown } }).logic ?? {}
  if (typeof config !== 'object' || config === null) return JSON.stringify({ id: actor.id })
  let definition = definitions.get(config)
  if (definition === undefined) {
    definition = JSON.stringify(config, (_key, value) =>
      typeof value === 'function' ? { type: value.name } : value,
    )
    definitions.set(config, definition)
  }
  return definition
}

function shownEvent(event: AnyEventObject, showsPayloads: boolean): AnyEventObject {
  const payload = describePayload(event, showsPayloads)
  return payload === undefined ? { type: event.type } : { type: event.type, payload }
}

function shownSnapshot(snapshot: unknown, showsPayloads: boolean): StatelySnapshot {
  const { status, value, context } = snapshot as StatelySnapshot
  return {
    status,
    ...(value !== undefined && { value }),
    ...(context !== undefined && { context: shownContext(context, showsPayloads) }),
  }
}

/** The listener's has scalars only; somebody else's may have anything. */
function shownContext(context: unknown, showsPayloads: boolean): unknown {
  if (typeof context !== 'object' || context === null) return {}
  const shown: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(context).slice(0, 50))
    shown[key] = describeValueOf(key, value, showsPayloads)
  return shown
}
