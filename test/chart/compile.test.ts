import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type AnyActorRef,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  createActor,
  type InspectionEvent,
} from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { ChartRun } from '../../src/chart/chart-run.ts'
import { compile, createChartActor } from '../../src/chart/compile.ts'
import { explore } from '../support/exploration.ts'
import { turns } from '../support/turns.ts'
import { allUncaught } from '../support/uncaught.ts'

interface Event {
  type: string
}

interface Trace {
  snapshots: { value: unknown; context: unknown; status: unknown }[]
  requests: [name: string, params: unknown][]
  inspected: string[]
}

const error = new Error('an error')

const listenerEvents: Event[] = [
  { type: 'connection.offered' },
  { type: 'connection.settled' },
  { type: 'pause' },
  { type: 'pause', strategy: 'rebind' } as Event,
  { type: 'resume' },
  { type: 'drop.start' },
  { type: 'drop.stop' },
  { type: 'limit.changed', maxConnections: 1 } as Event,
  { type: 'limit.changed', maxConnections: 2 } as Event,
  { type: 'acceptor.ready' },
  { type: 'acceptor.failed', error } as Event,
  { type: 'accept.exhausted' },
  { type: 'accept.exhausted', isTooLate: true } as Event,
  { type: 'accept.failed', error } as Event,
  { type: 'retry.due' },
  { type: 'handler.failed', error, address: 'here' } as Event,
  { type: 'policy.called' },
  { type: 'policy.raised', error } as Event,
  { type: 'close' },
  { type: 'close', closeExistingConnections: true } as Event,
  { type: 'acceptor.closed' },
  { type: 'sockets.closed' },
  { type: 'drain.expired' },
]

const connectionEvents: Event[] = [
  { type: 'destroy' },
  { type: 'destroy', error } as Event,
  { type: 'discard' },
  { type: 'handler.settled' },
  { type: 'handler.failed', error } as Event,
  { type: 'consumer.left' },
  { type: 'buffer.too-old', error } as Event,
  { type: 'writer.flushed' },
  { type: 'socket.closed' },
  { type: 'flush.expired' },
]

/** Names of a chart's requests: its actions, but for the assignments, which it carries out itself. */
function requestsOf(machine: AnyStateMachine): string[] {
  const actions = Object.entries(machine.implementations.actions as Record<string, object>)
  return actions.filter(([, implementation]) => !('resolve' in implementation)).map(([name]) => name)
}

function describeInspected(event: InspectionEvent): string {
  if (event.type === '@xstate.action') {
    return `${event.type} ${JSON.stringify([event.action.type, event.action.params])}`
  }
  if (event.type === '@xstate.event') return `${event.type} ${JSON.stringify(event.event)}`
  if (event.type === '@xstate.actor') return event.type
  const { value, context, status } = event.snapshot as unknown as Trace['snapshots'][number]
  const transitions = event.type === '@xstate.microstep' ? event._transitions.map(describeTransition) : []
  return `${event.type} ${JSON.stringify([event.event, value, context, status, transitions])}`
}

function describeTransition({ source, target, eventType }: AnyTransitionDefinition): unknown {
  return [eventType, source.id, target?.map(({ id }) => id)]
}

/** Follows an actor through the events, and what it asks for. */
function follow(
  events: readonly Event[],
  start: (record: (name: string, params: unknown) => void, options: object) => AnyActorRef,
): Trace {
  const trace: Trace = { snapshots: [], requests: [], inspected: [] }
  const inspect = (event: InspectionEvent) => {
    trace.inspected.push(describeInspected(event))
  }
  const actor = start((name, params) => trace.requests.push([name, params]), { id: 'chart', inspect })
  const look = () => {
    const { value, context, status } = actor.getSnapshot()
    trace.snapshots.push({ value, context, status })
  }
  look()
  for (const event of events) {
    actor.send(event)
    look()
  }
  return trace
}

