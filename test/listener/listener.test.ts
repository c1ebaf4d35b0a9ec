import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import {
  afterEach,
  beforeEach,
  describe,
  expect,
  it,
  type MockInstance,
  onTestFinished,
  test,
  vi,
} from 'vitest'
import { type AnyActorRef, type InspectionEvent, SimulatedClock } from 'xstate'
import { ChartActor } from '../../src/chart/chart-actor.ts'
import { OutageError } from '../../src/index.ts'
import type { Listener } from '../../src/listener/listener.ts'
import { Client, connectTo } from '../support/client.ts'
import { report } from '../support/report.ts'
import { ManualHandler, serve, untilSnapshot } from '../support/serve.ts'

test('the methods of a server are commands to its actor, which users may send as well', async () => {
  const server = await serve(async () => {})
  const { actor } = server
  actor.send({ type: 'pause', strategy: 'hold' })
  expect(server.state).toBe('accept-paused')
  actor.send({ type: 'resume' })
  expect(server.state).toBe('listening')
  actor.send({ type: 'drop.start' })
  expect(server.isDroppingIncomingConnections).toBe(true)
  actor.send({ type: 'drop.stop' })
  actor.send({ type: 'limit.changed', maxConnections: 17 })
  expect(server.maxConnections).toBe(17)
  actor.send({ type: 'close' })
  expect(server.isClosed).toBe(true)
  await server.closeFinishedAndHandlersDetermined
})

test.each([
  ['connection.offered', /server\.actor.*connection\.offered/],
  [undefined, /a command.*undefined/],
  [{ type: 'limit.changed' }, /maxConnections.*undefined/],
  [{ type: 'limit.changed', maxConnections: -3 }, /maxConnections.*-3/],
  [{ type: 'pause', strategy: 'nope' }, /strategy.*'nope'/],
  [{ type: 'close', closeExistingConnections: 'yes' }, /closeExistingConnections.*'yes'/],
  [{ type: 'drain.expired' }, /a command.*drain\.expired/],
  [{ type: 'policy.raised', error: new Error('made up') }, /a command.*policy\.raised/],
])('its actor refuses %o, and goes on', async (event, message) => {
  const server = await serve(async () => {}, { maxConnections: 2 })
  expect(() => server.actor.send(event as never)).toThrow(message)
  expect(server.state).toBe('listening')
  expect(server.maxConnections).toBe(2)
  await connectTo(server).closed
  await server.close()
})

test('its snapshots are a few scalars that can be serialized', async () => {
  const server = await serve(async () => {}, { maxConnections: 3 })
  const { value, context } = server.actor.getSnapshot()
  expect(JSON.parse(JSON.stringify({ value, context }))).toEqual({ value, context })
  expect(value).toBe('listening')
  expect(context).toEqual({
    connections: 0,
    maxConnections: 3,
    isThrottled: false,
    pauseStrategy: 'hold',
    pausedByHand: false,
    handStrategy: 'hold',
    isBound: true,
    failures: 0,
    isOutageTold: false,
    closeExistingConnections: false,
    drain: 'none',
  })
})

test('one inspector sees the listener and every connection, with their charts and their microsteps', async () => {
  const events: InspectionEvent[] = []
  const server = await serve(async () => {}, { inspect: { next: (event) => events.push(event) } })
  await connectTo(server).closed
  await server.drain()
  const actors = events.filter((event) => event.type === '@xstate.actor').map(({ actorRef }) => actorRef)
  expect(actors.map((actor) => (actor as AnyActorRef).id)).toEqual([
    'listener',
    'connections',
    'connection-1',
  ])
  const charts = actors.map((actor) => (actor as unknown as { logic: { id?: string } }).logic.id)
  expect(charts).toEqual(['listener', 'connections', 'connection'])
  expect(new Set(events.map(({ rootId }) => rootId)).size).toBe(1)
  expect(events.some(({ type }) => type === '@xstate.microstep')).toBe(true)
})

test('an inspector that comes later sees the same events', async () => {
  const server = await serve(async () => {})
  const types = new Set<string>()
  const ids: string[] = []
  server.actor.system.inspect({
    next: ({ type, actorRef }) => {
      types.add(type)
      ids.push((actorRef as AnyActorRef).id)
    },
  })
  await connectTo(server).closed
  await server.drain()
  expect(ids).toContain('connection-1')
  expect([...types].sort()).toEqual([
    '@xstate.action',
    '@xstate.actor',
    '@xstate.event',
    '@xstate.microstep',
    '@xstate.snapshot',
  ])
})

test('an inspector that comes later hears what happens from then on to the connections that were there before', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle)
  const client = connectTo(server)
  const { settle } = await handler.run(0)
  const seen: unknown[] = []
  server.actor.system.inspect({
    next: (event) => {
      const { id } = event.actorRef as AnyActorRef
      if (event.type === '@xstate.event' && id === 'connection-1') seen.push(event.event.type)
    },
  })
  settle()
  await client.closed
  // A drain would hasten what has not ended by itself.
  await server.waitForConnections((count) => count === 0)
  await server.drain()
  expect(seen).toEqual(['handler.settled', 'writer.flushed', 'peer.ended', 'socket.closed'])
})

