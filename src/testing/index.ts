export type { Answer } from './answers.ts'
export type { ConnectionModelEvent } from './connection-events.ts'
export {
  type ConnectionExpectations,
  type ConnectionModel,
  type ConnectionModelOptions,
  createConnectionModel,
} from './connection-model.ts'
export type { ConnectionModelSnapshot } from './connection-world.ts'
export { createDriver, type DrivenServer, type DriverHandler, type DriverWhere } from './driver.ts'
export type { ClientView, ListenerModelEvent } from './listener-events.ts'
export type { ListenerExpectations } from './listener-expectations.ts'
export { createListenerModel, type ListenerModel } from './listener-model.ts'
export type { Factory, ListenerModelOptions } from './listener-options.ts'
export type { ListenerModelSnapshot } from './listener-snapshot.ts'
export type { Model, ModelPath, ModelStep, PathsOptions } from './model.ts'
export type { ProtocolCoverage } from './protocol-coverage.ts'
export { createProtocolDriver, type ProtocolServer, type StartedProtocol } from './protocol-driver.ts'
export type { ConnectionEventType, EventInSegment, ProtocolModelEvent } from './protocol-events.ts'
export { createProtocolModel, type ProtocolExpectations, type ProtocolModel } from './protocol-model.ts'
export type {
  ClientEvent,
  ClientEvents,
  Exchange,
  ProtocolModelOptions,
  Situation,
} from './protocol-options.ts'
export type { ProtocolClientView, ProtocolModelSnapshot } from './protocol-world.ts'
export { ModelMismatchError, type PathRun, type RunPathOptions, runPath } from './run-path.ts'
export { type Driver, type DriverRun, type TestServerOptions, testServer } from './test-server.ts'
