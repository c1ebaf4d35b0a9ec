// The charts are machines to XState's own tools, and to its interpreter.
import { describe, expect, it } from 'vitest'
import { createActor, initialTransition, type SnapshotFrom, transition } from 'xstate'
import { createTestModel, getAdjacencyMap, getShortestPaths } from 'xstate/graph'
import { connectionMachine, connectionsMachine, listenerMachine } from '../../machines/index.ts'

const connectionEvents = [
  { type: 'handler.started' },
  { type: 'handler.settled' },
  { type: 'socket.closed' },
] as const

describe('xstate/graph', () => {
  it('finds the states of each chart', () => {
    const events = [
      { type: 'pause' },
      { type: 'resume' },
      { type: 'acceptor.ready' },
      { type: 'close' },
      { type: 'acceptor.closed' },
    ] as const
    const paths = getShortestPaths(listenerMachine, { events: [...events], input: { maxConnections: 2 } })
    expect(paths.every(({ state }) => state.status === 'active')).toBe(true)
    const values = new Set(paths.map(({ state }) => JSON.stringify(state.value)))
    expect(values).toContain('"listening"')
    expect(values).toContain('{"closed":"drained"}')
    const adjacency = getAdjacencyMap(connectionMachine, { events: [...connectionEvents] })
    const statuses = Object.values(adjacency).map(({ state }) => state.status)
    expect(new Set(statuses)).toEqual(new Set(['active', 'done']))
    expect(Object.keys(getAdjacencyMap(connectionsMachine, { events: [{ type: 'spawn' }] }))).toHaveLength(1)
  })

  it('makes a test model of each chart', () => {
    // By itself it tries each event anywhere, however often.
    const isFar = ({ context }: SnapshotFrom<typeof listenerMachine>) =>
      context.connections !== 0 || context.failures > 0 || context.maxConnections !== 1
    const ofListener = createTestModel(listenerMachine, { stopWhen: isFar })
    const paths = ofListener.getShortestPaths()
    expect(paths.every(({ state }) => state.status === 'active')).toBe(true)
    expect(paths.some(({ state }) => state.matches({ closed: 'drained' }))).toBe(true)
    const ofConnection = createTestModel(connectionMachine).getShortestPaths()
    expect(ofConnection.some(({ state }) => state.status === 'done')).toBe(true)
    expect(createTestModel(connectionsMachine).getShortestPaths().length).toBeGreaterThan(0)
  })
})

describe('pure transitions', () => {
  it('tell of the child that is spawned, and of what it is sent', () => {
    const [start, first] = initialTransition(listenerMachine, { maxConnections: 1 })
    expect(first).toMatchObject([
      { type: 'xstate.spawnChild', params: { id: 'connections', src: 'connections' } },
    ])
    const [next, requests] = transition(listenerMachine, start, { type: 'connection.offered' })
    expect(next.context.connections).toBe(1)
    expect(requests[0]).toMatchObject({
      type: 'xstate.sendTo',
      params: { targetId: 'connections', event: { type: 'spawn' } },
    })
  })
})

describe("XState's interpreter", () => {
  it('runs the listener with its supervisor, whose actions a user provides', () => {
    let spawned = 0
    const connections = connectionsMachine.provide({ actions: { spawnConnection: () => void spawned++ } })
    const machine = listenerMachine.provide({ actors: { connections } })
    const actor = createActor(machine, { input: { maxConnections: 2 } }).start()
    for (const type of ['connection.offered', 'connection.offered', 'connection.offered'] as const) {
      actor.send({ type })
    }
    expect(spawned).toBe(2)
    expect(actor.getSnapshot().value).toEqual({ 'accept-paused': 'waiting' })
    expect(actor.getSnapshot().children.connections?.getSnapshot().status).toBe('active')
    actor.stop()
  })

  it('runs each chart as it is', () => {
    for (const machine of [listenerMachine, connectionsMachine, connectionMachine]) {
      const actor = createActor(machine as typeof listenerMachine).start()
      expect(actor.getSnapshot().status).toBe('active')
      actor.stop()
    }
  })
})
