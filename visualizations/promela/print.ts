// The charts in Promela, the language of SPIN: their states, their contexts, and what each event
// comes to, as inlines that a model of the world around them calls and is called by.
import type { EventObject } from 'xstate'
import { leavesOf, Printer, type Say } from './printer.ts'
import { type ChartSource, type Context, sampleChart, type Value } from './sample.ts'
import { type Charts, sourcesOf } from './sources.ts'

const HEADER = `/*
 * The charts of machines/, written by "npm run visualize"; not to be changed by hand. Each rule
 * was computed by the chart itself, in each state that any order of events can bring it to: what
 * is done about an event until the chart rests. Requests come before what the context becomes.
 */
`

/** By its name in Promela: what it is called in its chart. */
export type Words = ReadonlyMap<string, string>

export function toPromela(charts: Charts = {}): { text: string; words: Words } {
  const words = new Map<string, string>()
  const say = (prefix: string, word: string) => {
    const name = `${prefix}_${word.replaceAll(/\W/g, '_')}`
    const known = words.get(name)
    if (known !== undefined && known !== word) throw new Error(`${word} and ${known} have the same name`)
    words.set(name, word)
    return name
  }
  const parts = Object.entries(sourcesOf(charts)).map(([chart, source]) => partOf(chart, source, say))
  const values = [...new Set(parts.flatMap((part) => part.values))].map((value) => say('is', value))
  const events = [...new Set(parts.flatMap((part) => part.events))]
  const requests = [...new Set(parts.flatMap((part) => part.requests))].map((request) => say('do', request))
  const names = [values, requests, ...parts.map(({ states }) => states), events].filter(
    ({ length }) => length > 0,
  )
  return {
    text: [
      HEADER,
      ...names.map(declare),
      ...parts.flatMap(({ groups }) => groups),
      '',
      ...parts.map(({ text }) => text),
    ].join('\n'),
    words,
  }
}

interface Part {
  readonly states: readonly string[]
  readonly events: readonly string[]
  readonly requests: readonly string[]
  /** The strings that its context has. */
  readonly values: readonly string[]
  /** Outer states and tags, as macros. */
  readonly groups: readonly string[]
  readonly text: string
}

function declare(names: readonly string[]): string {
  const lines = names.map((name) => `  ${name}`).join(',\n')
  return `mtype = {\n${lines}\n}\n`
}

/**
 * A chart with a context has one actor. One without has many, whose states are in an array; with a
 * single state, there is nothing to keep.
 */
function partOf(chart: string, source: ChartSource, say: Say): Part {
  const found = sampleChart(source)
  const hasStates = Object.keys(source.machine.root.states).length > 0
  const stateNames = hasStates ? leavesOf(source.machine.root).map((path) => say(chart, path)) : []
  const eventNames = source.events.map((event) => say('on', describe(event)))
  const context = found.initial.contexts[0] ?? {}
  const isOne = Object.keys(context).length > 0
  const state = isOne ? chart : `${chart}[number]`
  const values = found.samples.flatMap((sample) =>
    Object.values(sample.context).filter((value) => typeof value === 'string'),
  )
  const printer = new Printer(
    chart,
    state,
    isOne || !hasStates ? [] : ['number'],
    source.params.length > 0,
    say,
  )
  return {
    states: stateNames,
    events: eventNames,
    requests: requestsOf(source),
    values: [...new Set(values)].sort(),
    groups: printer.groups(source.machine),
    text: [
      ...(isOne ? declarationsOf(chart, context) : []),
      ...(hasStates ? [printer.start(found)] : []),
      printer.rules(found, eventNames),
    ].join('\n'),
  }
}

/** All that the chart can ask the world for; an assignment is no request. */
function requestsOf({ machine, ignored }: ChartSource): string[] {
  return Object.entries<unknown>({ ...machine.implementations.actions })
    .filter(([name, action]) => !('resolve' in (action as object)) && !ignored.includes(name))
    .map(([name]) => name)
}

/** An event with what it carries, as far as that is said in a word. */
function describe({ type, ...payload }: EventObject): string {
  const said = Object.entries(payload).flatMap(([name, value]) => {
    if (value === undefined || name === 'error' || name === 'count') return []
    return [typeof value === 'boolean' ? name : String(value)]
  })
  return [type, ...said].join(' ')
}

function declarationsOf(chart: string, context: Context): string[] {
  return [`mtype ${chart}`, ...Object.entries(context).map(([name, value]) => `${typeOf(value)} ${name}`)]
}

function typeOf(value: Value): string {
  if (typeof value === 'string') return 'mtype'
  return typeof value === 'boolean' ? 'bool' : 'byte'
}
