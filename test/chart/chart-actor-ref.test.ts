import { describe, expect, test } from 'vitest'
import {
  type AnyActorRef,
  createActor,
  createMachine,
  type EventObject,
  fromObservable,
  sendTo,
  toPromise,
  waitFor,
} from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import { ActorNotStoppableError } from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { ManualHandler, serve } from '../support/serve.ts'

/**
 * Sends an event as a machine of the user's would; resolves with what that machine fails with, if
 * it does.
 */
function sendByMachine(to: unknown, event: EventObject): unknown {
  let failure: unknown
  const actor = createActor(createMachine({ entry: sendTo(to as AnyActorRef, event) }))
  actor.subscribe({
    error: (error) => {
      failure = error
    },
  })
  actor.start()
  return failure
}

async function served() {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { connection } = await handler.run(0)
  return { server, client, connection, handler }
}

describe("the supervisor's actor", () => {
  test('is found by name, and in the snapshot of the listener', async () => {
    const { server } = await served()
    const supervisor = server.actor.system.get('connections')
    expect(server.actor.system.getAll()).toEqual({ connections: supervisor })
    expect(server.actor.getSnapshot().children.connections).toBe(supervisor)
    expect(supervisor.getSnapshot()).toMatchObject({ status: 'active', children: {} })
  })

  test('takes nothing from anybody, and cannot be stopped', async () => {
    const { server } = await served()
    const supervisor = server.actor.system.get('connections')
    expect(() => supervisor.send({ type: 'spawn' })).toThrow(TypeError)
    expect(sendByMachine(supervisor, { type: 'spawn' })).toBeInstanceOf(TypeError)
    expect(server.numConnections).toBe(1)
    expect([...server.connections]).toHaveLength(1)
    expect(() => supervisor.stop()).toThrow('server.close()')
  })
})

describe("XState's own functions take these actors:", () => {
  test('waitFor and toPromise', async () => {
    const { server, connection, client, handler } = await served()
    const closed = waitFor(connection.actor, (snapshot) => snapshot.matches('closed'))
    const ended = toPromise(connection.actor)
    connection.actor.send({ type: 'destroy' })
    handler.settleAll()
    expect((await closed).status).toBe('done')
    await ended
    await client.closed
    server.close()
    const drained = await waitFor(server.actor, (snapshot) => snapshot.matches({ closed: 'drained' }))
    expect(drained.context.connections).toBe(0)
    const late = waitFor(connection.actor, (snapshot) => snapshot.matches('serving'))
    await expect(late).rejects.toThrow('terminated')
  })

  test('fromObservable', async () => {
    const { server } = await served()
    const observed = createActor(fromObservable(() => server.actor)).start()
    server.pause()
    expect(observed.getSnapshot().context?.value).toEqual({ 'accept-paused': 'waiting' })
    observed.stop()
  })

  test('code that looks for an observable', async () => {
    const { server } = await served()
    const key: symbol | string = Symbol.observable ?? '@@observable'
    const observable = (server.actor as unknown as Record<symbol | string, () => unknown>)[key]
    expect(observable?.call(server.actor)).toBe(server.actor)
  })

  test('a machine that has them in its context, and is persisted', async () => {
    const { server, connection } = await served()
    const context = { server: server.actor, connections: [connection.actor] }
    const persisted = createActor(createMachine({ context })).start().getPersistedSnapshot()
    expect(JSON.parse(JSON.stringify(persisted)).context).toEqual({
      server: { xstate$$type: 1, id: 'listener' },
      connections: [{ xstate$$type: 1, id: 'connection-1' }],
    })
  })

  test('createActor, of a snapshot that was persisted', async () => {
    const { server, connection } = await served()
    server.pause()
    const snapshot = JSON.parse(JSON.stringify(server.actor.getPersistedSnapshot()))
    const restored = createActor(listenerMachine, { snapshot }).start()
    expect(restored.getSnapshot().value).toEqual({ 'accept-paused': 'waiting' })
    expect(restored.getSnapshot().children.connections?.getSnapshot().status).toBe('active')
    expect(restored.system.get('connections')).toBe(restored.getSnapshot().children.connections)
    expect(JSON.parse(JSON.stringify(server.actor.getSnapshot())).children).toEqual({
      connections: { xstate$$type: 1, id: 'connections' },
    })
    expect(connection.actor.getPersistedSnapshot()).toMatchObject({ status: 'active' })
  })
})

