import { describe, expect, test, vi } from 'vitest'
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  assign,
  createMachine,
  emit,
  raise,
  sendTo,
  setup,
  spawnChild,
} from 'xstate'
import { connectionMachine, connectionsMachine, listenerMachine } from '../../machines/index.ts'
import { Chart } from '../../src/chart/chart.ts'
import { isRequest, type Place, type Row } from '../../src/chart/row.ts'
import { turns } from '../support/turns.ts'

const counter = createMachine({
  context: { count: 0 },
  on: {
    up: { actions: assign({ count: ({ context }) => context.count + 1 }) },
    down: { actions: assign({ count: ({ context }) => context.count - 1 }) },
    idle: {},
  },
})
const up = { type: 'up' }
const down = { type: 'down' }

const asks = ({ log }: Row) => log.filter(isRequest).map(({ type }) => type)

test('a step is computed once, and its places are the same objects from then on', () => {
  const chart = new Chart(counter)
  const { next: zero } = chart.initial(undefined)
  const row = chart.lookUp(zero, up)
  expect(chart.lookUp(zero, up)).toBe(row)
  expect(chart.lookUp(row.next, down).next).toBe(zero)
  expect(chart.initial(undefined)).toBe(chart.initial(undefined))
  expect(chart.initial(undefined).next).toBe(zero)
  expect(chart.placeOf({ ...zero.snapshot })).toBe(zero)
})

test('a step that changes nothing stays at its place, one that is forbidden too', () => {
  const chart = new Chart(counter)
  const { next } = chart.initial(undefined)
  const row = chart.lookUp(next, { type: 'idle' })
  expect(row.next).toBe(next)
  expect(chart.lookUp(next, { type: 'idle' })).toBe(row)
})

test('snapshots are as XState makes them, with nothing hidden in them', () => {
  const chart = new Chart(counter)
  const { next } = chart.initial(undefined)
  const keys = Reflect.ownKeys(next.snapshot)
  chart.lookUp(next, up)
  expect(Reflect.ownKeys(next.snapshot)).toEqual(keys)
  expect(JSON.parse(JSON.stringify(next.snapshot)).context).toEqual({ count: 0 })
})

