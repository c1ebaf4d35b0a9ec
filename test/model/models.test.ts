import { readdirSync, readFileSync } from 'node:fs'
import { TestModel as PublishedTestModel } from '@xstate/test'
import { expect, it } from 'vitest'
import { createActor } from 'xstate'
import { getAdjacencyMap, getShortestPaths, TestModel } from 'xstate/graph'
import {
  createConnectionModel,
  createListenerModel,
  type Factory,
  type ListenerModelEvent,
  type ListenerModelOptions,
  type Model,
} from '../../src/testing/index.ts'

const small = { maxConnections: 1, includeFaults: false }

it('a model gives the same paths each time, each with what is expected after each step', () => {
  const paths = createListenerModel(small).paths()
  expect(createListenerModel(small).paths()).toEqual(paths)
  for (const { steps } of paths) {
    for (const { expected } of steps) expect(expected.numConnections).toBe(expected.connections.length)
  }
})

it('the paths of a model together reach each of its states of the chart', () => {
  const model = createListenerModel(small)
  const seen = new Set(model.paths().flatMap(({ steps }) => steps.map(({ expected }) => expected.state)))
  expect([...seen].sort()).toEqual(['accept-paused', 'closed', 'dropping', 'listening'])
})

it.each([
  ['a server', () => createListenerModel({ maxConnections: 1 })],
  ['a server that drops', () => createListenerModel({ overLimit: 'drop', seenFrom: 'outside' })],
  ['a connection', () => createConnectionModel({ factory: 'create' })],
] as const)('the paths of the model of %s take each kind of step, and no other', (_, create) => {
  const model: Pick<Model<never, { type: string }, object>, 'kinds' | 'paths'> = create()
  const kinds = model.kinds()
  const taken = new Set(model.paths().flatMap(({ steps }) => steps.map(({ kind }) => kind)))
  expect([...taken].sort()).toEqual(kinds.map(({ key }) => key).sort())
  expect(model.kinds()).toBe(kinds)
})

it('a kind of step says from which state of the chart an event leads to which', () => {
  const kinds = createListenerModel(small).kinds()
  const last = { from: 'listening', event: { type: 'connect' }, to: 'accept-paused.waiting' }
  expect(kinds).toContainEqual({ key: expect.any(String), ...last })
  const states = new Set(kinds.flatMap(({ from, to }) => [from, to]))
  expect(states.size).toBeGreaterThan(4)
})

it.each<ListenerModelOptions>([
  { pauseStrategy: 'hold' },
  { pauseStrategy: 'rebind' },
  { overLimit: 'drop' },
  { factory: 'create', seenFrom: 'outside' },
])(
  'a client sees what the chart says that the next one will, wherever a server of %o may be',
  (modelOptions) => {
    const { logic, options, expectations } = createListenerModel({ maxConnections: 1, ...modelOptions })
    const wrong = Object.values(getAdjacencyMap(logic, options)).flatMap(({ state }) => {
      const { newClient, listener, clients } = expectations(state)
      const seen = expectations(logic.transition(state, { type: 'connect' }, undefined as never)).clients
      return seen[clients.length] === newClient ? [] : [[listener, newClient, seen.at(-1)]]
    })
    expect(wrong).toEqual([])
  },
)

it('without faults, a path holds what clients, handlers and the methods of a server do, and nothing else', () => {
  const paths = createListenerModel({ includeFaults: false }).paths()
  const types = new Set(paths.flatMap(({ steps }) => steps.map(({ event }) => event.type)))
  expect([...types].sort()).toEqual([
    'client.resets',
    'close',
    'connect',
    'drain',
    'drop.start',
    'drop.stop',
    'handler.returns',
    'handler.throws',
    'limit.changed',
    'pause',
    'resume',
  ])
})

