// Which parts of a user's machine the paths of its model come to.
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'
import { nodesOf, outers, pathOf, statesOf } from './protocol-states.ts'
import type { ProtocolModelSnapshot } from './protocol-world.ts'

/** States and transitions of a machine, by names such as `state mail` and `mail: DATA → text`. */
export interface ProtocolCoverage {
  readonly taken: readonly string[]
  /**
   * What no path comes to. Delays never pass in a model. Transitions without an event are not
   * listed; their targets are.
   */
  readonly untaken: readonly string[]
}

export function coverageOf(
  machine: AnyStateMachine,
  paths: readonly (readonly ProtocolModelSnapshot[])[],
): ProtocolCoverage {
  const states = new Set<string>()
  const transitions = new Set<AnyTransitionDefinition>()
  for (const { protocol, taken } of paths.flat()) {
    for (const state of protocol ? statesOf(protocol.value) : [])
      for (const one of outers(state)) states.add(one)
    for (const transition of taken) transitions.add(transition)
  }
  const parts = nodesOf(machine.root).flatMap((node) => [
    ...(node.parent ? [{ name: `state ${pathOf(node)}`, isTaken: states.has(pathOf(node)) }] : []),
    ...[...node.transitions.values()].flat().map((transition) => ({
      name: describe(node, transition),
      isTaken: transitions.has(transition),
    })),
  ])
  const names = (isTaken: boolean) => parts.filter((part) => part.isTaken === isTaken).map(({ name }) => name)
  return { taken: names(true), untaken: names(false) }
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
