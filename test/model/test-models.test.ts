// The models are given to the path generators and runners of others, and real servers pass.
import { TestModel as PublishedTestModel } from '@xstate/test'
import { describe, expect, it } from 'vitest'
import type { EventObject, Snapshot } from 'xstate'
import { TestModel } from 'xstate/graph'
import { Server } from '../../src/index.ts'
import {
  createConnectionDriver,
  createConnectionModel,
  createDriver,
  createListenerModel,
  type Driver,
  type Model,
} from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'

/** As much of a path of theirs as is needed. */
interface TheirPath<TSnapshot> {
  steps: readonly { event: EventObject; state: TSnapshot }[]
  test(params: object): Promise<unknown>
}

type MakePaths = <TSnapshot extends Snapshot<unknown>, Event extends EventObject, Expectations>(
  model: Model<TSnapshot, Event, Expectations>,
  events: (snapshot: TSnapshot) => readonly Event[],
) => readonly TheirPath<TSnapshot>[]

const makers: Record<string, MakePaths> = {
  'xstate/graph': ({ logic, options, pathGenerator }, events) =>
    new TestModel(logic, { ...options, events }).getPaths(pathGenerator) as never,
  // It was published for an older xstate, whose types are not today's; at run time they fit.
  '@xstate/test': ({ logic, options, pathGenerator }, events) =>
    new PublishedTestModel(logic as never, { ...options, events } as never).getPaths(
      pathGenerator as never,
    ) as never,
}

/** Runs all their paths that the driver can perform. */
async function runAll<
  TSnapshot extends Snapshot<unknown>,
  Event extends EventObject,
  Expectations extends object,
>(
  makePaths: MakePaths,
  model: Model<TSnapshot, Event, Expectations>,
  driver: Driver<Event, Expectations>,
): Promise<number> {
  const { can = () => true } = driver
  const isPossible = (event: Event, expected: Expectations): boolean => {
    const { events = [] } = event as { events?: readonly Event[] }
    return can(event, expected) && events.every((one) => can(one, expected))
  }
  const paths = makePaths(model, (snapshot) =>
    model.options.events(snapshot).filter((event) => isPossible(event, model.expectations(snapshot))),
  )
  for (const path of paths) {
    const run = await driver.start()
    let hasBegun = false
    const perform = async ({ event }: { event: Event }) => {
      hasBegun = true
      await run.perform(event)
    }
    const types = new Set(path.steps.slice(1).map(({ event }) => event.type))
    const check = async (state: TSnapshot) => {
      if (!hasBegun) return
      const expected = model.expectations(state)
      await agree(() => ({ ...expected, ...run.observe() }), expected)
    }
    await path.test({
      events: Object.fromEntries([...types].map((type) => [type, perform])),
      states: { '*': check },
    })
    await run.end()
  }
  return paths.length
}

describe.each(Object.keys(makers))('the TestModel of %s', (name) => {
  const makePaths = makers[name] as MakePaths

  it('runs the model of a server', async () => {
    const options = { maxConnections: 1, onHandlerError: 'ignore' } as const
    const driver = createDriver((where, handler) => Server.createSock(where, handler, options))
    const model = createListenerModel({ ...options, includeFaults: false })
    const count = await runAll(makePaths, model, driver)
    expect(count).toBeGreaterThan(30)
  })

  it('runs the model of a connection', async () => {
    const { can, start } = createConnectionDriver((where, handler, settings) =>
      Server.create(where, handler, settings),
    )
    // The many bytes of the others take their time.
    const isQuick: typeof can = (event, expected) =>
      event.type !== 'client.stalls' && event.type !== 'client.lags' && can?.(event, expected) === true
    const model = createConnectionModel({ factory: 'create' })
    const count = await runAll(makePaths, model, { can: isQuick, start })
    expect(count).toBeGreaterThan(30)
  })

  it('finds a fault by them', async () => {
    const driver = createDriver((where, handler) => Server.createSock(where, handler, { maxConnections: 2 }))
    const model = createListenerModel({ maxConnections: 1, includeFaults: false })
    await expect(runAll(makePaths, model, driver)).rejects.toThrow(/accept-paused/)
  })
})
