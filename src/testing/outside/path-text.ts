// Sequences of events as text: `connect connect client.resets 1`.
import { invalid } from '../../common/validate.ts'
import type { ListenerModelEvent } from '../listener-events.ts'

/** `name` is that of the option which has the text. */
export function parsePath(name: string, text: string): ListenerModelEvent[] {
  const found = [...text.trim().matchAll(EVENT)]
  const expected = `a sequence of ${TYPES.join(', ')}, with the number of a client after the latter two`
  if (found.length === 0 || found.map(([match]) => match).join('') !== text.trim()) {
    return invalid(name, expected, text)
  }
  return found.map(([, type, number]): ListenerModelEvent => {
    if (type === undefined) return { type: 'connect' }
    const client = number === undefined ? {} : { client: Number(number) }
    return { type: type === 'client.resets' ? type : 'handler.returns', ...client }
  })
}

const TYPES = ['connect', 'client.resets', 'handler.returns'] as const
const EVENT = /(?:connect|(client\.resets|handler\.returns)(?: +(\d+))?)(?: +|$)/g

export function formatPath(events: readonly ListenerModelEvent[]): string {
  return events.map((event) => ('client' in event ? `${event.type} ${event.client}` : event.type)).join(' ')
}
