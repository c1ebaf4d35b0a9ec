export {
  type ConnectionEffects,
  type ConnectionEvent,
  type ConnectionTag,
  connectionMachine,
} from './connection.ts'
export { type ConnectionsEffects, type ConnectionsEvent, connectionsMachine } from './connections.ts'
export {
  type ListenerContext,
  type ListenerEffects,
  type ListenerInput,
  listenerMachine,
} from './listener.ts'
export type { ListenerCommand, ListenerEvent, ListenerReport, PauseStrategy } from './listener-events.ts'
