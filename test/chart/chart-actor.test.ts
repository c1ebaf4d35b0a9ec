import { describe, expect, test, vi } from 'vitest'
import { type AnyEventObject, createMachine, type InspectionEvent, setup, spawnChild } from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { Chart } from '../../src/chart/chart.ts'
import { ChartActor } from '../../src/chart/chart-actor.ts'
import { System } from '../../src/chart/system.ts'
import { realClock } from '../../src/common/clock.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

type Effects = Record<string, (params?: unknown) => void>

const chart = new Chart(connectionMachine)

/** An actor of the connection's chart, not started yet. */
function make(effects: Effects = {}, inspect?: (event: InspectionEvent) => void) {
  return new ChartActor<typeof connectionMachine, Effects>(
    {
      chart,
      system: new System(realClock, inspect),
      nameOf: () => 'connection',
      check: (event) => event as never,
      insteadOfStop: 'nothing',
    },
    effects,
  )
}

/** One that is started and serves. */
function run(...args: Parameters<typeof make>) {
  const actor = make(...args).start()
  actor.receive({ type: 'handler.started' })
  return actor
}

describe('an effect', () => {
  test('that sends something has it heard when the step is over, in the order in which it came', () => {
    const order: string[] = []
    const note = (name: string) => order.push(`${name} ${JSON.stringify(actor.getSnapshot().value)}`)
    const actor = run({
      flushWriter: () => {
        actor.receive({ type: 'writer.flushed' })
        actor.receive({ type: 'flush.expired' })
        note('flushWriter')
      },
      closeReader: () => {
        actor.receive({ type: 'socket.closed' })
        note('closeReader')
      },
      destroySocket: () => note('destroySocket'),
      releaseConnection: () => {
        note('releaseConnection')
        actor.receive({ type: 'destroy' }) // too late
      },
    })
    actor.receive({ type: 'handler.settled' })
    expect(order).toEqual([
      'flushWriter {"serving":"open"}',
      'closeReader {"closing":"flushing"}',
      'destroySocket {"closing":"lingering"}',
      'releaseConnection {"closing":"cutting"}',
    ])
    expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' })
  })

  test('that throws keeps nothing else from being done, and is an uncaught exception', async () => {
    const errors = allUncaught()
    const done: string[] = []
    const throws = (name: string) => () => {
      done.push(name)
      throw name
    }
    const actor = run({ keepError: throws('keepError'), flushWriter: throws('flushWriter') })
    actor.receive({ type: 'handler.failed', error: 'an error' })
    expect(done).toEqual(['keepError', 'flushWriter'])
    actor.receive({ type: 'socket.closed' })
    expect(actor.getSnapshot().value).toBe('closed')
    await turns(1)
    expect(errors).toEqual(['keepError', 'flushWriter'])
  })

  test('is asked for by one actor of many', () => {
    const flushed: string[] = []
    const [, other] = ['one', 'other'].map((name) => run({ flushWriter: () => void flushed.push(name) }))
    other?.receive({ type: 'handler.settled' })
    expect(flushed).toEqual(['other'])
  })

  test('of the start that sends something has it heard when all of the start is over', () => {
    const order: string[] = []
    const machine = createMachine({
      entry: ['first', 'second'],
      on: { go: { actions: 'went' } },
    }).provide({ actions: { first: () => {}, second: () => {}, went: () => {} } })
    const effects: Effects = {
      first: () => {
        order.push('first')
        actor.receive({ type: 'go' })
      },
      second: () => order.push('second'),
      went: () => order.push('went'),
    }
    const role = { chart: new Chart(machine), system: new System(realClock) }
    const actor: ChartActor<typeof machine, Effects> = new ChartActor(
      { ...role, nameOf: () => 'any', check: (event) => event as never, insteadOfStop: 'nothing' },
      effects,
    )
    actor.receive({ type: 'go' })
    expect(order).toEqual([])
    actor.start()
    expect(order).toEqual(['first', 'second', 'went', 'went'])
  })
})

