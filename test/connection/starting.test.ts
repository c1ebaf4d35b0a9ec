import { expect, test } from 'vitest'
import type { AnyActorRef } from 'xstate'
import type { Connection } from '../../src/index.ts'
import { Server } from '../../src/index.ts'
import { keepLoopBusy } from '../support/busy-loop.ts'
import { Client, connectTo } from '../support/client.ts'
import { loopback, ManualHandler, serve } from '../support/serve.ts'

/** A server that accepts many in one turn, with `count` clients in its queue. */
async function crowded(
  count: number,
  handler: (connection: Connection) => unknown,
  inspect: NonNullable<Parameters<typeof Server.createSock>[2]>['inspect'] = () => {},
) {
  const server = await Server.createSock(loopback, async (_address, _socket, one) => handler(one), {
    inspect,
    onHandlerError: 'ignore',
  })
  keepLoopBusy(5)
  server.pause()
  const clients = Array.from(
    { length: count },
    () => new Client({ port: server.listeningOn, host: '127.0.0.1' }),
  )
  await Promise.all(clients.map(({ connected }) => connected))
  return { server, clients }
}

test('a handler that closes the server is the last to start, and all others that were accepted are discarded', async () => {
  const started: Connection[] = []
  let unstarted = 0
  const { server, clients } = await crowded(200, (connection) => {
    started.push(connection)
    unstarted = [...server.connections].filter(({ state }) => state === 'accepted').length
    if (started.length < 20 || unstarted === 0)
      return new Promise((resolve) => connection.closing.addEventListener('abort', resolve))
    return server.close()
  })
  void server.resume()
  await Promise.all(clients.map(({ closed }) => closed))
  expect(started.length).toBeGreaterThanOrEqual(20)
  expect(started.at(-1)?.id).toBe(started.length)
  expect(unstarted).toBeGreaterThan(0)
  expect((await server.drain()).destroyed).toBe(unstarted)
})

test('no handler starts of those that were accepted in one turn when the server closes in it', async () => {
  let started = 0
  let startedBefore = 0
  let unstarted = 0
  const { server, clients } = await crowded(200, (connection) => {
    started++
    return new Promise((resolve) => connection.closing.addEventListener('abort', resolve))
  })
  server.actor.subscribe(() => {
    if (server.isClosed) return
    unstarted = [...server.connections].filter(({ state }) => state === 'accepted').length
    // How many come in one turn is the machine's choice.
    if (unstarted < 1) return
    startedBefore = started
    void server.close()
  })
  void server.resume()
  await Promise.all(clients.map(({ closed }) => closed))
  expect(started).toBe(startedBefore)
  expect((await server.drain()).destroyed).toBe(unstarted)
})

test('no handler starts if an inspector closes the server when it hears that one is about to', async () => {
  let started = 0
  const { server, clients } = await crowded(
    3,
    () => void started++,
    (event) => {
      if (event.type === '@xstate.event' && event.event.type === 'handler.started') void server.close()
    },
  )
  void server.resume()
  await Promise.all(clients.map(({ closed }) => closed))
  expect(started).toBe(0)
  await server.drain()
})

test('a connection that an inspector destroys as soon as it is accepted still gets its handler', async () => {
  const handler = new ManualHandler()
  const states: unknown[] = []
  let connection: Connection | undefined
  const server = await serve(handler.handle, {
    inspect: (event) => {
      if (event.type !== '@xstate.snapshot' || !(event.actorRef as AnyActorRef).id.startsWith('connection-'))
        return
      const [one] = server.connections
      connection ??= one
      states.push((event.snapshot as { value?: unknown }).value)
      one?.destroy()
    },
  })
  await connectTo(server).closed
  const run = await handler.run(0)
  expect(run.connection).toBe(connection)
  run.settle()
  await server.waitForConnections((count) => count === 0)
  expect(states.slice(0, 3)).toEqual([
    { accepted: 'open' },
    { accepted: 'destroyed' },
    { serving: 'destroyed' },
  ])
  await server.drain()
})
