// How much of a model was taken by paths: its states, and its kinds of steps.
import { inspect } from 'node:util'
import { describeEvent, type Model, type ModelPath, type StepKind } from './model.ts'

/** A report names so many transitions that are missing, and counts the others. */
const MAX_NAMED = 10

export interface CoveredPart<Item> {
  readonly taken: readonly Item[]
  readonly untaken: readonly Item[]
}

/**
 * How much of a model paths have taken. `String(coverage)` is a report of a few lines, and so is
 * what `console.log` shows.
 */
export class Coverage<Event extends { type: string }> {
  /** Number of paths that passed, and of all that there are. */
  readonly paths: { readonly passed: number; readonly all: number }
  /** States of the chart in which a server comes to rest. */
  readonly states: CoveredPart<string>
  /** Kinds of steps, which are transitions of the chart with their circumstances. */
  readonly kinds: CoveredPart<StepKind<Event>>
  /** Those of the untaken kinds that no path holds, passed or not: the driver cannot do them. */
  readonly impossible: readonly StepKind<Event>[]
  /** What nothing leads to: states and transitions of a user's machine, by name. */
  readonly unreached: readonly string[]
  readonly #possibleTypes: ReadonlySet<string>

  constructor(
    kinds: readonly StepKind<Event>[],
    all: readonly ModelPath<Event, unknown>[],
    passed: readonly ModelPath<Event, unknown>[],
    unreached: readonly string[] = [],
  ) {
    const taken = keysOf(passed)
    const possible = keysOf(all)
    this.paths = { passed: passed.length, all: all.length }
    this.kinds = part(kinds, ({ key }) => taken.has(key))
    this.unreached = unreached
    this.impossible = this.kinds.untaken.filter(({ key }) => !possible.has(key))
    const seen = new Set(this.kinds.taken.flatMap(({ from, to }) => [from, to]))
    this.states = part([...new Set(kinds.flatMap(({ from, to }) => [from, to]))], (state) => seen.has(state))
    this.#possibleTypes = new Set(all.flatMap(({ steps }) => steps.map(({ event }) => event.type)))
  }

  /** The share of the kinds of steps that were taken, from 0 to 100. */
  get percentage(): number {
    const { taken, untaken } = this.kinds
    return (100 * taken.length) / (taken.length + untaken.length)
  }

  toString(): string {
    const { paths, states, kinds, impossible, unreached } = this
    const missed = kinds.untaken.filter((kind) => !impossible.includes(kind)).map(describeKind)
    const named = [...new Set(missed)]
    return [
      `${paths.passed} of ${paths.all} paths passed`,
      `  states       ${share(states)}${unless(states.untaken, 'not')}`,
      `  transitions  ${share(kinds)}, ${Math.floor(this.percentage)} %`,
      ...(impossible.length > 0 ? [`  in no path   ${impossible.length}${this.#reason}`] : []),
      ...(unreached.length > 0 ? [`  unreached    ${unreached.join(', ')}`] : []),
      ...(missed.length > 0 ? [`  not passed   ${missed.length}:`] : []),
      ...named.slice(0, MAX_NAMED).map((name) => `    ${name}`),
      ...(named.length > MAX_NAMED ? [`    and ${named.length - MAX_NAMED} more`] : []),
    ].join('\n')
  }

  /** Why: there are events that no path has, or else some that are not everywhere. */
  get #reason(): string {
    const types = [...new Set(this.impossible.map(({ event }) => event.type))].sort()
    const missing = types.filter((type) => !this.#possibleTypes.has(type))
    return missing.length > 0 ? unless(missing, 'none has') : unless(types, 'not every')
  }

  [inspect.custom](): string {
    return String(this)
  }
}

/**
 * How much of a model its paths take, or some of them. What a driver can do for instance, without a
 * server being started:
 *
 * @example
 * ```ts
 * const model = createListenerModel()
 * const paths = model.paths({ events: ({ type }) => type !== 'pause' })
 * const { percentage } = coverageOf(model, paths)
 * ```
 */
export function coverageOf<Event extends { type: string }>(
  model: Pick<Model<never, Event, unknown>, 'kinds' | 'unreached'>,
  paths: readonly ModelPath<Event, unknown>[],
): Coverage<Event> {
  return new Coverage(model.kinds(), paths, paths, model.unreached?.())
}

function keysOf(paths: readonly { readonly steps: readonly { readonly kind: string }[] }[]): Set<string> {
  return new Set(paths.flatMap(({ steps }) => steps.map(({ kind }) => kind)))
}

function part<Item>(items: readonly Item[], isTaken: (item: Item) => boolean): CoveredPart<Item> {
  return { taken: items.filter(isTaken), untaken: items.filter((item) => !isTaken(item)) }
}

function share({ taken, untaken }: CoveredPart<unknown>): string {
  return `${taken.length} of ${taken.length + untaken.length}`
}

function unless(missing: readonly string[], words: string): string {
  return missing.length === 0 ? '' : `, ${words} ${missing.join(', ')}`
}

function describeKind<Event extends { type: string }>({ from, event, to }: StepKind<Event>): string {
  return `${describeEvent(event)} in ${from} → ${to}`
}