describe('the memory of a chart', () => {
  /** Up to `count`, and the places on the way. */
  function climb(chart: Chart, from: Place, count: number): Place[] {
    const places = [from]
    for (let step = 0; step < count; step++) places.push(chart.lookUp(places.at(-1) as Place, up).next)
    return places
  }

  test('is bounded, and forgetting changes nothing', () => {
    const chart = new Chart(counter as AnyStateMachine)
    const first = chart.initial(undefined).next
    const steps = 10_000
    const places = climb(chart, first, steps)
    expect(places.map(({ snapshot }) => snapshot.context.count)).toEqual(places.map((_, index) => index))
    let place = places.at(-1) as Place
    for (let step = steps; step > 0; step--) place = chart.lookUp(place, down).next
    expect(place.snapshot.context.count).toBe(0)
    // Known anew: the one of the beginning was forgotten.
    expect(place).not.toBe(first)
    expect(chart.lookUp(first, up).next.snapshot.context).toEqual({ count: 1 })
    // Of those of the way up, only the last ones still lead anywhere.
    expect(places.filter(({ rows }) => rows.size > 0).length).toBeLessThan(4096)
  })

  test('is freed once it is forgotten, although one of its places is in use', async () => {
    const collect = globalThis.gc as () => void
    const chart = new Chart(counter as AnyStateMachine)
    const held = chart.initial(undefined).next
    const gone = climb(chart, held, 4_000)
      .slice(1)
      .map((place) => new WeakRef(place.snapshot))
    let place = chart.placeOf({ ...held.snapshot, context: { count: 100_000 } })
    for (let step = 0; step < 200; step++) place = chart.lookUp(place, up).next
    await turns(2)
    collect()
    // A few may still be held by what the engine has not forgotten yet.
    expect(gone.filter((reference) => reference.deref()).length).toBeLessThan(gone.length / 100)
    expect(chart.lookUp(held, up).next.snapshot.context).toEqual({ count: 1 })
  })

  test('does not grow by events that the chart does not know', () => {
    const chart = new Chart(counter as AnyStateMachine)
    const { next } = chart.initial(undefined)
    const row = chart.lookUp(next, { type: 'unknown.first', with: 'payload' })
    expect(row).toMatchObject({ next, messages: [] })
    const { size } = next.rows
    for (let count = 0; count < 100; count++) {
      expect(chart.lookUp(next, { type: `unknown.${count}` })).toBe(row)
    }
    expect(next.rows.size).toBe(size)
  })

  test('does not grow by events that only a wildcard knows', () => {
    const machine = createMachine({ on: { 'any.*': { actions: 'tell' } } }).provide({
      actions: { tell: () => {} },
    })
    const chart = new Chart(machine as AnyStateMachine)
    const { next } = chart.initial(undefined)
    for (const type of ['any.one', 'any.other']) expect(asks(chart.lookUp(next, { type }))).toEqual(['tell'])
    expect(asks(chart.lookUp(next, { type: 'none' }))).toEqual([])
    expect(next.rows.size).toBe(0)
  })

  test('leaves out steps that the payload of an event decides', () => {
    const chart = new Chart(listenerMachine)
    const { next } = chart.initial({ maxConnections: 3 })
    const pausedBy = (event: object) => {
      const { log } = chart.lookUp(next, { type: 'pause', ...event })
      return log.filter(isRequest).find(({ type }) => type === 'stopAccepting')?.params
    }
    const strategies = [undefined, 'rebind', 'hold', undefined, 'rebind']
    const paused = strategies.map((strategy) => pausedBy(strategy ? { strategy } : {}))
    expect(paused).toEqual(['hold', 'rebind', 'hold', 'hold', 'rebind'].map((strategy) => ({ strategy })))
    const errors = ['first', 'second'].map((error) => {
      const connection = new Chart(connectionMachine)
      const serving = connection.lookUp(connection.initial(undefined).next, { type: 'handler.started' }).next
      const row = connection.lookUp(serving, { type: 'handler.failed', error })
      return row.log.filter(isRequest)[0]?.params
    })
    expect(errors).toEqual([{ error: 'first' }, { error: 'second' }])
  })

  test('is used by the steps after an event with a payload', () => {
    const chart = new Chart(connectionMachine)
    const { next: start } = chart.lookUp(chart.initial(undefined).next, { type: 'handler.started' })
    const compute = vi.spyOn(connectionMachine, 'transition')
    for (const error of ['first', 'second']) {
      const { next } = chart.lookUp(start, { type: 'handler.failed', error })
      chart.lookUp(next, { type: 'writer.flushed' })
    }
    expect(compute).toHaveBeenCalledTimes(3)
    compute.mockRestore()
  })

  test('of a listener is shared by all servers, and takes no more than a connection does for each count', () => {
    const collect = globalThis.gc as () => void
    const chart = new Chart(listenerMachine)
    const offered = { type: 'connection.offered' }
    const settled = { type: 'connection.settled' }
    const climbListener = (count: number) => {
      let place = chart.initial({ maxConnections: 1_000_000 }).next
      for (let step = 0; step < count; step++) {
        const { next } = chart.lookUp(place, offered)
        chart.lookUp(next, settled)
        place = next
      }
    }
    climbListener(10)
    collect()
    const before = process.memoryUsage().heapUsed
    climbListener(4_000)
    collect()
    const grown = (process.memoryUsage().heapUsed - before) / 4_000
    expect(grown).toBeGreaterThan(100)
    expect(grown).toBeLessThan(2_000)
    const compute = vi.spyOn(listenerMachine, 'transition')
    climbListener(4_000)
    expect(compute).not.toHaveBeenCalled()
    compute.mockRestore()
  })
})

