// The events of a protocol's model: those of the user's machine, in each way in which bytes can
// come, and those of the connection.
import type { AnyStateMachine, EventFromLogic } from 'xstate'

/**
 * What happens to a connection, whatever is said on it. The user's machine may have transitions for
 * these; one that has none ends the conversation at `client.ends`, and goes on at `server.closes`
 * and `server.drains`.
 */
export type ConnectionEventType =
  /** The client sends FIN and goes on receiving. */
  | 'client.ends'
  /** The client sends RST. */
  | 'client.resets'
  /** `server.close()` is called. */
  | 'server.closes'
  /** `server.drain()` is called, and gives more time than will pass. */
  | 'server.drains'
  /** `server.close({ closeExistingConnections: true })` is called. */
  | 'server.cuts'

export const CONNECTION_EVENTS: readonly string[] = [
  'client.ends',
  'client.resets',
  'server.closes',
  'server.drains',
  'server.cuts',
] satisfies ConnectionEventType[]

/** An event of a protocol's model. One of the user's machine is sent at once, as a whole. */
export type ProtocolModelEvent<TMachine extends AnyStateMachine = AnyStateMachine> =
  | EventFromLogic<TMachine>
  /** A client connects, the first one or the next. */
  | { type: 'client.connects' }
  | { type: ConnectionEventType }
  /** Several in one segment; the last one may be FIN, the first one to connect. */
  | { type: 'client.pipelines'; events: readonly EventInSegment<TMachine>[] }
  /** One byte after the other. */
  | { type: 'client.trickles'; events: readonly EventFromLogic<TMachine>[] }
  /** In one segment, and of the last one only the first half. */
  | { type: 'client.pauses'; events: readonly EventFromLogic<TMachine>[] }
  /** The other half. */
  | { type: 'client.resumes' }

/** What can be a part of a segment. */
export type EventInSegment<TMachine extends AnyStateMachine = AnyStateMachine> =
  | EventFromLogic<TMachine>
  | { type: 'client.connects' | 'client.ends' }
