import { readdirSync, readFileSync } from 'node:fs'
import { TestModel as PublishedTestModel } from '@xstate/test'
import { expect, it } from 'vitest'
import { createActor } from 'xstate'
import { getAdjacencyMap, getShortestPaths, TestModel } from 'xstate/graph'
import {
  createConnectionModel,
  createListenerModel,
  type ListenerModelEvent,
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

it.each(['hold', 'rebind'] as const)(
  'a client sees what the chart says that the next one will, wherever a server that pauses by %s may be',
  (pauseStrategy) => {
    const { logic, options, expectations } = createListenerModel({ maxConnections: 1, pauseStrategy })
    const wrong = Object.values(getAdjacencyMap(logic, options)).flatMap(({ state }) => {
      const { newClient, listener, clients } = expectations(state)
      const seen = expectations(logic.transition(state, { type: 'connect' }, undefined as never)).clients
      return seen[clients.length] === newClient ? [] : [[listener, newClient, seen.at(-1)]]
    })
    expect(wrong).toEqual([])
  },
)

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

it('models import the charts, what remembers their steps, xstate and the names of states, and nothing else', () => {
  const folder = new URL('../../src/testing/', import.meta.url)
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name as string)
    const allowed =
      /^(xstate|xstate\/graph|\.\/[\w-]+\.ts|\.\.\/\.\.\/machines\/index\.ts|\.\.\/(chart\/(chart|row)|common\/state)\.ts)$/
    expect(imported.filter((name) => !allowed.test(name))).toEqual([])
  }
})
