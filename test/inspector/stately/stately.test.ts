import { once } from 'node:events'
import { createInspector as createStatelyInspector, createWebSocketReceiver } from '@statelyai/inspect'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { InspectionEvent } from 'xstate'
import { listenerMachine } from '../../../machines/index.ts'
import { StatelyFeed } from '../../../src/inspector/stately/feed.ts'
import { statelyMessages } from '../../../src/inspector/stately/message.ts'
import { Watch } from '../../../src/inspector/watch/watch.ts'
import { connectTo } from '../../support/client.ts'
import { inspector } from '../../support/inspect.ts'
import { ManualHandler, serve } from '../../support/serve.ts'

type Message = Record<string, unknown> & { type: string; event?: { type: string; payload?: string } }

/** What Stately's own receiver gives its subscribers. */
class Received {
  readonly messages: Message[] = []
  #wake: () => void = () => {}

  constructor(url: string) {
    createWebSocketReceiver({ server: url }).subscribe((message) => {
      this.messages.push(message as never)
      this.#wake()
    })
  }

  async find(predicate: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(predicate)
      if (found) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

test("Stately's receiver is told of the actors that there are, with their charts and states", async () => {
  const created = await inspector()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { inspect: created.inspect, maxConnections: 9 })
  connectTo(server)
  await handler.run(0)
  const received = new Received(created.statelyUrl)
  const listener = await received.find(({ name }) => name === 'listener')
  expect(listener).toMatchObject({
    type: '@xstate.actor',
    sessionId: server.actor.sessionId,
    rootId: server.actor.sessionId,
    snapshot: { status: 'active', value: 'listening', context: { connections: 1, maxConnections: 9 } },
  })
  const definition = JSON.parse(String(listener['definition']))
  expect([definition.id, Object.keys(definition.states)]).toEqual([
    'listener',
    Object.keys(listenerMachine.states),
  ])
  const pool = await received.find(({ name }) => name === 'connections')
  expect(pool['parentId']).toBe(server.actor.sessionId)
  const connection = await received.find(({ name }) => name === 'connection-1')
  expect(connection).toMatchObject({ parentId: pool['sessionId'], snapshot: { value: { serving: 'open' } } })
  handler.settleAll()
})

test("Stately's receiver is told of events from then on", async () => {
  const created = await inspector()
  const server = await serve(async () => {}, { inspect: created.inspect })
  const received = new Received(created.statelyUrl)
  await received.find(({ name }) => name === 'listener')
  server.pause({ strategy: 'rebind' })
  expect(await received.find(({ type }) => type === '@xstate.event')).toMatchObject({
    event: { type: 'pause', payload: 'strategy: rebind' },
    sessionId: server.actor.sessionId,
  })
  expect(await received.find(({ type }) => type === '@xstate.snapshot')).toMatchObject({
    event: { type: 'pause' },
    snapshot: { value: { 'accept-paused': 'waiting' }, context: { pausedByHand: true } },
  })
})

test("messages have the form that Stately's own inspector gives them", async () => {
  const ours: Message[] = []
  const theirs: Message[] = []
  const stately = createStatelyInspector({ send: (message) => void theirs.push(message as never) })
  const server = await serve(async () => {}, {
    inspect: (event: InspectionEvent) => {
      for (const message of statelyMessages(event, true)) ours.push(JSON.parse(JSON.stringify(message)))
      stately.inspect.next?.(event)
    },
  })
  server.maxConnections = 3
  await server.drain()
  while (theirs.length < ours.length) await new Promise((resolve) => setTimeout(resolve, 1))
  const form = (message: Message) => ({
    keys: Object.keys(JSON.parse(JSON.stringify(message))).sort(),
    type: message.type,
    sessionId: message['sessionId'],
    rootId: message['rootId'],
    version: message['_version'],
    event: message.event?.type,
    // Theirs sorts the keys, and cuts off what is deep.
    chart: outline(message['definition']),
  })
  expect(ours.map(form)).toEqual(theirs.map(form))
  expect(ours.length).toBeGreaterThan(6)
})

test('data that clients may have sent is not told without showPayloads', async () => {
  for (const showPayloads of [false, true]) {
    const created = await inspector({ showPayloads })
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect, onHandlerError: 'ignore' })
    const received = new Received(created.statelyUrl)
    await received.find(({ name }) => name === 'listener')
    connectTo(server)
    ;(await handler.run(0)).fail(new Error('what-a-client-sent'))
    await received.find(({ event }) => event?.type === 'policy.ignored')
    expect(JSON.stringify(received.messages).includes('what-a-client-sent')).toBe(showPayloads)
  }
})

test('when there is too much to tell, it says how much it left out, and how things are now', async () => {
  const created = await inspector()
  const server = await serve(async () => {}, { inspect: created.inspect })
  const received = new Received(created.statelyUrl)
  await received.find(({ name }) => name === 'listener')
  for (let limit = 1; limit <= 2_000; limit++) server.maxConnections = limit
  const told = await received.find(({ event }) => event?.type === 'inspector.missed')
  expect(told).toMatchObject({ type: '@xstate.snapshot', snapshot: { context: { maxConnections: 2_000 } } })
  expect(received.messages.length).toBeLessThan(600)
  expect((told.event as unknown as { count: number }).count).toBeGreaterThan(3_000)
})

test('the ninth viewer is refused', async () => {
  const created = await inspector()
  const sockets = Array.from({ length: 8 }, () => new WebSocket(created.statelyUrl))
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate()
  })
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  const [{ message }] = await once(new WebSocket(created.statelyUrl), 'error')
  expect(message).toBe('Unexpected server response: 503')
})

test('no message is made while no viewer is attached', () => {
  const feed = new StatelyFeed(new Watch({ maxEvents: 1, showPayloads: false }), false)
  const trap = new Proxy({} as InspectionEvent, {
    get() {
      throw new Error('looked at')
    },
  })
  expect(() => feed.forward(trap)).not.toThrow()
  expect(feed.isEmpty).toBe(true)
})

function outline(definition: unknown): unknown {
  if (definition === undefined) return undefined
  const { id, states = {} } = JSON.parse(String(definition))
  return [id, Object.keys(states).sort()]
}
