// What limit, pause, drop and close come to together: a table computed from the listener's model.
import type { PauseStrategy } from '../machines/index.ts'
import { createListenerModel, type ListenerModelEvent } from '../src/testing/index.ts'

const STRATEGIES: readonly PauseStrategy[] = ['hold', 'rebind']

const HEAD = [
  'full',
  'paused by',
  'dropping',
  '`state`',
  'a new client',
  'those in the queue',
  'served again after',
]

/** What ends one of the reasons not to serve new clients. */
const REMEDIES: readonly (readonly [name: string, event: ListenerModelEvent])[] = [
  ['a place is free', { type: 'handler.returns' }],
  ['`resume()`', { type: 'resume' }],
  ['dropping ends', { type: 'drop.stop' }],
]

interface Situation {
  readonly isFull: boolean
  readonly pause: PauseStrategy | undefined
  readonly isDropping: boolean
}

/**
 * A row for each way in which limit, pause and drop meet, and one for a closed server, in Markdown.
 */
export function toInteractions(): string {
  const both = [false, true]
  const situations = both.flatMap((isDropping) =>
    [undefined, ...STRATEGIES].flatMap((pause) =>
      both.map((isFull): Situation => ({ isFull, pause, isDropping })),
    ),
  )
  // Where somebody still waits when it closes.
  const holding = situations.filter((situation) => outcomeOf(situation, [])[2] === 'waits')
  const closings = holding.map((situation) => outcomeOf(situation, [{ type: 'close' }]))
  const [closed = []] = closings
  if (closings.some((outcome) => outcome.join() !== closed.join()))
    throw new Error('What a closed server does depends on what it did before')
  const rows = situations.map((situation) => [...causesOf(situation), ...outcomeOf(situation, [])])
  return tableOf([HEAD, ...rows, ['any', 'any', 'any', ...closed]])
}

/** The first row is the head. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  const [head = '', ...body] = rows.map(lineOf)
  return [head, lineOf(widths.map((width) => '-'.repeat(width))), ...body].join('')
}

function causesOf({ isFull, pause, isDropping }: Situation): string[] {
  return [isFull ? 'yes' : 'no', pause ? `\`'${pause}'\`` : 'no', isDropping ? 'yes' : 'no']
}

function outcomeOf(situation: Situation, ending: readonly ListenerModelEvent[]): string[] {
  const events = [...eventsOf(situation, []), ...ending]
  const outcomes = STRATEGIES.map((strategy) => expectationsAfter(strategy, events))
  const waiting = [
    ...eventsOf(situation, [{ type: 'pause', strategy: 'hold' }, { type: 'connect' }]),
    ...ending,
  ]
  const either = (words: readonly string[]) => [...new Set(words)].join(' or ')
  return [
    either(outcomes.map(({ state }) => `\`'${state}'\``)),
    either(outcomes.map(({ newClient }) => newClient)),
    either(STRATEGIES.map((strategy) => expectationsAfter(strategy, waiting).clients.at(-1) ?? '')),
    remediesFor(events),
  ]
}

/** What leads to the situation, and what happens before the pause is the one that it is to be. */
function eventsOf(
  { isFull, pause, isDropping }: Situation,
  before: readonly ListenerModelEvent[],
): ListenerModelEvent[] {
  const pausing = pause ? ({ type: 'pause', strategy: pause } as const) : ({ type: 'resume' } as const)
  const dropping = isDropping ? [{ type: 'drop.start' } as const] : []
  // With room and no pause, a server that drops never had a queue that it could have served.
  const isServing = !isFull && !pause
  return [
    ...(isFull ? [{ type: 'connect' } as const] : []),
    ...before,
    ...(isServing ? [...dropping, pausing] : [pausing, ...dropping]),
  ]
}

function expectationsAfter(pauseStrategy: PauseStrategy, events: readonly ListenerModelEvent[]) {
  // Room for the client in the queue where the server is not to be full.
  const model = createListenerModel({ maxConnections: events[0]?.type === 'connect' ? 1 : 2, pauseStrategy })
  const noScope = undefined as never
  const initial = model.logic.getInitialSnapshot(noScope, undefined)
  return model.expectations(
    events.reduce((snapshot, event) => model.logic.transition(snapshot, event, noScope), initial),
  )
}

/**
 * The fewest remedies after which a new client is served, whatever the server's own strategy is.
 */
function remediesFor(events: readonly ListenerModelEvent[]): string {
  const subsets = Array.from({ length: 2 ** REMEDIES.length }, (_, bits) =>
    REMEDIES.filter((_, index) => (bits >> index) & 1),
  ).sort((one, other) => one.length - other.length)
  const helping = subsets.find((subset) =>
    STRATEGIES.every((strategy) => {
      const helped = [...events, ...subset.map(([, event]) => event)]
      return expectationsAfter(strategy, helped).newClient === 'served'
    }),
  )
  if (helping?.length === 0) return 'it is'
  return helping?.map(([name]) => name).join(', ') ?? 'never'
}
