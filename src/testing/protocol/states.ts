// The states of a user's machine, by name.
import type { AnyMachineSnapshot, AnyStateNode } from 'xstate'

/** Its states, dotted; parallel ones with a plus. */
export function nameOf({ value }: AnyMachineSnapshot): string {
  return statesOf(value).join(' + ')
}

/** The innermost states of a value. */
export function statesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Object.entries(value as object).flatMap(([outer, inner]) => {
    const within = statesOf(inner).map((state) => `${outer}.${state}`)
    return within.length > 0 ? within : [outer]
  })
}

/** A state and those that it is in. */
export function outers(state: string): string[] {
  const keys = state.split('.')
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'))
}

/** A node and those in it that can be a state. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  const inner = Object.values(node.states).filter(({ type }) => type !== 'history')
  return [node, ...inner.flatMap(nodesOf)]
}

export function pathOf({ path }: AnyStateNode): string {
  return path.join('.')
}