function effectsOf(machine: AnyStateMachine, record: (name: string, params: unknown) => void): object {
  return Object.fromEntries(
    requestsOf(machine).map((name) => [name, (params: unknown) => record(name, params)]),
  )
}

function runCompiled(
  machine: AnyStateMachine,
  logic: AnyStateMachine,
  input: unknown,
  events: readonly Event[],
) {
  return follow(events, (record, options) => {
    const effects = effectsOf(machine, record)
    return createChartActor(logic, effects, { ...options, input } as never).start()
  })
}

function runPlain(machine: AnyStateMachine, input: unknown, events: readonly Event[]) {
  return follow(events, (record, options) => {
    const actions = Object.fromEntries(
      requestsOf(machine).map((name) => [name, (_: unknown, params: unknown) => record(name, params)]),
    )
    return createActor(machine.provide({ actions } as never), { ...options, input } as never).start()
  })
}

/** Each event in each of the chart's states, in each way in which it can turn out: the way there, and the event. */
function pathsThrough(
  machine: AnyStateMachine,
  events: (snapshot: never) => Event[],
  input: unknown,
): Event[][] {
  const { states, steps, keyOf } = explore(machine, events as never, input as never)
  const wayTo = new Map<string, Event[]>([[keyOf(states[0] as never), []]])
  const paths = new Map<string, Event[]>()
  for (const { from, event, to } of steps) {
    const path = [...(wayTo.get(keyOf(from)) ?? []), event as Event]
    if (!wayTo.has(keyOf(to))) wayTo.set(keyOf(to), path)
    const kind = JSON.stringify([from.value, event, to.value])
    if (!paths.has(kind)) paths.set(kind, path)
  }
  return [...paths.values()]
}

const charts = [
  {
    name: 'listener',
    machine: listenerMachine as AnyStateMachine,
    input: { maxConnections: 2, pauseStrategy: 'hold' },
    events: ({ context }: { context: { connections: number; failures: number } }) =>
      listenerEvents.filter(
        ({ type }) =>
          (type !== 'connection.settled' || context.connections > 0) &&
          (!/failed|exhausted/.test(type) || context.failures < 1),
      ),
  },
  {
    name: 'connection',
    machine: connectionMachine as AnyStateMachine,
    input: undefined,
    events: ({ status }: { status: string }) => (status === 'active' ? connectionEvents : []),
  },
]

describe.each(charts)('the $name chart, compiled,', ({ machine, input, events }) => {
  const { logic } = compile(machine)
  const paths = pathsThrough(machine, events as never, input)

  it('does from a table what the interpreter does: snapshots, requests and their parameters, inspection', () => {
    expect(paths.length).toBeGreaterThan(20)
    for (const path of paths) {
      const plain = runPlain(machine, input, path)
      const fromTable = runCompiled(machine, logic, input, path)
      // JSON, because comparing thousands of structures by themselves takes a minute.
      const told = path.map(({ type }) => type).join(' → ')
      expect(JSON.stringify(fromTable), told).toBe(JSON.stringify(plain))
    }
  })
})

