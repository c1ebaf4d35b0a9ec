import { describe, expect, it, vi } from 'vitest'
import { type AnyActorRef, createActor, type InspectionEvent } from 'xstate'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { ChartRun } from '../../src/chart/chart-run.ts'
import { compile } from '../../src/chart/compile.ts'
import { explore } from '../support/exploration.ts'

const error = new Error('an error')

const events: ConnectionEvent[] = [
  { type: 'destroy' },
  { type: 'destroy', error },
  { type: 'discard' },
  { type: 'handler.settled' },
  { type: 'handler.failed', error },
  { type: 'consumer.left' },
  { type: 'buffer.too-old', error },
  { type: 'writer.flushed' },
  { type: 'socket.closed' },
  { type: 'flush.expired' },
]

const chart = compile(connectionMachine)

type Effects = Record<string, (params?: unknown) => void>

function run(effects: Effects, options: { isWatched?: boolean; actorOptions?: object } = {}) {
  const open = { check: (event: unknown) => event as ConnectionEvent, insteadOfStop: 'nothing' }
  return new ChartRun(
    { chart, isWatched: false, actorOptions: { id: 'connection' }, ...open, ...options },
    effects,
  )
}

/** Writes down what is asked for. */
function recorded(): { effects: Effects; requests: unknown[] } {
  const requests: unknown[] = []
  const names = Object.keys(connectionMachine.implementations.actions)
  const effects = Object.fromEntries(
    names.map((name) => [name, (params: unknown) => requests.push([name, params])]),
  )
  return { effects, requests }
}

/** Every state of the chart, with every event, from the start; XState's own actor says what happens. */
function pathsThrough(): ConnectionEvent[][] {
  const { states, steps, keyOf } = explore(
    connectionMachine,
    (({ status }: { status: string }) => (status === 'active' ? events : [])) as never,
    undefined as never,
  )
  const wayTo = new Map<string, ConnectionEvent[]>([[keyOf(states[0] as never), []]])
  return steps.map(({ from, event, to }) => {
    const path = [...(wayTo.get(keyOf(from)) ?? []), event as ConnectionEvent]
    if (!wayTo.has(keyOf(to))) wayTo.set(keyOf(to), path)
    return path
  })
}

/** XState's own actor of the chart, and what it has asked for. */
function plainActor() {
  const { effects, requests } = recorded()
  const actions = Object.fromEntries(
    Object.entries(effects).map(([name, note]) => [name, (_: unknown, params: unknown) => note(params)]),
  )
  return { actor: createActor(connectionMachine.provide({ actions } as never)).start(), requests }
}

const look = ({ value, status }: { value: unknown; status: unknown }) => ({ value, status })

describe('a run of a chart', () => {
  it('does what an XState actor of the chart does, with and without an actor, from whatever moment on', () => {
    const paths = pathsThrough()
    expect(paths.length).toBeGreaterThan(40)
    for (const path of paths) {
      const { actor, requests: asked } = plainActor()
      const expected = path.map((event) => {
        actor.send(event)
        return look(actor.getSnapshot())
      })
      for (let lookedAt = 0; lookedAt <= path.length; lookedAt++) {
        const { effects, requests } = recorded()
        const followed = run(effects)
        const seen = path.map((event, index) => {
          if (index === lookedAt) followed.actor.getSnapshot()
          followed.send(event)
          return look(followed.snapshot as never)
        })
        expect(seen).toEqual(expected)
        expect(requests).toEqual(asked)
        expect(look(followed.actor.getSnapshot())).toEqual(expected.at(-1))
      }
    }
  })

  it('makes no actor until somebody looks at it, and then one', () => {
    const actors: AnyActorRef[] = []
    const parent = createActor(connectionMachine, {
      inspect: (event: InspectionEvent) => {
        if (event.type === '@xstate.actor') actors.push(event.actorRef as AnyActorRef)
      },
    }).start()
    actors.length = 0
    const followed = run({}, { actorOptions: { id: 'connection', parent } })
    followed.start()
    followed.send({ type: 'handler.settled' })
    followed.send({ type: 'writer.flushed' })
    expect(actors).toEqual([])
    expect(followed.snapshot.value).toEqual({ closing: 'lingering' })
    const { actor } = followed
    expect(actors).toEqual([actor])
    expect(followed.actor).toBe(actor)
    expect(actor.getSnapshot()).toBe(followed.snapshot)
    expect(actor.logic.id).toBe('connection')
    const seen = vi.fn()
    const completed = vi.fn()
    actor.subscribe({ next: ({ value }) => seen(value), complete: completed })
    followed.send({ type: 'socket.closed' })
    expect(seen.mock.calls).toEqual([['closed']])
    expect(completed).toHaveBeenCalledOnce()
    expect(actors).toHaveLength(1)
  })

  it('has an actor from the start where somebody watches', () => {
    const followed = run({}, { isWatched: true })
    followed.start()
    const { actor } = followed
    expect(actor.logic).toBe(chart.logic)
    followed.send({ type: 'discard' })
    expect(actor.getSnapshot().value).toEqual({ closing: 'cutting' })
  })

  it('takes what is sent in the middle of a step when the step is over, in the order in which it came', () => {
    const order: string[] = []
    const followed = run({
      flushWriter: () => {
        followed.send({ type: 'writer.flushed' })
        followed.send({ type: 'flush.expired' })
        order.push(`flushWriter ${JSON.stringify(followed.snapshot.value)}`)
      },
      closeReader: () => {
        followed.send({ type: 'socket.closed' })
        order.push(`closeReader ${JSON.stringify(followed.snapshot.value)}`)
      },
      destroySocket: () => order.push('destroySocket'),
      releaseConnection: () => {
        order.push('releaseConnection')
        followed.send({ type: 'destroy' }) // too late
      },
    })
    followed.send({ type: 'handler.settled' })
    expect(order).toEqual([
      'flushWriter {"serving":"open"}',
      'closeReader {"closing":"flushing"}',
      'destroySocket',
      'releaseConnection',
    ])
    expect(followed.snapshot).toMatchObject({ value: 'closed', status: 'done' })
  })

  it('gives an actor to whoever asks in the middle of a step, with nothing lost and nothing done twice', () => {
    const { effects, requests } = recorded()
    const seen: unknown[] = []
    const followed = run({
      ...effects,
      flushWriter: () => {
        effects['flushWriter']?.()
        const { actor } = followed
        actor.subscribe(({ value }) => seen.push(value))
        actor.send({ type: 'writer.flushed' })
        followed.send({ type: 'socket.closed' })
      },
    })
    followed.send({ type: 'handler.settled' })
    expect(requests.map((request) => (request as [string])[0])).toEqual([
      'flushWriter',
      'closeReader',
      'releaseConnection',
    ])
    expect(seen).toEqual([{ closing: 'flushing' }, { closing: 'lingering' }, 'closed'])
    expect(followed.actor.getSnapshot().status).toBe('done')
  })

  it('has an actor also when it is over', () => {
    const followed = run({})
    followed.send({ type: 'socket.closed' })
    followed.send({ type: 'handler.settled' })
    const completed = vi.fn()
    followed.actor.subscribe({ complete: completed })
    expect(completed).toHaveBeenCalledOnce()
    expect(followed.actor.getSnapshot()).toMatchObject({ value: 'closed', status: 'done' })
  })
})
