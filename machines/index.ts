export { connectionMachine } from './connection.ts'
export type { ConnectionEffects, ConnectionEvent, ConnectionTag } from './connection-setup.ts'
export { type ConnectionsEffects, type ConnectionsEvent, connectionsMachine } from './connections.ts'
export { listenerMachine } from './listener.ts'
export type { ListenerCommand, ListenerEvent, ListenerReport, PauseStrategy } from './listener-events.ts'
export {
  isLastPlace,
  type ListenerContext,
  type ListenerEffects,
  type ListenerInput,
  type ReachedLimit,
  type Reminder,
} from './listener-setup.ts'

export { DRAIN_TIMEOUT } from './listener-transitions.ts'
