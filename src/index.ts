export type { ListenerCommand, PauseStrategy } from '../machines/index.ts'
export { bindToInterface } from './acceptor/interface.ts'
export type { AcceptRateLimit } from './admission/accept-rate.ts'
export type { AddressLimit } from './admission/address-counts.ts'
export type { AddressRules } from './admission/address-rules.ts'
export type { Admit, DropReason } from './admission/admission.ts'
export type { Address } from './common/address.ts'
export { ClientError, isClientError, type ProxyHeaderReason } from './common/client-error.ts'
export type { Clock } from './common/clock.ts'
export {
  ActorNotStoppableError,
  BufferAgeLimitError,
  BufferLimitError,
  DescriptorsExhaustedError,
  HoldUnavailableError,
  InterfaceUnavailableError,
  InvalidOptionError,
  MaxLengthExceededError,
  NonErrorThrownError,
  OptionRangeError,
  OutageError,
  ReadPendingError,
  ReadTimeoutError,
  RebindUnavailableError,
  ServerClosedError,
  StartTlsError,
  UnexpectedEndError,
  WriterClosedError,
  WriteTimeoutError,
} from './common/errors.ts'
export type {
  Connection,
  ConnectionActor,
  ConnectionState,
  LateFailure,
  StreamConnection,
} from './connection/connection.ts'
export type { Handler, SocketHandler } from './connection/handler.ts'
export type { DrainResult } from './listener/drain.ts'
export type { Dropped } from './listener/listener.ts'
export type { BufferAgeLimit, ErrorPolicy } from './options/checks.ts'
export type { CreateOptions } from './options/create-options.ts'
export { productionDefaults } from './options/production-defaults.ts'
export type { ServerOptions } from './options/server-options.ts'
export type {
  InheritedDescriptor,
  ListeningOn,
  TcpPort,
  UnixPath,
  WhereToListen,
} from './options/where-to-listen.ts'
export { type EncodeProxyHeaderOptions, encodeProxyHeader } from './preface/encode-proxy-header.ts'
export type { ParsedProxyHeader, ProxyHeader, ProxySsl, ProxyTlv } from './preface/header.ts'
export { type ParseProxyHeaderOptions, type ProxyVersion, parseProxyHeader } from './preface/proxy-header.ts'
export type { ProxyProtocolOptions } from './preface/proxy-protocol.ts'
export type { TlsInfo } from './preface/tls-info.ts'
export type { ContextOptions, TlsServerOptions } from './preface/tls-options.ts'
export { type ConnectionEmitter, handTo } from './protocols/hand-to.ts'
export {
  Server,
  type ServerActor,
  type ServerEvents,
  type ServerState,
} from './server.ts'
export type { EndReason, Reader, ReadLimit, WaitLimit } from './streams/reader.ts'
export type { Writer } from './streams/writer.ts'