test('a chart whose own code throws takes that for an uncaught exception, and the actor goes on from where it was', async () => {
  const errors = allUncaught()
  const machine = createMachine({
    initial: 'one',
    states: {
      one: {
        on: {
          bad: {
            guard: () => {
              throw new Error('a guard')
            },
            target: 'two',
          },
          good: { target: 'two' },
        },
      },
      two: {},
    },
  })
  const actor = new ChartActor(
    {
      chart: new Chart(machine),
      system: new System(realClock),
      nameOf: () => 'any',
      check: (event) => event as never,
      insteadOfStop: 'nothing',
    },
    {},
  ).start()
  actor.receive({ type: 'bad' })
  expect(actor.getSnapshot().value).toBe('one')
  actor.receive({ type: 'good' })
  expect(actor.getSnapshot().value).toBe('two')
  await turns(1)
  expect(errors).toHaveLength(1)
  expect(String(errors[0])).toContain('a guard')
})

describe('observers', () => {
  test('are told of each snapshot, and of the end', () => {
    const actor = run()
    const seen: unknown[] = []
    const subscription = actor.subscribe(({ value }) => seen.push(value))
    const completed = vi.fn()
    actor.subscribe({ complete: completed })
    actor.receive({ type: 'handler.settled' })
    subscription.unsubscribe()
    actor.receive({ type: 'writer.flushed' })
    actor.subscribe({ next: ({ value }) => seen.push(value), complete: completed })
    actor.receive({ type: 'socket.closed' })
    expect(seen).toEqual([{ closing: 'flushing' }, 'closed'])
    expect(completed).toHaveBeenCalledTimes(2)
  })

  test('that come before the start are told of the first snapshot', () => {
    const actor = make()
    const seen: unknown[] = []
    actor.subscribe(({ value }) => seen.push(value))
    actor.start()
    expect(seen).toEqual([actor.getSnapshot().value])
  })

  test('that come in the middle of the last step are told of it, and of the end once', () => {
    const seen: unknown[] = []
    const observe = () => {
      actor.subscribe({ next: ({ value }) => seen.push(value), complete: () => seen.push('complete') })
    }
    const actor = run({ releaseConnection: observe })
    actor.subscribe({ complete: observe })
    actor.receive({ type: 'socket.closed' })
    actor.receive({ type: 'handler.settled' })
    // The second one comes when all is over.
    expect(seen.filter((one) => one === 'closed')).toHaveLength(1)
    expect(seen.filter((one) => one === 'complete')).toHaveLength(2)
    observe()
    expect(seen.at(-1)).toBe('complete')
  })

  test('that throw harm neither the actor nor the others', async () => {
    const errors = allUncaught()
    const actor = run()
    const seen: string[] = []
    const throws = (what: string) => () => {
      throw what
    }
    actor.subscribe({ next: throws('next'), complete: throws('complete') })
    actor.subscribe({ next: () => seen.push('next'), complete: () => seen.push('complete') })
    actor.receive({ type: 'socket.closed' })
    actor.receive({ type: 'handler.settled' })
    actor.subscribe({ complete: throws('late') })
    expect(seen).toEqual(['next', 'next', 'complete'])
    await turns(1)
    expect(errors).toEqual(['next', 'next', 'complete', 'late'])
  })
})

