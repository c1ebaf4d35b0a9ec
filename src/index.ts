export type { ListenerCommand, PauseStrategy } from '../machines/index.ts'
export type { Address } from './address.ts'
export type { Clock } from './clock.ts'
export type { Connection, ConnectionActor, ConnectionState, LateFailure } from './connection.ts'
export type { DrainResult } from './drain.ts'
export {
  HoldUnavailableError,
  InvalidOptionError,
  NonErrorThrownError,
  OptionRangeError,
  OutageError,
  RebindUnavailableError,
  ServerClosedError,
} from './errors.ts'
export type { ErrorPolicy, ServerOptions } from './options.ts'
export {
  Server,
  type ServerActor,
  type ServerEvents,
  type ServerState,
  type SocketHandler,
} from './server.ts'
export type { InheritedDescriptor, ListeningOn, TcpPort, UnixPath, WhereToListen } from './where-to-listen.ts'
