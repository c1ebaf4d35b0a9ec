// What looking a chart up comes to.
import type { AnyEventObject, AnyMachineSnapshot, InspectedMicrostepEvent } from 'xstate'

/** Something that a chart asks for: the name of an action, with its parameters. */
export interface Request {
  readonly type: string
  readonly params: unknown
  /** What does it for effects of the class `doneBy`, as it was found last. */
  method?: Method | undefined
  doneBy?: object | undefined
}

/** Of the effects of an actor: it does what a chart asks for. */
export type Method = (this: object, params: unknown) => void

/** A transition that was part of a step, as inspectors are told of it. */
export interface Microstep {
  readonly type?: undefined
  /** `undefined` for the event that the step is about. */
  readonly event: AnyEventObject | undefined
  readonly snapshot: AnyMachineSnapshot
  /** As XState types it for inspectors. */
  readonly _transitions: InspectedMicrostepEvent['_transitions']
}

export type LogEntry = Request | Microstep

/** What is sent to a child when the step is over. */
export interface Message {
  /** The child's id. */
  readonly to: string
  readonly event: AnyEventObject
}

/** A child that is spawned at the start. */
export interface Spawn {
  readonly id: string
  /** What the chart calls its logic. */
  readonly src: string
}

/** What an event comes to in one state. */
export interface Row {
  readonly next: Place
  /** What is asked for, and the microsteps between. */
  readonly log: readonly LogEntry[]
  readonly messages: readonly Message[]
}

/** What a chart does before the first event. */
export interface InitialRow extends Row {
  readonly spawns: readonly Spawn[]
}

/** A state with its context, and what events come to in it, as far as that is known. */
export interface Place {
  /**
   * Its children are not those of the actor that is here: a place is shared by all actors of the
   * chart.
   */
  readonly snapshot: AnyMachineSnapshot
  readonly rows: Map<string, Row>
  /**
   * The event that was looked up last, if it is one that nobody can change, and what it comes to.
   * It is nearly always the next one as well.
   */
  lastEvent: AnyEventObject | undefined
  lastRow: Row | undefined
}

// XState's names of the two things that are done for a chart besides its actions.
export const SEND = 'xstate.sendTo'
export const SPAWN = 'xstate.spawnChild'

export function isRequest(entry: LogEntry): entry is Request {
  return entry.type !== undefined
}

export function isRequestOf(type: string): (entry: LogEntry) => entry is Request {
  return (entry): entry is Request => isRequest(entry) && entry.type === type
}