test('an actor that has ended hears nothing, and can be looked at', () => {
  const asked = vi.fn()
  const actor = run({ destroySocket: asked })
  actor.receive({ type: 'socket.closed' })
  actor.receive({ type: 'handler.settled' })
  actor.receive({ type: 'destroy' })
  actor.send({ type: 'destroy' })
  expect(asked).not.toHaveBeenCalled()
  expect(actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' })
})

test('start() starts it once, and tells nothing the second time', () => {
  const told: string[] = []
  const actor = make({}, ({ type }) => told.push(type))
  expect(told).toEqual(['@xstate.actor'])
  expect(actor.start()).toBe(actor)
  expect(told).toEqual(['@xstate.actor', '@xstate.event', '@xstate.snapshot'])
  actor.start()
  expect(told).toHaveLength(3)
})

test('many actors of a chart are in the same snapshot, which is computed for none of them again', () => {
  const compute = vi.spyOn(connectionMachine, 'transition')
  const events: AnyEventObject[] = [{ type: 'socket.closed' }, { type: 'handler.settled' }]
  const actors = [run(), run(), run()]
  for (const actor of actors) for (const event of events) actor.receive(event)
  expect(compute.mock.calls.length).toBeLessThanOrEqual(2)
  expect(new Set(actors.map((actor) => actor.getSnapshot())).size).toBe(1)
  compute.mockRestore()
})

describe('an actor with children', () => {
  const child = createMachine({ id: 'child', on: { hi: {} } })
  const machine = setup({ actors: { child } }).createMachine({
    id: 'parent',
    context: { count: 0 },
    entry: spawnChild('child', { id: 'kid' }),
    initial: 'one',
    states: { one: { on: { go: 'two', stay: {} } }, two: { on: { go: 'one' } } },
  })
  const parentChart = new Chart(machine)
  const childChart = new Chart(child)
  const common = { check: (event: unknown) => event as never, insteadOfStop: 'nothing' }

  function makeParent(inspect?: (event: InspectionEvent) => void) {
    const system = new System(realClock, inspect)
    return new ChartActor<typeof machine>(
      {
        ...common,
        chart: parentChart,
        system,
        nameOf: () => 'parent',
        spawn: (src, id, parent) =>
          new ChartActor(
            { ...common, chart: childChart, system, parent, src, systemId: id, nameOf: () => id },
            {},
          ),
      },
      {},
    )
  }

  test('names its own in its snapshots, though others share the chart', () => {
    const [one, other] = [makeParent().start(), makeParent().start()]
    for (const actor of [one, other]) {
      const { kid } = actor.getSnapshot().children as { kid: ChartActor<typeof child> }
      expect(kid).toBeInstanceOf(ChartActor)
      expect([kid.id, kid.src, kid._parent]).toEqual(['kid', 'child', actor])
      expect(kid.system).toBe(actor.system)
      expect(actor.system.get('kid')).toBe(kid)
      expect(actor.system.getAll()).toEqual({ kid })
    }
    expect(Object.is(one.getSnapshot().children, other.getSnapshot().children)).toBe(false)
    expect(one.shared).toBe(other.shared)
  })

  test('is in the same snapshot for all observers while nothing changes', () => {
    const told: unknown[] = []
    const actor = makeParent((event) => {
      if ('snapshot' in event) told.push(event.snapshot)
    })
    actor.subscribe((snapshot) => told.push(snapshot))
    actor.start()
    const start = actor.getSnapshot()
    expect(actor.getSnapshot()).toBe(start)
    actor.receive({ type: 'stay' })
    expect(actor.getSnapshot()).toBe(start)
    told.length = 0
    actor.receive({ type: 'go' })
    // A microstep, the observer, the snapshot.
    expect(told.map((snapshot) => snapshot === actor.getSnapshot())).toEqual([true, true, true])
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['kid'])
  })

  test('has none yet when it is told of, and can be looked at', () => {
    const seen: string[][] = []
    const actor = makeParent(({ type, actorRef }) => {
      if (type === '@xstate.actor') seen.push(Object.keys(actorRef.getSnapshot().children))
    })
    expect(seen).toEqual([[], []])
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['kid'])
  })

  test('that asks for a child without a maker is refused', () => {
    const role = { ...common, chart: parentChart, system: new System(realClock), nameOf: () => 'parent' }
    expect(() => new ChartActor(role, {})).toThrow('kid')
  })
})

test('its logic is the chart itself', () => {
  expect(make().logic).toBe(connectionMachine)
  expect(new Chart(listenerMachine).machine).toBe(listenerMachine)
})

test('an inspector is told of a microstep with the snapshot and the event that the step is about', () => {
  for (const _ of ['computed', 'looked up']) {
    const seen: InspectionEvent[] = []
    const actor = run({}, (event) => seen.push(event))
    const event = { type: 'socket.closed' }
    actor.receive(event)
    const microstep = seen.filter(({ type }) => type === '@xstate.microstep').at(-1)
    expect(microstep).toMatchObject({ actorRef: actor, rootId: actor.sessionId })
    expect((microstep as { event?: unknown }).event).toBe(event)
    expect((microstep as { snapshot?: unknown }).snapshot).toBe(actor.getSnapshot())
  }
})
