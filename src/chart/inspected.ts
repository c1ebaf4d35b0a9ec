// Which server an actor belongs to, which XState's inspection events do not tell.

/** One entry for each server; kept as long as its actor is. */
const facades = new WeakMap<object, object>()

/** Says which `Server` a listener's actor belongs to. */
export function introduce(actor: object, server: object): void {
  facades.set(actor, server)
}

/** The `Server` of a listener's actor; undefined while that is being created. */
export function serverOf(actor: object): unknown {
  return facades.get(actor)
}
