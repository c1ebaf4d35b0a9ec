export type { ConnectionModelEvent } from './connection-events.ts'
export {
  type ConnectionExpectations,
  type ConnectionModel,
  type ConnectionModelOptions,
  createConnectionModel,
} from './connection-model.ts'
export type { ConnectionModelSnapshot } from './connection-world.ts'
export type { ClientView, ListenerModelEvent } from './listener-events.ts'
export type { ListenerExpectations } from './listener-expectations.ts'
export { createListenerModel, type ListenerModel } from './listener-model.ts'
export type { Factory, ListenerModelOptions } from './listener-options.ts'
export type { Model, ModelPath, ModelStep, PathsOptions } from './model.ts'
export type { ListenerModelSnapshot } from './world.ts'