it('paths hold only the events that a test can bring about, and can depend on what is expected', () => {
  const model = createListenerModel({ maxConnections: 1 })
  const asked = new Set<string>()
  const paths = model.paths({
    events: (event, { state }) => {
      asked.add(event.type)
      return event.type !== 'pause' && (event.type !== 'drop.start' || state === 'listening')
    },
  })
  const steps = paths.flatMap((path) => path.steps)
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.length).toBeLessThan(model.paths().length)
  expect(JSON.stringify(steps.map(({ event }) => event))).not.toContain('"pause"')
  expect(asked).toContain('at.once')
  for (const path of paths) {
    path.steps.forEach(({ event }, index) => {
      const before = path.steps[index - 1]?.expected.state ?? 'listening'
      if (event.type === 'drop.start') expect(before).toBe('listening')
    })
  }
  expect(model.paths({ events: () => false })).toEqual([])
})

it('a title is short and numbered, and the events of a path give it again', () => {
  const model = createListenerModel(small)
  model.paths().forEach(({ title, description, steps }, index) => {
    expect(title.length).toBeLessThan(100)
    expect(title).toMatch(new RegExp(`^#${index + 1} [\\w.]+ .*\\(${steps.length} steps?\\)$`))
    const again = model.pathOf(steps.map(({ event }) => event))
    expect(again).toMatchObject({ description, steps })
  })
  expect(model.pathOf([{ type: 'connect' }]).title).toBe('connect (1 step)')
  expect(model.pathOf([{ type: 'accept.failed', error: 'e'.repeat(100) }]).title).toMatch(
    /^accept\.failed "e+… \(1 step\)$/,
  )
})

it('a client that resets frees the place of a reader and a writer, but not that of a socket', () => {
  const events = [{ type: 'connect' }, { type: 'client.resets' }] as const
  const after = (factory: Factory) => createListenerModel({ factory }).pathOf(events).steps[1]?.expected
  expect(after('createSock')).toMatchObject({ numConnections: 1, connections: ['abandoned'] })
  expect(after('create')).toMatchObject({ numConnections: 0, clients: ['left'] })
})

it('seen from outside, a handler settles only where a client is served', () => {
  const model = createListenerModel({ seenFrom: 'outside' })
  let count = 0
  for (const { steps } of model.paths()) {
    steps.forEach(({ event }, index) => {
      if (event.type !== 'handler.returns' && event.type !== 'handler.throws') return
      count++
      const before = steps[index - 1]?.expected.clients ?? []
      const oldest = before.indexOf('served')
      expect(before).toContain('served')
      expect(steps[index]?.expected.clients[oldest]).toBe('ended')
    })
  }
  expect(count).toBeGreaterThan(20)
})

it('a server that drops over the limit lets nobody wait for a place', () => {
  const { pathOf } = createListenerModel({ maxConnections: 1, overLimit: 'drop' })
  const { steps } = pathOf([{ type: 'connect' }, { type: 'connect' }, { type: 'pause' }, { type: 'connect' }])
  expect(steps.map(({ expected }) => expected.clients.at(-1))).toEqual([
    'served',
    'dropped',
    'dropped',
    'waits',
  ])
})

it('where nobody is to wait, clients come whenever they need not', () => {
  const paths = createListenerModel({ maxConnections: 1, maxWaiting: 0, includeFaults: false }).paths()
  const seen = new Set(paths.flatMap(({ steps }) => steps.flatMap(({ expected }) => expected.clients)))
  expect([...seen].sort()).toEqual(['dropped', 'ended', 'left', 'refused', 'served'])
})

it.each<[options: unknown, message: RegExp]>([
  [
    { maxConections: 3 },
    /options\.maxConections is not known \(its value is 3\); did you mean maxConnections/,
  ],
  [{ maxConnections: 0 }, /maxConnections must be an integer of at least 1, but it is 0/],
  [{ maxConnections: '2' }, /maxConnections must be an integer, but it is '2'/],
  [{ maxWaiting: -1 }, /maxWaiting must be an integer of at least 0, but it is -1/],
  [{ factory: 'sock' }, /factory must be 'createSock' or 'create', but it is 'sock'/],
  [{ factory: null }, /factory must be 'createSock' or 'create', but it is null/],
  [{ overLimit: 'refuse' }, /overLimit must be 'wait' or 'drop', but it is 'refuse'/],
  [{ overLimit: 'drop', pauseStrategy: 'rebind' }, /pauseStrategy must be 'hold', but it is 'rebind'/],
  [{ pauseStrategy: 'wait' }, /pauseStrategy must be 'hold' or 'rebind', but it is 'wait'/],
  [{ onHandlerError: () => {} }, /onHandlerError must be 'raise' or 'ignore' or 'call', but it is/],
  [{ seenFrom: 'above' }, /seenFrom must be 'inside' or 'outside', but it is 'above'/],
  [{ includeFaults: 1 }, /includeFaults must be true or false, but it is 1/],
  [
    { includeFaults: true, seenFrom: 'outside' },
    /includeFaults must be false where seenFrom is 'outside', but it is true/,
  ],
  [null, /options must be an object, but it is null/],
])('a model of a server refuses %j', (options, message) => {
  expect(() => createListenerModel(options as never)).toThrow(message)
})