test('running out of descriptors pauses until a connection settles, or until some time has passed, and warns once', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const clock = new SimulatedClock()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { clock })
  connectTo(server)
  const { settle } = await handler.run(0)
  report(server, { type: 'accept.exhausted' })
  expect(server.state).toBe('accept-paused')
  const waiting = await connectTo(server).connected
  settle()
  await handler.run(1)
  report(server, { type: 'accept.exhausted' })
  expect(server.state).toBe('accept-paused')
  clock.increment(9)
  expect(server.state).toBe('accept-paused')
  clock.increment(1)
  expect(server.state).toBe('listening')
  expect(waiting.error).toBeUndefined()
  expect(warned).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining('ulimit -n'),
    expect.objectContaining({ code: 'XSTATE_TCP_DESCRIPTORS_EXHAUSTED' }),
  )
  warned.mockRestore()
})

describe('running out of descriptors is reported', () => {
  let warned: MockInstance<typeof process.emitWarning>
  beforeEach(() => {
    warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  })
  afterEach(() => warned.mockRestore())

  async function exhaustible() {
    const clock = new SimulatedClock()
    const server = await serve(async () => {}, { clock })
    const accept = async () => {
      const client = connectTo(server)
      await client.closed
      await server.waitForConnections((count) => count === 0)
    }
    const exhaust = (isTooLate?: true) => {
      report(server, isTooLate ? { type: 'accept.exhausted', isTooLate } : { type: 'accept.exhausted' })
      expect(server.state).toBe('accept-paused')
    }
    return { clock, server, accept, exhaust }
  }

  it("to listeners of 'error', as an OutageError with its cause, and without a warning", async () => {
    const { server, exhaust } = await exhaustible()
    const errors: unknown[] = []
    server.on('error', (error) => errors.push(error))
    exhaust()
    await once(server, 'error')
    expect(errors).toEqual([expect.any(OutageError)])
    expect(errors[0]).toMatchObject({ cause: { code: 'ERR_DESCRIPTORS_EXHAUSTED' } })
    expect(errors[0]).toHaveProperty('message', expect.not.stringContaining('may have been accepted'))
    expect(warned).not.toHaveBeenCalled()
  })

  it('once for each outage, and not again by the retries', async () => {
    const { clock, accept, exhaust } = await exhaustible()
    for (let outages = 1; outages <= 3; outages++) {
      for (let tries = 0; tries < 20; tries++) {
        exhaust()
        clock.increment(1_000)
      }
      expect(warned).toHaveBeenCalledTimes(outages)
      await accept()
      clock.increment(10_000)
    }
  })

  it('once where the server recovers and runs out again and again', async () => {
    const { clock, accept, exhaust } = await exhaustible()
    for (let times = 0; times < 10; times++) {
      exhaust()
      clock.increment(1_000)
      await accept()
    }
    expect(warned).toHaveBeenCalledTimes(1)
  })

  it('again where clients may be lost, though the outage was reported before', async () => {
    const { clock, exhaust } = await exhaustible()
    exhaust()
    clock.increment(1_000)
    exhaust(true)
    clock.increment(1_000)
    exhaust(true)
    expect(warned.mock.calls).toEqual([
      [expect.not.stringContaining('may have been accepted and closed'), expect.anything()],
      [expect.stringContaining('may have been accepted and closed'), expect.anything()],
    ])
  })
})

test('a failure to accept pauses for a growing time, is reported once, and is over with the next connection', async () => {
  const clock = new SimulatedClock()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { clock })
  const errors: unknown[] = []
  server.on('error', (error) => errors.push(error))
  const failure = Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' })
  for (const delay of [10, 20, 40]) {
    report(server, { type: 'accept.failed', error: failure })
    expect(server.state).toBe('accept-paused')
    clock.increment(delay - 1)
    expect(server.state).toBe('accept-paused')
    clock.increment(1)
    expect(server.state).toBe('listening')
  }
  await once(server, 'error')
  expect(errors).toHaveLength(1)
  expect(errors[0]).toBeInstanceOf(OutageError)
  expect(errors[0]).toMatchObject({ cause: failure })
  connectTo(server)
  await handler.run(0)
  report(server, { type: 'accept.failed', error: failure })
  await untilSnapshot(server, { 'accept-paused': 'retrying' })
  expect(server.actor.getSnapshot().context.failures).toBe(1)
  await once(server, 'error')
})

test('a socket that is offered where nothing may be accepted is closed at once, and counts nowhere', async () => {
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { maxConnections: 1 })
  const listener = server.actor instanceof ChartActor ? server.actor.effects : undefined
  const other = createServer((socket) => (listener as Listener).offer(socket)).listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const offer = () => new Client({ port, host: '127.0.0.1' })
  const first = offer()
  await handler.run(0)
  expect(server.state).toBe('accept-paused')
  const refused = await offer().closed
  expect(refused.error).toBeUndefined()
  expect([server.numConnections, [...server.connections].length, handler.runs.length]).toEqual([1, 1, 1])
  handler.settleAll()
  await first.closed
  await server.waitForConnections((count) => count === 0)
  const { socket } = offer()
  onTestFinished(() => void socket.destroy())
  await handler.run(1)
  expect(server.numConnections).toBe(1)
})

test('a pause ends the retries, and resume() begins anew', async () => {
  const clock = new SimulatedClock()
  const server = await serve(async () => {}, { clock })
  server.on('error', () => {})
  report(server, { type: 'accept.failed', error: new Error('accept ENOBUFS') })
  server.pause()
  clock.increment(10_000)
  expect(server.state).toBe('accept-paused')
  await server.resume()
  expect(server.state).toBe('listening')
})
