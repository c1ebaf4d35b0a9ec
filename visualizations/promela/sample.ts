// What a chart comes to: each of its states that events can bring it to, and each event in it.
import type { AnyMachineSnapshot, AnyStateMachine, EventObject, InputFrom } from 'xstate'
import { Chart } from '../../src/chart/chart.ts'
import { isRequest, type Place, type Row } from '../../src/chart/row.ts'

export type Value = string | number | boolean
export type Context = Readonly<Record<string, Value>>

/** Something that is asked for, or sent to a child. */
export interface Asked {
  readonly name: string
  /** Those that make a difference to the world. */
  readonly params: readonly Value[]
  /** The child that it is sent to. */
  readonly to: string | undefined
}

/** An event in a state, and what it comes to. */
export interface Sample {
  readonly state: string
  readonly context: Context
  /** By its index. */
  readonly event: number
  readonly next: string
  readonly nextContext: Context
  readonly asked: readonly Asked[]
}

export interface ChartSource<Machine extends AnyStateMachine = AnyStateMachine> {
  readonly machine: Machine
  readonly inputs: readonly InputFrom<Machine>[]
  /** One of each type, and of each payload that makes a difference. */
  readonly events: readonly EventObject[]
  /** Whether an event can come there at all. */
  readonly can?: (event: EventObject, context: Context) => boolean
  /** The context without what makes no difference, so that there are finitely many. */
  readonly reduce?: (context: Context, snapshot: AnyMachineSnapshot) => Context
  /** The parameters of requests that make a difference to the world. */
  readonly params: readonly string[]
  /** Requests that make none: what is told to users. */
  readonly ignored: readonly string[]
}

export interface Samples {
  readonly initial: { readonly state: string; readonly contexts: readonly Context[] }
  readonly samples: readonly Sample[]
}

/** Any of the events at any time. */
export function sampleChart(source: ChartSource): Samples {
  const { machine, inputs, events, can, reduce } = source
  const chart = new Chart(machine)
  const placeOf = ({ snapshot: whole }: Place) => {
    const context: Context = reduce?.(whole.context, whole) ?? whole.context ?? {}
    const place = chart.placeOf({ ...whole, context } as AnyMachineSnapshot)
    const state = stateOf(whole)
    // By value: a chart forgets places where there are many, and has other ones for them then.
    return { key: JSON.stringify([state, context]), place, state, context }
  }
  const starts = inputs.map((input) => placeOf(chart.initial(input as never).next))
  const found = new Map(starts.map((start) => [start.key, start]))
  const samples: Sample[] = []
  for (const { place, state, context } of found.values()) {
    if (place.snapshot.status !== 'active') continue
    for (const [index, event] of events.entries()) {
      if (can && !can(event, context)) continue
      const row = chart.lookUp(place, event)
      const next = placeOf(row.next)
      const asked = askedBy(row, source)
      samples.push({ state, context, event: index, next: next.state, nextContext: next.context, asked })
      if (!found.has(next.key)) found.set(next.key, next)
    }
  }
  const [first] = starts
  return {
    initial: { state: first?.state ?? '', contexts: starts.map(({ context }) => context) },
    samples,
  }
}

/** The path of the innermost state, dotted. */
function stateOf({ value }: AnyMachineSnapshot): string {
  const names: string[] = []
  let at: unknown = value
  while (typeof at === 'object' && at !== null) {
    const [entry] = Object.entries(at)
    if (!entry) break
    names.push(entry[0])
    at = entry[1]
  }
  return [...names, ...(typeof at === 'string' ? [at] : [])].join('.')
}

/** Messages are sent when the step is over. */
function askedBy({ log, messages }: Row, { params, ignored }: ChartSource): Asked[] {
  const requests = log
    .filter(isRequest)
    .filter(({ type }) => !type.startsWith('xstate.') && !ignored.includes(type))
  return [
    ...requests.map(({ type, params: given }) => {
      const all = (given ?? {}) as Readonly<Record<string, Value>>
      return { name: type, params: params.flatMap((name) => all[name] ?? []), to: undefined }
    }),
    ...messages.map(({ to, event }) => ({ name: event.type, params: [], to })),
  ]
}