it.each<[options: unknown, message: RegExp]>([
  [{ factroy: 'create' }, /options\.factroy is not known \(its value is 'create'\); did you mean factory/],
  [{ factory: 'Create' }, /factory must be 'createSock' or 'create', but it is 'Create'/],
  ['create', /options must be an object, but it is 'create'/],
])('a model of a connection refuses %j', (options, message) => {
  expect(() => createConnectionModel(options as never)).toThrow(message)
})

it('wrong options of paths are refused', () => {
  const { paths } = createListenerModel(small)
  expect(() => paths({ event: () => true } as never)).toThrow(/paths\.event is not known/)
  expect(() => paths({ events: 'all' } as never)).toThrow(/events must be a function, but it is 'all'/)
})

it('a model works with the functions and the TestModel of xstate/graph', async () => {
  const { logic, options } = createConnectionModel()
  expect(Object.keys(getAdjacencyMap(logic, options)).length).toBeGreaterThan(20)
  expect(getShortestPaths(logic, options).length).toBeGreaterThan(20)
  const model = createConnectionModel()
  const performed: string[] = []
  for (const path of new TestModel(model.logic, model.options).getPaths(model.pathGenerator)) {
    await path.test({ events: { destroy: () => void performed.push('destroy') } })
  }
  expect(performed.length).toBeGreaterThan(10)
})

it('a model works with the TestModel of @xstate/test, whose own path generators know it too', () => {
  const { logic, options } = createConnectionModel()
  const paths = new PublishedTestModel(logic as never, options as never).getShortestPaths()
  expect(paths.length).toBeGreaterThan(10)
})

it('a model can be run by an actor, to compare a server with it step by step', () => {
  const model = createListenerModel({ maxConnections: 1 })
  const actor = createActor(model.logic).start()
  const after = (event: ListenerModelEvent) => {
    actor.send(event)
    return model.expectations(actor.getSnapshot())
  }
  expect(after({ type: 'connect' })).toMatchObject({ state: 'accept-paused', newClient: 'waits' })
  expect(after({ type: 'connect' }).clients).toEqual(['served', 'waits'])
  expect(after({ type: 'handler.returns' })).toMatchObject({
    numConnections: 1,
    clients: ['ended', 'served'],
  })
  expect(after({ type: 'drop.start' })).toMatchObject({ state: 'dropping', newClient: 'dropped' })
  expect(after({ type: 'connect' }).clients).toEqual(['ended', 'served', 'dropped'])
  expect(after({ type: 'close' })).toMatchObject({ state: 'closed', newClient: 'refused', numConnections: 1 })
})

it('models import the charts, what remembers their steps, xstate and what reads options and states, and nothing else', () => {
  const folder = new URL('../../src/testing/', import.meta.url)
  const kit = [
    'calls.ts',
    'client.ts',
    'connection-driver.ts',
    'connection-run.ts',
    'coverage.ts',
    'driven.ts',
    'driver-settings.ts',
    'driver.ts',
    'fin.ts',
    'index.ts',
    'mismatch.ts',
    'promised-calls.ts',
    'run-path.ts',
    'secure-client.ts',
    'server-run.ts',
    'test-server.ts',
    'turn.ts',
  ]
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && !kit.includes(name))) {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name as string)
    const allowed =
      /^(xstate|xstate\/graph|\.\/[\w-]+\.ts|\.\.\/\.\.\/machines\/index\.ts|\.\.\/(chart\/(chart|row)|common\/(state|validate))\.ts)$/
    expect(imported.filter((name) => !allowed.test(name))).toEqual([])
  }
})
