export {
  type ConnectionExpectations,
  type ConnectionModel,
  type ConnectionModelEvent,
  type ConnectionModelSnapshot,
  createConnectionModel,
} from './connection-model.ts'
export {
  createListenerModel,
  type ListenerExpectations,
  type ListenerModel,
  type ListenerModelOptions,
} from './listener-model.ts'
export type { Model, ModelPath, ModelStep } from './model.ts'
export type { ClientView, ListenerModelEvent, ListenerModelSnapshot } from './world.ts'
