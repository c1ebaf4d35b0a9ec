// What no path of a model comes to in a user's machine.
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'
import type { ProtocolModelSnapshot } from './protocol-world.ts'
import { nodesOf, outers, pathOf, statesOf } from './states.ts'

/**
 * By names such as `state mail` and `mail: DATA → text`. Transitions without an event are left out;
 * their targets are not.
 */
export function unreachedIn(machine: AnyStateMachine, reached: readonly ProtocolModelSnapshot[]): string[] {
  const states = new Set(
    reached.flatMap(({ protocol }) => (protocol ? statesOf(protocol.value).flatMap(outers) : [])),
  )
  const transitions = new Set(reached.flatMap(({ taken }) => taken))
  return nodesOf(machine.root).flatMap((node) => {
    const isReached = !node.parent || states.has(pathOf(node))
    const untaken = [...node.transitions.values()].flat().filter((one) => !transitions.has(one))
    return [...(isReached ? [] : [`state ${pathOf(node)}`]), ...untaken.map((one) => describe(node, one))]
  })
}

function describe(node: AnyStateNode, { eventType, guard, target }: AnyTransitionDefinition): string {
  const where = node.parent ? pathOf(node) : 'anywhere'
  const to = target && target.length > 0 ? ` → ${target.map(pathOf).join(' + ')}` : ''
  return `${where}: ${eventType}${nameOfGuard(guard)}${to}`
}

function nameOfGuard(guard: unknown): string {
  if (guard === undefined) return ''
  const { type } = Object(guard) as { type?: unknown }
  const name =
    typeof guard === 'string' ? guard : typeof type === 'string' ? type : (guard as { name?: string }).name
  return ` [${name || 'guard'}]`
}
