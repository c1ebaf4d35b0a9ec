// Samples of a chart as rules: what an event changes and asks for, and on what that depends. The
// rules say of each sample what it comes to, no more and no less.
import { type Condition, computed, type Expression, holds, variable } from './expressions.ts'
import type { Asked, Sample, Value } from './sample.ts'

export interface Outcome {
  readonly kind: 'outcome'
  /** `undefined`: it stays where it is. */
  readonly next: string | undefined
  readonly changes: readonly (readonly [name: string, expression: Expression])[]
  readonly asked: readonly {
    readonly name: string
    readonly params: readonly Expression[]
    readonly to: string | undefined
  }[]
}

export interface Choice {
  readonly kind: 'choice'
  readonly condition: Condition
  readonly yes: Rule
  readonly no: Rule
}

export type Rule = Outcome | Choice

/** What an event comes to in some states, which is the same in all of them. */
export interface RuleOfStates {
  readonly states: readonly string[]
  readonly rule: Rule
}

/** By event, without those that change nothing and ask for nothing. */
export function rulesOf(samples: readonly Sample[]): ReadonlyMap<number, readonly RuleOfStates[]> {
  const byEvent = new Map<number, Map<string, RuleOfStates>>()
  for (const [event, ofEvent] of grouped(samples, (sample) => sample.event)) {
    const rules = new Map<string, RuleOfStates>()
    for (const [state, ofState] of grouped(ofEvent, (sample) => sample.state)) {
      const rule = ruleOf(ofState)
      if (isNothing(rule)) continue
      const key = JSON.stringify(rule)
      rules.set(key, { rule, states: [...(rules.get(key)?.states ?? []), state] })
    }
    if (rules.size > 0) byEvent.set(event, rules)
  }
  return new Map([...byEvent].map(([event, rules]) => [event, [...rules.values()]]))
}

