// `@xstate/test` was published for an older xstate, whose types are not today's; at run time they
// fit.
import { TestModel } from '@xstate/test'
import type { EventObject, Snapshot } from 'xstate'
import type { Model } from '../../src/testing/index.ts'

export interface GeneratedPath<TSnapshot, Event> {
  description: string
  steps: readonly { event: Event; state: TSnapshot }[]
  /** Performs each event, and checks the state after it. */
  test(performs: (event: Event) => Promise<void>, checks: (state: TSnapshot) => Promise<void>): Promise<void>
}

/** The paths that `@xstate/test` makes of a model. */
export function generatePaths<TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations>(
  model: Model<TSnapshot, Event, Expectations>,
): GeneratedPath<TSnapshot, Event>[] {
  const testModel = new TestModel(model.logic as never, model.options as never)
  const paths = testModel.getPaths(model.pathGenerator as never) as unknown as {
    steps: readonly { event: Event; state: TSnapshot }[]
    test(params: object): Promise<unknown>
  }[]
  return paths.map(({ steps, test }) => ({
    steps,
    description: steps
      .slice(1)
      .map(({ event }) => describeEvent(event))
      .join(' → '),
    test: async (performs, checks) => {
      const types = new Set(steps.map(({ event }) => event.type))
      types.delete('xstate.init')
      const events = Object.fromEntries(
        [...types].map((type) => [type, (step: { event: Event }) => performs(step.event)]),
      )
      await test({ events, states: { '*': checks } })
    },
  }))
}

function describeEvent({ type, ...payload }: EventObject): string {
  return Object.keys(payload).length === 0 ? type : `${type} ${JSON.stringify(payload)}`
}
