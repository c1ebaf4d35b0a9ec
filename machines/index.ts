export { type ConnectionEffects, type ConnectionEvent, connectionMachine } from './connection.ts'
export {
  type ListenerCommand,
  type ListenerContext,
  type ListenerEffects,
  type ListenerEvent,
  type ListenerInput,
  type ListenerReport,
  listenerMachine,
  type PauseStrategy,
} from './listener.ts'
