import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { InspectionEvent } from 'xstate'
import type { Connection } from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { ManualHandler, serve } from '../support/serve.ts'

test('iterating sees the connections that were live at its start, whatever happens meanwhile', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  for (let index = 0; index < 3; index++) connectTo(server)
  await handler.run(2)
  const seen: number[] = []
  for (const connection of server.connections) {
    seen.push(connection.id)
    connection.destroy()
    handler.settleAll()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(seen.sort()).toEqual([1, 2, 3])
})

test('the connections are a line each to console.log, and a list in JSON', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  expect(inspect(server.connections)).toBe('Connections(0) []')
  for (let index = 0; index < 2; index++) connectTo(server)
  await handler.run(1)
  expect(inspect(server.connections)).toMatch(
    /^Connections\(2\) \[\n {2}Connection 1 from 127\.0\.0\.1:\d+, serving,\n {2}Connection 2 from .*, serving\n\]$/,
  )
  expect(inspect([server.connections], { depth: 0 })).toBe('[ [Connections(2)] ]')
  const expected = [...server.connections].map(({ id, address, state }) => ({ id, address, state }))
  expect(JSON.parse(JSON.stringify(server.connections))).toEqual(expected)
})

test('any connection can go while the others stay', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  for (let index = 0; index < 10; index++) connectTo(server)
  await handler.run(9)
  const left = new Set(handler.runs.map(({ connection }) => connection))
  for (const index of [9, 0, 4, 8, 1, 7, 2, 6, 3, 5]) {
    handler.runs[index]?.settle()
    left.delete(handler.runs[index]?.connection as Connection)
    await server.waitForConnections((count) => count === left.size)
    expect(new Set(server.connections)).toEqual(left)
  }
})

test('each connection is one actor, one listener event when it comes and one when it goes, however many are live', async () => {
  const events: InspectionEvent[] = []
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { inspect: (event) => events.push(event) })
  const oneConnection = async (index: number) => {
    events.length = 0
    const client = connectTo(server)
    const { settle } = await handler.run(index)
    settle()
    await client.closed
    await server.waitForConnections((count) => count === index - settledBefore)
    return events
      .map((event) =>
        event.type === '@xstate.event'
          ? event.event.type.replace(/\d+$/, 'N')
          : event.type === '@xstate.actor'
            ? event.type
            : undefined,
      )
      .filter((type) => type !== undefined && type !== '@xstate.init')
  }
  let settledBefore = 0
  const alone = await oneConnection(0)
  expect(alone).toEqual([
    'connection.offered',
    'spawn',
    '@xstate.actor',
    'xstate.init',
    'handler.started',
    'handler.settled',
    'writer.flushed',
    'peer.ended',
    'socket.closed',
    'connection.settled',
    'xstate.done.actor.connection-N',
  ])
  settledBefore = 1
  const live = 200
  for (let index = 0; index < live; index++) connectTo(server)
  await handler.run(live)
  expect(await oneConnection(live + 1)).toEqual(alone)
  expect(Object.keys(server.actor.getSnapshot().children)).toEqual(['connections'])
})
