// The state of a chart by name: XState's values of it, and those values dotted.

/**
 * `{ 'accept-paused': 'waiting' }` as `accept-paused.waiting`; `''` where there is no state. No
 * chart of this library has parallel states.
 */
export function dotted(value: unknown): string {
  if (typeof value === 'string') return value
  for (const name in value as object) {
    const inner = dotted((value as Record<string, unknown>)[name])
    return inner === '' ? name : `${name}.${inner}`
  }
  return ''
}

/** The outermost state of a value, or of a dotted one: `accept-paused`. */
export function outermost<State extends string = string>(value: string | object): State {
  if (typeof value === 'object') return (Object.keys(value)[0] ?? '') as State
  const end = value.indexOf('.')
  return (end < 0 ? value : value.slice(0, end)) as State
}

/** Whether a state, dotted, is `outer` or in it. */
export function isWithin(state: string, outer: string): boolean {
  return outer !== '' && (state === outer || state.startsWith(`${outer}.`))
}