export function isNothing(rule: Rule): boolean {
  return (
    rule.kind === 'outcome' && rule.next === undefined && rule.changes.length === 0 && rule.asked.length === 0
  )
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** The smallest of those that begin with each choice and go on with what tells most apart. */
function ruleOf(samples: readonly Sample[], isTried = true): Rule {
  const outcome = outcomeOf(samples)
  if (outcome) return outcome
  const splits = splitsOf(samples)
  const [first] = splits
  if (!first) throw new Error(`Nothing tells these apart: ${JSON.stringify(samples.slice(0, 2))}`)
  const choiceOf = ({ condition, yes, no }: Split, isTried: boolean): Choice => ({
    kind: 'choice',
    condition,
    yes: ruleOf(yes, isTried),
    no: ruleOf(no, isTried),
  })
  if (!isTried) return choiceOf(first, false)
  const [best] = splits
    .slice(0, MOST_TRIED)
    .map((split) => ({ split, size: sizeOf(choiceOf(split, false)) }))
    .sort((one, other) => one.size - other.size)
  return choiceOf(best?.split ?? first, true)
}

const MOST_TRIED = 8

interface Split {
  readonly condition: Condition
  readonly yes: readonly Sample[]
  readonly no: readonly Sample[]
}

/** Those that tell most apart come first. */
function splitsOf(samples: readonly Sample[]): Split[] {
  return conditionsOn(samples)
    .map((condition) => {
      const yes = samples.filter(({ context }) => holds(condition, context))
      const no = samples.filter(({ context }) => !holds(condition, context))
      return { condition, yes, no, disorder: disorderOf(yes) + disorderOf(no) }
    })
    .filter(({ yes, no }) => yes.length > 0 && no.length > 0)
    .sort((one, other) => one.disorder - other.disorder)
}

function sizeOf(rule: Rule): number {
  return rule.kind === 'outcome' ? 1 : sizeOf(rule.yes) + sizeOf(rule.no)
}

/** One that all samples have in common. */
function outcomeOf(samples: readonly Sample[]): Outcome | undefined {
  const [first] = samples
  if (!first) return undefined
  const isSame = samples.every(({ state, next }) => state === next)
  if (!isSame && samples.some(({ next }) => next !== first.next)) return undefined
  const changes: [string, Expression][] = []
  for (const name of Object.keys(first.context)) {
    const expression = expressionFor(samples, name, ({ nextContext }) => nextContext[name] as Value)
    if (!expression) return undefined
    const isUnchanged = expression.kind === 'variable' && expression.name === name && expression.plus === 0
    if (!isUnchanged) changes.push([name, expression])
  }
  const names = ({ asked }: Sample) => JSON.stringify(asked.map(shapeOf))
  if (samples.some((sample) => names(sample) !== names(first))) return undefined
  const asked: Outcome['asked'][number][] = []
  for (const [index, { name, params, to }] of first.asked.entries()) {
    const expressions = params.map((_, position) =>
      expressionFor(samples, undefined, (sample) => sample.asked[index]?.params[position] as Value),
    )
    if (!expressions.every((expression) => expression !== undefined)) return undefined
    asked.push({ name, params: expressions, to })
  }
  return { kind: 'outcome', next: isSame ? undefined : first.next, changes, asked }
}

const shapeOf = ({ name, params, to }: Asked) => [name, params.length, to]

/** The simplest that gives what all samples have. */
function expressionFor(
  samples: readonly Sample[],
  itself: string | undefined,
  valueIn: (sample: Sample) => Value,
): Expression | undefined {
  const [first] = samples
  if (!first) return undefined
  const value = valueIn(first)
  const others = Object.keys(first.context).filter((name) => name !== itself)
  const candidates: Expression[] = [
    ...(itself === undefined ? [] : [0, -1, 1].map((plus) => variable(itself, plus))),
    { kind: 'constant', value },
    ...others.map((name) => variable(name, 0)),
  ]
  return candidates.find((expression) =>
    samples.every((sample) => computed(expression, sample.context) === valueIn(sample)),
  )
}

function conditionsOn(samples: readonly Sample[]): Condition[] {
  const [first] = samples
  const names = Object.keys(first?.context ?? {})
  const numbers = names.filter((name) => typeof first?.context[name] === 'number')
  const comparisons = numbers.flatMap((name) =>
    numbers
      .filter((other) => other !== name)
      .flatMap((other) => [0, 1, -1].map((plus): Condition => ({ kind: 'less', name, plus, other }))),
  )
  const values = (name: string) => [...new Set(samples.map(({ context }) => context[name] as Value))]
  const equalities = names.flatMap((name) =>
    values(name).map((value): Condition => ({ kind: 'is', name, value })),
  )
  return [...equalities, ...comparisons]
}

/** How much more there is to tell apart: entropy, in bits, of all samples together. */
function disorderOf(samples: readonly Sample[]): number {
  const counts = new Map<string, number>()
  for (const sample of samples) counts.set(kindOf(sample), (counts.get(kindOf(sample)) ?? 0) + 1)
  let disorder = 0
  for (const count of counts.values()) disorder += count * Math.log2(samples.length / count)
  return disorder
}

const kinds = new WeakMap<Sample, string>()

/** What it comes to, in short. */
function kindOf(sample: Sample): string {
  const known = kinds.get(sample)
  if (known !== undefined) return known
  const { state, context, next, nextContext, asked } = sample
  const changes = Object.keys(context).map((name) => changeOf(context[name], nextContext[name]))
  const kind = JSON.stringify([next === state ? undefined : next, asked, changes])
  kinds.set(sample, kind)
  return kind
}

function changeOf(before: Value | undefined, after: Value | undefined): unknown {
  if (before === after) return undefined
  return typeof before === 'number' && typeof after === 'number' ? after - before : after
}

/** What a rule says of a state with this context. */
export function apply(
  rule: Rule,
  { state, context }: Pick<Sample, 'state' | 'context'>,
): Pick<Sample, 'next' | 'nextContext' | 'asked'> {
  if (rule.kind === 'choice') {
    return apply(holds(rule.condition, context) ? rule.yes : rule.no, { state, context })
  }
  const changed = rule.changes.map(([name, expression]) => [name, computed(expression, context)])
  return {
    next: rule.next ?? state,
    nextContext: { ...context, ...Object.fromEntries(changed) },
    asked: rule.asked.map(({ name, params, to }) => ({
      name,
      to,
      params: params.map((param) => computed(param, context) as Value),
    })),
  }
}
