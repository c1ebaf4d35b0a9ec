// A state of the listener's chart, explained in words.
import type { AnyStateNode } from 'xstate'
import { listenerMachine, type PauseStrategy } from '../../machines/index.ts'

/** The circumstances on which the words depend, besides the state. */
export interface Circumstances {
  numConnections: number
  maxConnections: number
  /** How it was paused by hand, if it was. */
  pausedByHand: PauseStrategy | undefined
  /** Whether as many have got in as `maxAcceptRate` lets in for now. */
  isThrottled: boolean
  /** How it pauses when it is full. */
  pauseStrategy: PauseStrategy
  /** Whether a socket listens on the address. */
  isBound: boolean
}

const { root }: { root: AnyStateNode } = listenerMachine

/**
 * The meaning of `state`, a dotted name: the description of the innermost state, or a better one
 * where the reason is known.
 */
export function explainState(state: string, circumstances: Circumstances): string {
  if (isTagged(state, 'paused')) return explainPause(circumstances)
  const words = pathTo(state).at(-1)?.description ?? ''
  if (!isTagged(state, 'not-accepting')) return words
  const effect = circumstances.isBound
    ? "New clients wait in the kernel's queue."
    : 'New clients are refused until the address is bound again.'
  return `${words} ${effect}`
}

/** Whether the listener's chart gives that tag to `state`, a dotted name, or to one around it. */
export function isTagged(state: string, tag: string): boolean {
  return pathTo(state).some((node) => node?.tags.includes(tag))
}

function pathTo(state: string): (AnyStateNode | undefined)[] {
  let node: AnyStateNode | undefined = root
  return state.split('.').map((name) => {
    node = node?.states[name]
    return node
  })
}

function explainPause(circumstances: Circumstances): string {
  const { numConnections, maxConnections, pausedByHand, pauseStrategy, isThrottled } = circumstances
  const causes = [
    ...(numConnections >= maxConnections ? ['full'] : []),
    ...(pausedByHand ? [`paused by hand (${pausedByHand})`] : []),
    ...(isThrottled ? ['at its rate (maxAcceptRate)'] : []),
  ].join(', and ')
  const isHolding = (pausedByHand ?? pauseStrategy) === 'hold'
  const effect = isHolding ? "new clients wait in the kernel's queue" : 'new clients are refused'
  return `${causes.charAt(0).toUpperCase()}${causes.slice(1)}: ${effect}.`
}
