// Samples of charts, to be compared.
import type { Context, Sample } from '../../visualizations/promela/sample.ts'

export type Outcome = Pick<Sample, 'next' | 'nextContext' | 'asked'>

/** The same text for the same outcome. */
export function outcomeOf({ next, nextContext, asked }: Outcome): string {
  return JSON.stringify([next, sorted(nextContext), asked.map(({ name, params, to }) => [name, params, to])])
}

export function sorted(context: Context): readonly unknown[] {
  return Object.entries(context).sort()
}