describe('a compiled chart', () => {
  let warn: ReturnType<typeof vi.spyOn>
  beforeEach(() => {
    warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  })
  afterEach(() => {
    expect(warn).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })

  const start = (logic: AnyStateMachine, effects: object, options: object = {}) =>
    createChartActor(logic, effects, { input: { maxConnections: 3 }, ...options } as never).start()

  it('never looks up by its type alone an event that has a payload', () => {
    const { logic } = compile(listenerMachine)
    const asked: unknown[] = []
    for (const strategy of [undefined, 'rebind', 'hold', undefined, 'rebind']) {
      const actor = start(logic, { stopAccepting: (params: unknown) => asked.push(params) })
      actor.send((strategy ? { type: 'pause', strategy } : { type: 'pause' }) as never)
    }
    expect(asked).toEqual(['hold', 'rebind', 'hold', 'hold', 'rebind'].map((strategy) => ({ strategy })))
  })

  it('hands on the error of this event, not that of an earlier one', () => {
    const { logic } = compile(connectionMachine)
    const errors: unknown[] = []
    for (const error of ['first', 'second']) {
      const actor = start(logic as never, { keepError: (params: unknown) => errors.push(params) })
      actor.send({ type: 'handler.failed', error } as never)
    }
    expect(errors).toEqual([{ error: 'first' }, { error: 'second' }])
  })

  it('shares snapshots, so that a step that is known computes nothing', () => {
    const { logic } = compile(connectionMachine as AnyStateMachine)
    const compute = vi.spyOn(connectionMachine, 'transition')
    const snapshots = [1, 2].map(() => {
      const actor = start(logic, {})
      actor.send({ type: 'socket.closed' } as never)
      actor.send({ type: 'handler.settled' } as never)
      return actor.getSnapshot()
    })
    expect(compute).toHaveBeenCalledTimes(2)
    expect(snapshots[0]).toBe(snapshots[1])
  })

  it('does not grow by events that its chart does not know, and ignores them', () => {
    const set = vi.spyOn(Map.prototype, 'set')
    const { logic } = compile(listenerMachine)
    const actor = start(logic, {})
    const before = actor.getSnapshot()
    actor.send({ type: 'unknown.first' } as never)
    set.mockClear()
    for (let count = 0; count < 100; count++) actor.send({ type: `unknown.${count}` } as never)
    const keys = set.mock.calls.map(([key]) => key).filter((key) => String(key).includes('unknown'))
    expect(keys).toEqual([])
    expect(actor.getSnapshot()).toBe(before)
  })

  it('sees the requests of one actor by that actor only', () => {
    const { logic } = compile(connectionMachine)
    const closed: string[] = []
    const actors = ['one', 'other'].map((name) =>
      start(logic as never, { flushWriter: () => closed.push(name) }),
    )
    actors[1]?.send({ type: 'handler.settled' } as never)
    expect(closed).toEqual(['other'])
  })

  it('does all that is asked for, whatever one of the effects throws, and goes on', async () => {
    const errors = allUncaught()
    const { logic, table } = compile(connectionMachine)
    const done: string[] = []
    const throws = (name: string) => () => {
      done.push(name)
      throw name
    }
    const effects = { keepError: throws('keepError'), flushWriter: throws('flushWriter') }
    const options = {
      chart: { logic, table },
      isWatched: false,
      actorOptions: { id: 'connection' },
      check: (event: unknown) => event as Event,
      insteadOfStop: 'nothing',
    }
    const actor = start(logic as never, effects)
    for (const run of [actor, new ChartRun(options, effects)] as { send(event: object): void }[]) {
      done.length = 0
      run.send({ type: 'handler.failed', error: 'an error' })
      expect(done).toEqual(['keepError', 'flushWriter'])
      run.send({ type: 'socket.closed' })
    }
    expect(actor.getSnapshot().value).toBe('closed')
    await turns(1)
    expect(errors).toEqual(['keepError', 'flushWriter', 'keepError', 'flushWriter'])
  })

  it('is the chart itself to whoever looks at its logic', () => {
    const { logic } = compile(listenerMachine)
    expect(logic.root.definition.states).toHaveProperty('accept-paused')
    expect(logic.events).toEqual(listenerMachine.events)
    expect(logic.id).toBe('listener')
  })

  it('tells inspectors of a microstep with the snapshot and the event that the step is about', () => {
    const { logic } = compile(connectionMachine)
    for (const _ of ['computed', 'looked up']) {
      const seen: InspectionEvent[] = []
      const actor = start(logic as never, {}, { inspect: (event: InspectionEvent) => seen.push(event) })
      const event = { type: 'socket.closed' }
      actor.send(event as never)
      const [microstep] = seen.filter(({ type }) => type === '@xstate.microstep')
      expect(microstep).toMatchObject({ actorRef: actor, rootId: actor.sessionId })
      expect((microstep as { event?: unknown }).event).toBe(event)
      expect((microstep as { snapshot?: unknown }).snapshot).toBe(actor.getSnapshot())
    }
  })
})
