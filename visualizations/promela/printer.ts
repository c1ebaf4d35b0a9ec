// One chart in Promela.
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import type { Condition, Expression } from './expressions.ts'
import { isNothing, type Outcome, type Rule, rulesOf } from './rules.ts'
import type { Samples, Value } from './sample.ts'

/** The name in Promela of a word of the chart; the prefix says what kind of word it is. */
export type Say = (prefix: string, word: string) => string

export class Printer {
  readonly #chart: string
  readonly #state: string
  readonly #params: readonly string[]
  /** Whether any of its requests says more than its name. */
  readonly #hasParams: boolean
  readonly #say: Say

  constructor(chart: string, state: string, params: readonly string[], hasParams: boolean, say: Say) {
    this.#chart = chart
    this.#state = state
    this.#params = params
    this.#hasParams = hasParams
    this.#say = say
  }

  /** Outer states and tags, as the sets of states that they are. */
  groups(machine: AnyStateMachine): string[] {
    const nodes = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodes)]
    const [, ...all] = nodes(machine.root)
    const tags = [...new Set(all.flatMap((node) => [...node.tags]))]
    const outer = all.filter((node) => Object.keys(node.states).length > 0)
    const define = (kind: string, name: string, within: readonly AnyStateNode[]) => {
      const params = this.#params.length > 0 ? `(${this.#params.join(', ')})` : ''
      const states = [...new Set(within.flatMap(leavesOf))]
      return `#define ${this.#say(`${this.#chart}_${kind}`, name)}${params} (${this.#isIn(states)})`
    }
    return [
      ...outer.map((node) => define('in', node.path.join('.'), [node])),
      ...tags.map((tag) =>
        define(
          'tagged',
          tag,
          all.filter((node) => node.tags.includes(tag)),
        ),
      ),
    ]
  }

  /** With each of its inputs. */
  start({ initial }: Samples): string {
    const lines = initial.contexts.map((context) =>
      [
        `${this.#state} = ${this.#say(this.#chart, initial.state)}`,
        ...Object.entries(context).map(([name, value]) => `${name} = ${this.#literal(value)}`),
      ].join('; '),
    )
    const body = ['if', ...lines.map((line) => `:: ${line}`), 'fi']
    return this.#inline(`${this.#chart}Starts`, this.#params, body)
  }

  rules({ samples }: Samples, events: readonly string[]): string {
    const body = [...rulesOf(samples)].flatMap(([event, rules]) => [
      `:: what == ${events[event]} ->`,
      ...indent([
        'if',
        ...rules.flatMap(({ states, rule }) => [`:: ${this.#isIn(states)} ->`, ...indent(this.#rule(rule))]),
        ':: else',
        'fi',
      ]),
    ])
    return this.#inline(`${this.#chart}Hears`, [...this.#params, 'what'], ['if', ...body, ':: else', 'fi'])
  }

  #inline(name: string, params: readonly string[], body: readonly string[]): string {
    return [`inline ${name}(${params.join(', ')}) {`, ...indent(body), '}', ''].join('\n')
  }

  #isIn(states: readonly string[]): string {
    return states
      .map((state) => (state ? `${this.#state} == ${this.#say(this.#chart, state)}` : 'true'))
      .join(' || ')
  }

  #rule(rule: Rule): string[] {
    if (rule.kind === 'outcome') return this.#outcome(rule)
    const branch = (head: string, one: Rule) =>
      isNothing(one) ? [head] : [`${head} ->`, ...indent(this.#rule(one))]
    return [
      'if',
      ...branch(`:: ${this.#condition(rule.condition)}`, rule.yes),
      ...branch(':: else', rule.no),
      'fi',
    ]
  }

  #outcome({ next, changes, asked }: Outcome): string[] {
    // What is computed of another variable comes before that one changes.
    const isOfOthers = ([name, expression]: Outcome['changes'][number]) =>
      expression.kind === 'variable' && expression.name !== name
    const ordered = [...changes.filter(isOfOthers), ...changes.filter((change) => !isOfOthers(change))]
    const lines = [
      ...asked.map((one) => this.#asked(one)),
      ...ordered.map(([name, expression]) => `${name} = ${this.#expression(expression)}`),
      ...(next === undefined ? [] : [`${this.#state} = ${this.#say(this.#chart, next)}`]),
    ]
    return lines.length === 0 ? ['skip'] : [lines.join('; ')]
  }

  /** Requests are put in one channel for each chart, messages in that of whom they are for. */
  #asked({ name, params, to }: Outcome['asked'][number]): string {
    if (to !== undefined) return `${to}Mail!${this.#say('on', name)}`
    const given = this.#hasParams ? params.map((param) => this.#expression(param)) : []
    const padding = this.#hasParams && given.length === 0 ? ['0'] : []
    return `${this.#chart}Asks!${[...this.#params, this.#say('do', name), ...given, ...padding].join(', ')}`
  }

  #condition(condition: Condition): string {
    const { name } = condition
    if (condition.kind === 'less') return `${plus(name, condition.plus)} < ${condition.other}`
    const { value } = condition
    if (typeof value === 'boolean') return value ? name : `!${name}`
    return `${name} == ${this.#literal(value)}`
  }

  #expression(expression: Expression): string {
    return expression.kind === 'constant'
      ? this.#literal(expression.value)
      : plus(expression.name, expression.plus)
  }

  #literal(value: Value): string {
    if (typeof value !== 'string') return String(value)
    return this.#say('is', value)
  }
}

function plus(name: string, number: number): string {
  if (number === 0) return name
  return number > 0 ? `${name} + ${number}` : `${name} - ${-number}`
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

/** The paths of the innermost states. */
export function leavesOf(node: AnyStateNode): string[] {
  const children = Object.values(node.states)
  return children.length === 0 ? [node.path.join('.')] : children.flatMap(leavesOf)
}
