import { describe, expect, it } from 'vitest'
import type { EventObject } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import { toPromela } from '../../visualizations/promela/print.ts'
import { apply, isNothing, rulesOf } from '../../visualizations/promela/rules.ts'
import { type ChartSource, type Sample, sampleChart } from '../../visualizations/promela/sample.ts'
import { sourcesOf } from '../../visualizations/promela/sources.ts'
import { withoutRow } from '../support/mutants.ts'
import { type Outcome, outcomeOf } from '../support/samples.ts'

const { listener, connection } = sourcesOf({})

describe.each<[string, ChartSource]>([
  ['listener', listener as ChartSource],
  ['connection', connection],
])('the rules of the chart of the %s', (_, source) => {
  const { samples } = sampleChart(source)
  const rules = rulesOf(samples)

  it('say of each event in each of its states what the chart itself says', () => {
    expect(samples.length).toBeGreaterThan(100)
    const wrong = samples.filter((sample) => {
      const found = rules.get(sample.event)?.find(({ states }) => states.includes(sample.state))
      return outcomeOf(sample) !== outcomeOf(found ? apply(found.rule, sample) : unchanged(sample))
    })
    expect(wrong.slice(0, 3)).toEqual([])
  })

  it('hold in no state twice, and none of them does nothing', () => {
    for (const ofEvent of rules.values()) {
      const states = ofEvent.flatMap((rule) => rule.states)
      expect(new Set(states).size).toBe(states.length)
      expect(ofEvent.filter(({ rule }) => isNothing(rule))).toEqual([])
    }
  })
})

function unchanged({ state, context }: Sample): Outcome {
  return { next: state, nextContext: context, asked: [] }
}

it('the text has every state, every event and every request that is not for users alone', () => {
  const { text, words } = toPromela()
  const named = [...words.values()]
  const events: readonly EventObject[] = [...listener.events, ...connection.events]
  for (const { type } of events) expect(named.some((word) => word.split(' ')[0] === type)).toBe(true)
  for (const name of words.keys()) expect(text).toMatch(new RegExp(`\\b${name}\\b`))
})

it('a row that is taken out of the chart is not in the text either', () => {
  const row = { state: 'dropping.retrying', event: 'retry.due', index: 0 }
  const { text } = toPromela({ listener: withoutRow(listenerMachine, row) })
  expect(text).not.toBe(toPromela().text)
})
