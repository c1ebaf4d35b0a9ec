// Random sequences of what clients do, the same ones for the same seed.
import type { ListenerModelEvent } from '../listener-events.ts'
import type { ListenerModel } from '../listener-model.ts'

/** Steps beyond those that it takes to fill the server, and to empty it. */
const STEPS = 16
/** Of two thirds of the steps: a server that is seldom full shows little. */
const SHARE_OF_CONNECTS = 2 / 3

/** From 0 up to 1, without 1. */
export type Random = () => number

/** Mulberry32: short, and even enough for choices among a few. */
export function randomOf(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Clients come, and any of those that are served leaves, or asks its handler to return. */
export function randomPath(
  model: ListenerModel,
  random: Random,
  maxConnections: number,
): ListenerModelEvent[] {
  const events: ListenerModelEvent[] = []
  const choose = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]
  let snapshot = model.logic.getInitialSnapshot(NO_SCOPE, undefined)
  while (events.length < STEPS + 2 * maxConnections) {
    const served = snapshot.clients.flatMap((view, client) => (view === 'served' ? [client] : []))
    const mayConnect = model.options.events(snapshot).some(({ type }) => type === 'connect')
    const connects = mayConnect && (served.length === 0 || random() < SHARE_OF_CONNECTS)
    const client = choose(served)
    const event: ListenerModelEvent = connects
      ? { type: 'connect' }
      : {
          type: choose(['client.resets', 'handler.returns'] as const) ?? 'client.resets',
          ...(client === undefined ? {} : { client }),
        }
    events.push(event)
    snapshot = model.logic.transition(snapshot, event, NO_SCOPE)
  }
  return events
}

/** The model's logic needs nothing of the actor that runs it. */
const NO_SCOPE = undefined as never
