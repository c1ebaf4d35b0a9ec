export type { ConnectionModelEvent } from './connection-events.ts'
export {
  type ConnectionExpectations,
  type ConnectionModel,
  createConnectionModel,
} from './connection-model.ts'
export type { ConnectionModelSnapshot } from './connection-world.ts'
export {
  createListenerModel,
  type ListenerExpectations,
  type ListenerModel,
  type ListenerModelOptions,
} from './listener-model.ts'
export type { Model, ModelPath, ModelStep } from './model.ts'
export type { ClientView, ListenerModelEvent, ListenerModelSnapshot } from './world.ts'
