export { type ConnectionEffects, type ConnectionEvent, connectionMachine } from './connection.ts'
export { type ConnectionsEffects, connectionsMachine } from './connections.ts'
export {
  type ListenerContext,
  type ListenerEffects,
  type ListenerInput,
  listenerMachine,
} from './listener.ts'
export type { ListenerCommand, ListenerEvent, ListenerReport, PauseStrategy } from './listener-events.ts'