describe('children', () => {
  test('are told apart from actions, and so are messages to them', () => {
    const chart = new Chart(listenerMachine)
    const { next, spawns } = chart.initial({ maxConnections: 2 })
    expect(spawns).toMatchObject([{ id: 'connections', src: 'connections' }])
    const row = chart.lookUp(next, { type: 'connection.offered' })
    expect(row.messages).toEqual([{ to: 'connections', event: { type: 'spawn' } }])
    const connections = new Chart(connectionsMachine)
    expect(asks(connections.lookUp(connections.initial(undefined).next, { type: 'spawn' }))).toEqual([
      'spawnConnection',
    ])
  })

  const child = createMachine({ id: 'child' })
  const sayHi = sendTo('child', { type: 'hi' })

  test('may be told apart in the system as well, for any number of actors', () => {
    const machine = setup({ actors: { child } }).createMachine({
      entry: spawnChild('child', { id: 'child', systemId: 'child' }),
    })
    const chart = new Chart(machine as AnyStateMachine)
    for (let times = 0; times < 3; times++) expect(chart.initial({ times }).spawns).toHaveLength(1)
  })

  test('tell of steps of their own, which are none of the parent', () => {
    const restless = createMachine({
      initial: 'one',
      states: { one: { always: 'two' }, two: {} },
    })
    const machine = setup({ actors: { restless } }).createMachine({
      entry: spawnChild('restless', { id: 'child' }),
    })
    const { log } = new Chart(machine as AnyStateMachine).initial(undefined)
    expect(log).toMatchObject([{ type: 'xstate.spawnChild' }])
  })

  const impossible: Record<string, AnyStateMachine> = {
    'a message that is delayed': setup({ actors: { child } }).createMachine({
      entry: spawnChild('child', { id: 'child' }),
      on: { go: { actions: sendTo('child', { type: 'hi' }, { delay: 10 }) } },
    }),
    'a message to another actor': createMachine({
      on: { go: { actions: sendTo(({ self }) => self, { type: 'hi' }) } },
    }),
    'a child that is spawned later': setup({ actors: { child } }).createMachine({
      on: { go: { actions: spawnChild('child', { id: 'child' }) } },
    }),
    'an event of its own that is delayed': createMachine({
      on: { go: { actions: raise({ type: 'hi' }, { delay: 10 }) } },
    }),
    'an emitted event': createMachine({ on: { go: { actions: emit({ type: 'hi' }) } } }),
    'a message to an unknown child': createMachine({ on: { go: { actions: sayHi } } }),
  }

  test.each(Object.entries(impossible))('%s is refused rather than forgotten', (_, machine) => {
    const chart = new Chart(machine)
    const { next } = chart.initial(undefined)
    expect(() => chart.lookUp(next, { type: 'go' })).toThrow()
    expect(() => chart.lookUp(next, { type: 'go' })).toThrow()
    expect(chart.lookUp(next, { type: 'unknown' }).log).toHaveLength(1)
  })

  test('that have no name in the chart are refused at once', () => {
    const machine = createMachine({ entry: spawnChild(child, { id: 'child' }) })
    expect(() => new Chart(machine as AnyStateMachine).initial(undefined)).toThrow('xstate.spawnChild')
  })
})

test('a chart whose own code throws remembers nothing of it', () => {
  let isBroken = true
  const machine = createMachine({
    initial: 'one',
    states: {
      one: {
        on: {
          go: {
            target: 'two',
            actions: assign(() => {
              if (isBroken) throw new Error('broken')
              return {}
            }),
          },
        },
      },
      two: {},
    },
  })
  const chart = new Chart(machine as AnyStateMachine)
  const { next } = chart.initial(undefined)
  expect(() => chart.lookUp(next, { type: 'go' })).toThrow('broken')
  isBroken = false
  const row = chart.lookUp(next, { type: 'go' })
  expect((row.next.snapshot as AnyMachineSnapshot).value).toBe('two')
  expect(row.log).toHaveLength(1)
})
