import type { AnyStateNode } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'

export type { AnyStateNode }

/** The states of the listener's chart. */
export const listenerNodes: AnyStateNode = listenerMachine.root as never
