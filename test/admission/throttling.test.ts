// The rate at the door of real servers; their clock stands still until the test moves it.
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { Server } from '../../src/index.ts'
import { connected, connectTo } from '../support/client.ts'
import { ManualHandler, serve, untilSnapshot } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const throttled = { 'accept-paused': 'throttled' } as const
const waiting = { 'accept-paused': 'waiting' } as const
const stateOf = (server: Server) => server.actor.getSnapshot().value

async function start(options: Parameters<typeof serve>[1]) {
  const clock = new SimulatedClock()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { clock, lingerTimeout: 1e8, flushTimeout: 1e8, ...options })
  return { clock, handler, server }
}

describe('a server at its rate', () => {
  it('accepts nobody until there is room for one, and then serves them in order', async () => {
    const { clock, handler, server } = await start({ maxAcceptRate: { perSecond: 10, burst: 2 } })
    const clients = await connected(5, server.listeningOnAddress)
    await handler.run(1)
    await untilSnapshot(server, throttled)
    expect([handler.runs.length, server.numWaiting, server.state]).toEqual([2, 3, 'accept-paused'])
    for (let index = 2; index < 5; index++) {
      clock.increment(99)
      await turns(5)
      expect(handler.runs).toHaveLength(index)
      clock.increment(1)
      await handler.run(index)
    }
    const ports = handler.runs.map(({ address }) => 'port' in address && address.port)
    expect(ports).toEqual(clients.map(({ localPort }) => localPort))
    expect(server.numConnections).toBe(5)
    handler.settleAll()
  })

  it('says so in words', async () => {
    const { handler, server } = await start({ maxAcceptRate: 1 })
    connectTo(server)
    await handler.run(0)
    await untilSnapshot(server, throttled)
    expect(String(server)).toContain(
      "accept-paused.throttled\n  At its rate (maxAcceptRate): new clients wait in the kernel's queue.",
    )
    handler.settleAll()
  })

  it('is full as well, and then needs a place and time', async () => {
    const { clock, handler, server } = await start({ maxConnections: 1, maxAcceptRate: 1 })
    await connected(2, server.listeningOnAddress)
    await handler.run(0)
    expect(stateOf(server)).toEqual(waiting)
    clock.increment(1_000)
    expect(stateOf(server)).toEqual(waiting)
    handler.runs[0]?.settle()
    await handler.run(1)
    handler.runs[1]?.settle()
    connectTo(server)
    await server.waitForConnections((count) => count === 0)
    expect(stateOf(server)).toEqual(throttled)
    clock.increment(1_000)
    await handler.run(2)
    handler.settleAll()
  })

  it('is paused as well, and then needs resume() and time', async () => {
    const { clock, handler, server } = await start({ maxAcceptRate: 1 })
    await connected(3, server.listeningOnAddress)
    await handler.run(0)
    server.pause()
    expect(stateOf(server)).toEqual(waiting)
    await server.resume()
    expect(stateOf(server)).toEqual(throttled)
    clock.increment(1_000)
    await handler.run(1)
    await untilSnapshot(server, throttled)
    server.pause()
    clock.increment(1_000)
    await turns(5)
    expect([handler.runs.length, stateOf(server)]).toEqual([2, waiting])
    await server.resume()
    await handler.run(2)
    handler.settleAll()
  })

  it('is bound again, if a pause by rebind had closed it, so that clients wait', async () => {
    const { clock, handler, server } = await start({ maxAcceptRate: 1 })
    connectTo(server)
    await handler.run(0)
    server.pause({ strategy: 'rebind' })
    await server.resume()
    expect(stateOf(server)).toEqual(throttled)
    await connectTo(server).connected
    expect(server.numWaiting).toBe(1)
    clock.increment(1_000)
    await handler.run(1)
    handler.settleAll()
  })

  it('drops at once, and takes nothing from the rate for it', async () => {
    const { clock, handler, server } = await start({
      maxAcceptRate: 1,
      block: ['127.0.0.2'],
      dropIncomingConnections: true,
    })
    await connectTo(server).closed
    server.setDropIncomingConnections(false)
    connectTo(server)
    await handler.run(0)
    await untilSnapshot(server, throttled)
    server.setDropIncomingConnections(true)
    expect((await connectTo(server).closed).received).toBe('')
    server.setDropIncomingConnections(false)
    expect(stateOf(server)).toEqual(throttled)
    connectTo(server)
    clock.increment(1_000)
    await handler.run(1)
    handler.settleAll()
  })

  it.each(['close', 'drain'] as const)('ends by %s, and no timer is left', async (method) => {
    const { clock, handler, server } = await start({ maxAcceptRate: 1 })
    connectTo(server)
    await handler.run(0)
    await untilSnapshot(server, throttled)
    const ended = server[method]()
    handler.settleAll()
    await ended
    clock.increment(10_000)
    await server.closeFinishedAndHandlersDetermined
    expect(stateOf(server)).toEqual({ closed: 'drained' })
  })

  it("refuses clients by 'rebind', until as many as a burst may get in", async () => {
    const { clock, handler, server } = await start({
      pauseStrategy: 'rebind',
      maxAcceptRate: { perSecond: 10, burst: 3 },
    })
    for (let index = 0; index < 3; index++) {
      connectTo(server)
      await handler.run(index)
    }
    await untilSnapshot(server, throttled)
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    clock.increment(299)
    await turns(5)
    expect(stateOf(server)).toEqual(throttled)
    clock.increment(1)
    await untilSnapshot(server, 'listening')
    connectTo(server)
    await handler.run(3)
    handler.settleAll()
  })

  it('does not count who is dropped by a rule', async () => {
    const { handler, server } = await start({ maxAcceptRate: 1, admit: () => server.numConnections > 5 })
    for (let index = 0; index < 5; index++) await connectTo(server).closed
    expect([server.state, handler.runs.length]).toEqual(['listening', 0])
  })
})