describe('select', () => {
  test('tells of a part when it changes', async () => {
    const { server } = await served()
    const { actor } = server
    const seen: boolean[] = []
    const paused = actor.select(({ context }) => context.pausedByHand)
    const subscription = paused.subscribe((isPaused) => seen.push(isPaused))
    server.pause()
    server.maxConnections = 10
    expect(paused.get()).toBe(true)
    await server.resume()
    subscription.unsubscribe()
    server.pause()
    expect(seen).toEqual([true, false])
  })

  test('by a comparison of the user’s', async () => {
    const { server } = await served()
    const seen: number[] = []
    const tens = (one: number, other: number) => Math.floor(one / 10) === Math.floor(other / 10)
    server.actor
      .select(({ context }) => context.maxConnections, tens)
      .subscribe({ next: (max) => seen.push(max) })
    for (const max of [21, 22, 30, 31, 45]) server.maxConnections = max
    expect(seen).toEqual([21, 30, 45])
  })
})

describe("a server's actor", () => {
  test('is started already, and tells nothing if it is again', async () => {
    const { server, connection } = await served()
    let told = 0
    server.actor.system.inspect(() => told++)
    server.actor.start()
    connection.actor.start()
    expect(told).toBe(0)
    expect(server.actor.on('*', () => {}).unsubscribe()).toBeUndefined()
  })

  test('sends by a method that was taken from it', async () => {
    const { server } = await served()
    const { send } = server.actor
    send({ type: 'pause' })
    expect(server.state).toBe('accept-paused')
    expect(server.actor.send).toBe(send)
  })

  test('has an id of its own beside those of all others', async () => {
    const all = [await served(), await served()].flatMap(({ server, connection }) => [
      server.actor.sessionId,
      server.actor.system.get('connections').sessionId,
      connection.actor.sessionId,
    ])
    expect(new Set(all).size).toBe(6)
  })

  test('takes commands from the machines of others, and no made-up reports', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    connectTo(server)
    await handler.run(0)
    for (const type of ['connection.settled', 'connection.offered', 'acceptor.closed', 'nonsense']) {
      const failure = sendByMachine(server.actor, { type })
      expect(failure).toBeInstanceOf(TypeError)
      expect(String(failure)).toContain(type)
    }
    expect(server.numConnections).toBe(1)
    expect(sendByMachine(server.actor, { type: 'pause' })).toBeUndefined()
    expect(server.state).toBe('accept-paused')
  })

  test('cannot be stopped, and says what to do instead', async () => {
    const server = await serve(async (_address, socket) => void socket.end('hello'))
    const { actor } = server
    expect(() => actor.stop()).toThrow(ActorNotStoppableError)
    expect(() => actor.stop()).toThrow('server.close()')
    await connectTo(server).receives('hello')
    await server.close()
  })

  test('takes the reports of the library while an inspector sends commands in the middle of them', async () => {
    const server = await serve(async (_address, socket) => void socket.end('hello'), {
      inspect: (event) => {
        if (event.type === '@xstate.event' && event.event.type === 'connection.settled') server.pause()
      },
    })
    await connectTo(server).receives('hello')
    await server.waitForConnections((count) => count === 0)
    expect(server.state).toBe('accept-paused')
  })
})

describe("a connection's actor", () => {
  test.each(['before anybody', 'after somebody'])('takes only destroy, %s has looked at it', async (when) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = connectTo(server)
    const { connection } = await handler.run(0)
    if (when === 'after somebody') connection.actor.getSnapshot()
    for (const type of ['socket.closed', 'handler.settled', 'cut']) {
      expect(() => connection.actor.send({ type } as never)).toThrow(/connection\.actor.*destroy/)
      expect(sendByMachine(connection.actor, { type })).toBeInstanceOf(TypeError)
    }
    expect(() => connection.actor.send({ type: 'destroy', error: 5 } as never)).toThrow(/error.*5/)
    expect(connection.state).toBe('serving')
    expect(server.numConnections).toBe(1)
    expect(sendByMachine(connection.actor, { type: 'destroy' })).toBeUndefined()
    await client.closed
  })

  test('cannot be stopped', async () => {
    const { connection } = await served()
    expect(() => connection.actor.stop()).toThrow(ActorNotStoppableError)
    expect(() => connection.actor.stop()).toThrow('connection.destroy()')
  })

  test('has the number of the connection in its id, and the supervisor as its parent', async () => {
    const { server, connection } = await served()
    const { actor } = connection
    expect([connection.id, actor.id]).toEqual([1, 'connection-1'])
    expect(actor._parent).toBe(server.actor.system.get('connections'))
    expect(actor._parent?._parent).toBe(server.actor)
    expect(actor.system).toBe(server.actor.system)
  })

  test('is the same before and after anybody has looked, and after its end', async () => {
    const { server, connection, client, handler } = await served()
    const { actor } = connection
    expect([...server.connections][0]?.actor).toBe(actor)
    connection.destroy()
    handler.settleAll()
    await client.closed
    await server.drain()
    expect(connection.actor).toBe(actor)
    expect(actor.getSnapshot().status).toBe('done')
  })
})
