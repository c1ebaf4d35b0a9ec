export {
  type ConnectionExpectations,
  type ConnectionModel,
  type ConnectionModelEvent,
  type ConnectionModelSnapshot,
  createConnectionModel,
} from './connection-model.ts'
export {
  type ClientView,
  createListenerModel,
  type ListenerExpectations,
  type ListenerModel,
  type ListenerModelEvent,
  type ListenerModelOptions,
  type ListenerModelSnapshot,
} from './listener-model.ts'
export type { Model, ModelPath, ModelStep } from './model.ts'
