import { describe, expect, test } from 'vitest'
import { type AnyActorRef, createActor, createMachine, type EventObject, sendTo } from 'xstate'
import { ActorNotStoppableError } from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { ManualHandler, serve } from '../support/serve.ts'

/** Sends an event as a machine of the user's would; resolves with what that machine fails with, if it does. */
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

describe("a server's actor", () => {
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
    const { actor } = server as unknown as { actor: { stop(): void } }
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
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    connectTo(server)
    const { connection } = await handler.run(0)
    const { actor } = connection as unknown as { actor: { stop(): void } }
    expect(() => actor.stop()).toThrow('connection.destroy()')
  })
})
