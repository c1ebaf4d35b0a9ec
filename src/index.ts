export type { ListenerCommand, PauseStrategy } from '../machines/index.ts'
export type { Address } from './address.ts'
export type { Clock } from './clock.ts'
export type { Connection, ConnectionActor, ConnectionState, LateFailure } from './connection-handle.ts'
export type { BufferAgeLimit, CreateOptions } from './create-options.ts'
export type { DrainResult } from './drain.ts'
export {
  ActorNotStoppableError,
  BufferAgeLimitError,
  DescriptorsExhaustedError,
  HoldUnavailableError,
  InterfaceUnavailableError,
  InvalidOptionError,
  MaxLengthExceededError,
  NonErrorThrownError,
  OptionRangeError,
  OutageError,
  ReadPendingError,
  RebindUnavailableError,
  ServerClosedError,
  UnexpectedEndError,
  WriterClosedError,
} from './errors.ts'
export { type ConnectionEmitter, handTo } from './hand-to.ts'
export type { Handler, SocketHandler } from './handler.ts'
export { bindToInterface } from './interface.ts'
export type { ErrorPolicy, ServerOptions } from './options.ts'
export type { EndReason, Reader, ReadLimit } from './reader.ts'
export {
  Server,
  type ServerActor,
  type ServerEvents,
  type ServerState,
} from './server.ts'
export type { InheritedDescriptor, ListeningOn, TcpPort, UnixPath, WhereToListen } from './where-to-listen.ts'
export type { Writer } from './writer.ts'
