import { afterEach, describe, expect, it, vi } from 'vitest'
import { listenerMachine } from '../../machines/index.ts'
import {
  createListenerModel,
  type ListenerModelEvent,
  type ListenerModelOptions,
} from '../../src/testing/index.ts'
import { type ChartRow, withoutRow } from '../support/mutants.ts'
import type { Progress } from './fair-cycle.ts'
import { drainsExpire, forTheDrain, handlersSettle, inTheQueue, timePasses, usersResume } from './fairness.ts'
import { checkLiveness } from './liveness.ts'
import { exploreModel } from './states.ts'

const forClients: readonly Progress[] = [handlersSettle, usersResume, timePasses]
const each = (['hold', 'rebind'] as const).flatMap((pauseStrategy) =>
  (['createSock', 'create'] as const).map((factory) => ({ maxConnections: 1, pauseStrategy, factory })),
)

const smallest = exploreModel(createListenerModel({ maxConnections: 1 }))

it.each<ListenerModelOptions>([
  ...each,
  { maxConnections: 2, factory: 'create' },
  { maxConnections: 1, onHandlerError: 'ignore' },
  { maxConnections: 1, onHandlerError: 'call' },
  { maxConnections: 1, overLimit: 'drop' },
])(
  'with %o, each client in the queue can be served or told, and under fairness is; so is who drains',
  (options) => {
    const explored = exploreModel(createListenerModel({ maxWaiting: 2, ...options }))
    const clients = checkLiveness(explored, inTheQueue, forClients)
    expect(clients.waiting).toBeGreaterThan(50)
    expect(clients.findings.map(({ text }) => text)).toEqual([])
    // Though no handler settles and no user resumes.
    const drains = checkLiveness(explored, forTheDrain, [drainsExpire])
    expect(drains.waiting).toBeGreaterThan(5)
    expect(drains.findings.map(({ text }) => text)).toEqual([])
  },
)

it('who drains waits for ever if time stands still', () => {
  const { findings } = checkLiveness(
    smallest,
    forTheDrain,
    forClients.filter((one) => one !== handlersSettle),
  )
  expect(findings.map(({ kind }) => kind)).toEqual(['cycle'])
})

it.each(forClients)('a client waits for ever unless $name', (missing) => {
  const assumed = forClients.filter((progress) => progress !== missing)
  const { findings } = checkLiveness(smallest, inTheQueue, assumed)
  expect(findings.map(({ kind }) => kind)).toEqual(['cycle'])
  expect(findings[0]?.cycle.filter(missing.isMade)).toEqual([])
})

it('a cycle that is printed can be repeated, and leaves the client where it was', () => {
  const { model } = smallest
  const [finding] = checkLiveness(smallest, inTheQueue, [usersResume, timePasses]).findings
  const { path = [], cycle = [] } = finding ?? {}
  const turns = [1, 2, 3].map((turns) => {
    const { steps } = model.pathOf([...path, ...Array.from({ length: turns }, () => cycle).flat()])
    return steps.at(-1)?.expected.clients
  })
  expect(turns[0]).toContain('waits')
  expect(turns[1]).toEqual(turns[0])
  expect(turns[2]).toEqual(turns[0])
})

describe('a row that is taken out of the chart of the listener', () => {
  afterEach(() => {
    vi.doUnmock('../../machines/index.ts')
    vi.resetModules()
  })

  async function findingsWithout(row: ChartRow, types?: readonly ListenerModelEvent['type'][]) {
    const faulty = withoutRow(listenerMachine, row)
    vi.resetModules()
    vi.doMock('../../machines/index.ts', async (original) => ({
      ...(await original<object>()),
      listenerMachine: faulty,
    }))
    const testing = await import('../../src/testing/index.ts')
    const { options, ...model } = testing.createListenerModel({ maxConnections: 1 })
    const events: typeof options.events = (snapshot) =>
      options.events(snapshot).filter(({ type }) => types?.includes(type) ?? true)
    const explored = exploreModel({ ...model, options: { ...options, events } })
    return checkLiveness(explored, inTheQueue, forClients).findings
  }

  it('is found where a place is free and nobody is accepted, as a state from which no way leads on', async () => {
    const row = { state: 'accept-paused.waiting', event: 'always', index: 0 }
    const [stranded] = await findingsWithout(row, ['connect', 'handler.returns'])
    expect(stranded?.kind).toBe('stranded')
    expect(stranded?.text).toMatchInlineSnapshot(`
      "  connect → {"accept-paused":"waiting"}, served
        connect → {"accept-paused":"waiting"}, served waits
      where it waits, and nothing can end that"
    `)
    expect(await findingsWithout(row)).toMatchObject([{ kind: 'cycle' }])
  })

  it('is found where a retry is not made, with the path and the cycle', async () => {
    const [cycle] = await findingsWithout({ state: 'dropping.retrying', event: 'retry.due', index: 0 })
    expect(cycle?.kind).toBe('cycle')
    expect(cycle?.text).toMatchInlineSnapshot(`
      "  drop.start → {"dropping":"open"}, no client
        accept.exhausted → {"dropping":"retrying"}, no client
        connect → {"dropping":"retrying"}, waits
      and then without end
        pause → {"dropping":"retrying"}, waits
        resume → {"dropping":"retrying"}, waits
        time.passes → {"dropping":"retrying"}, waits"
    `)
  })

  it('is found where clients that linger keep their places, though everybody does their part', async () => {
    const row = { state: 'accept-paused.waiting', event: 'clients.waiting', index: 0 }
    const [cycle] = await findingsWithout(row)
    expect(cycle?.kind).toBe('cycle')
    expect(cycle?.text).toMatchInlineSnapshot(`
      "  connect → {"accept-paused":"waiting"}, served
        connect → {"accept-paused":"waiting"}, served waits
        client.stays → {"accept-paused":"waiting"}, served waits
        handler.throws → {"accept-paused":"waiting"}, ended waits
      and then without end
        pause → {"accept-paused":"waiting"}, ended waits
        resume → {"accept-paused":"waiting"}, ended waits
        time.passes → {"accept-paused":"waiting"}, ended waits"
    `)
  })
})
