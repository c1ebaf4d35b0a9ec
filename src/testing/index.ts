export type { DriverHandler, DriverWhere } from './calls.ts'
export {
  type ConnectionDriverOptions,
  type ConnectionDriverSettings,
  createConnectionDriver,
} from './connection-driver.ts'
export type { ConnectionModelEvent } from './connection-events.ts'
export {
  type ConnectionDeadline,
  type ConnectionExpectations,
  type ConnectionModel,
  type ConnectionModelOptions,
  createConnectionModel,
} from './connection-model.ts'
export type { ConnectionModelSnapshot } from './connection-world.ts'
export { Coverage, type CoveredPart, coverageOf } from './coverage.ts'
export type { DrivenConnectionServer, DrivenServer } from './driven.ts'
export { createDriver } from './driver.ts'
export type { DriverSettings } from './driver-settings.ts'
export type { ClientView, ListenerModelEvent } from './listener-events.ts'
export type { ListenerExpectations } from './listener-expectations.ts'
export { createListenerModel, type ListenerModel } from './listener-model.ts'
export type { Factory, ListenerModelOptions } from './listener-options.ts'
export type { ListenerModelSnapshot } from './listener-snapshot.ts'
export { ModelMismatchError } from './mismatch.ts'
export type { Model, ModelPath, ModelStep, PathsOptions, StepKind } from './model.ts'
export { createBareDriver } from './outside/bare-driver.ts'
export type {
  BareAddress,
  BareDriverOptions,
  BareDriverSettings,
  BareServer,
} from './outside/bare-options.ts'
export type { Answer } from './protocol/answers.ts'
export type { ConnectionEventType, EventInSegment, ProtocolModelEvent } from './protocol/events.ts'
export type {
  ClientEvent,
  ClientEvents,
  Exchange,
  ProtocolModelOptions,
  Situation,
} from './protocol/options.ts'
export {
  createProtocolDriver,
  type ProtocolServer,
  type StartedProtocol,
} from './protocol/protocol-driver.ts'
export {
  createProtocolModel,
  type ProtocolExpectations,
  type ProtocolModel,
} from './protocol/protocol-model.ts'
export type { ProtocolClientView, ProtocolModelSnapshot } from './protocol/protocol-world.ts'
export { type PathRun, type RunPathOptions, runPath } from './run-path.ts'
export { type Driver, type DriverRun, type TestServerOptions, testServer } from './test-server.ts'
