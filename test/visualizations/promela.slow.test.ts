import { expect, it } from 'vitest'
import { listenerMachine } from '../../machines/index.ts'
import {
  type ChartSource,
  type Context,
  type Sample,
  sampleChart,
} from '../../visualizations/promela/sample.ts'
import { reduceListener, sourcesOf } from '../../visualizations/promela/sources.ts'
import { outcomeOf, sorted } from '../support/samples.ts'

const listener = sourcesOf({}).listener as ChartSource

const MOST_FAILURES = 2

/** In a state without what is left out of it, the chart does the same. */
it('what Promela has not of the context of the listener makes no difference but to what users are told', () => {
  const whole = sampleChart({
    ...listener,
    reduce: (context) => ({ ...context, failures: Math.min(Number(context['failures']), MOST_FAILURES) }),
  })
  const small = new Map(
    sampleChart(listener).samples.map((sample) => [keyOf(sample, sample.context), sample]),
  )
  expect(whole.samples.length).toBeGreaterThan(2 * small.size)
  const wrong = whole.samples.filter((sample) => {
    if (!canCome(sample)) return false
    const same = small.get(keyOf(sample, reduced(sample.state, sample.context)))
    const expected = { ...sample, nextContext: reduced(sample.next, sample.nextContext) }
    return !same || outcomeOf(same) !== outcomeOf(expected)
  })
  expect(wrong.slice(0, 3)).toEqual([])
})

/** Once the server closes nobody gets in, so that no rate is spent. */
const canCome = ({ state, event }: Sample) =>
  !/^clos(ing|ed)/.test(state) || listener.events[event]?.type !== 'rate.spent'

const keyOf = ({ state, event }: Sample, context: Context) => JSON.stringify([state, event, sorted(context)])

function reduced(state: string, context: Context): Context {
  const [outer = '', inner] = state.split('.')
  const value = inner === undefined ? outer : { [outer]: inner }
  return reduceListener(context, listenerMachine.resolveState({ value, context } as never))
}
