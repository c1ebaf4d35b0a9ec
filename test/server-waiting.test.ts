import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { Address, Server, WhereToListen } from '../src/index.ts'
import { knowsReusePort } from '../src/options/where-to-listen.ts'
import { connected, connectTo } from './support/client.ts'
import { temporaryFolder } from './support/folder.ts'
import { loopback, ManualHandler, serve, untilSnapshot } from './support/serve.ts'

const places: { name: string; where: () => WhereToListen }[] = [
  { name: 'a port', where: () => loopback },
  { name: 'an IPv6 port', where: () => ({ port: 0, host: '::1' }) },
  { name: 'a path', where: () => ({ path: `${temporaryFolder()}/s` }) },
]

/** Connects from another process, which ends, while nothing runs in this one. */
function connectWhileBlocked(count: number, address: Address): void {
  const target =
    address.family === 'unix' ? { path: address.path } : { host: address.address, port: address.port }
  const script = `
    let left = ${count}
    for (let i = left; i > 0; i--)
      require('net').connect(${JSON.stringify(target)}, () => --left === 0 && process.exit(0))`
  expect(spawnSync(process.execPath, ['-e', script]).status).toBe(0)
}

/** A paused server with clients that wait. */
async function paused(count: number, handler = new ManualHandler()) {
  const server = await serve(handler.handle)
  server.pause()
  const clients = await connected(count, server.listeningOnAddress)
  return { server, handler, clients }
}

describe.runIf(process.platform === 'linux')('numWaiting', () => {
  test.each(places)('is 0 on $name where clients are accepted at once', async ({ where }) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {}, where())
    expect(server.numWaiting).toBe(0)
    await connected(3, server.listeningOnAddress)
    await handler.run(2)
    expect([server.numWaiting, server.numConnections]).toEqual([0, 3])
  })

  test.each(places)('counts clients of $name while the event loop is blocked', async ({ where }) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {}, where())
    connectWhileBlocked(9, server.listeningOnAddress)
    expect(server.numWaiting).toBe(9)
    await handler.run(8)
    expect(server.numWaiting).toBe(0)
  })

  test('counts the clients of a full server, and no client that has a place', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 2 })
    await connected(2, server.listeningOnAddress)
    await handler.run(1)
    await connected(5, server.listeningOnAddress)
    expect([server.numConnections, server.numWaiting]).toEqual([2, 5])
    server.maxConnections = 4
    await handler.run(3)
    expect([server.numConnections, server.numWaiting]).toEqual([4, 3])
    handler.runs[0]?.settle()
    await handler.run(4)
    expect(server.numWaiting).toBe(2)
  })

  test.each(places)('counts the clients of a pause on $name, until they are served', async ({ where }) => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {}, where())
    server.pause()
    await connected(7, server.listeningOnAddress)
    expect(server.numWaiting).toBe(7)
    await server.resume()
    await handler.run(6)
    expect(server.numWaiting).toBe(0)
  })

  test('is one more than the backlog at most: the kernel lets the others try again', async () => {
    const server = await serve(async () => {}, { backlog: 2 })
    server.pause()
    for (let index = 0; index < 3; index++) await connectTo(server).connected
    for (let index = 0; index < 4; index++) connectTo(server)
    expect(server.numWaiting).toBe(3)
  })

  test('is 0 while a pause has closed the socket, not known while it is bound, and then exact', async () => {
    const { server } = await paused(2)
    server.pause({ strategy: 'rebind' })
    expect(server.numWaiting).toBe(0)
    await connectTo(server).closed
    expect(server.numWaiting).toBe(0)
    server.pause({ strategy: 'hold' })
    expect(server.numWaiting).toBeUndefined()
    await untilSnapshot(server, { 'accept-paused': 'waiting' })
    await connected(3, server.listeningOnAddress)
    expect(server.numWaiting).toBe(3)
  })

  test('counts those that are to be dropped', async () => {
    const server = await serve(async () => {}, { dropIncomingConnections: true })
    let dropped = 0
    const all = new Promise<void>((resolve) => server.on('drop', () => ++dropped === 9 && resolve()))
    connectWhileBlocked(9, server.listeningOnAddress)
    expect(server.numWaiting).toBe(9)
    await all
    expect(server.numWaiting).toBe(0)
  })

  test('is 0 from the call of close() on', async () => {
    const { server, clients } = await paused(2)
    const closed = server.close()
    expect([server.state, server.numWaiting]).toEqual(['closing', 0])
    await closed
    expect([server.state, server.numWaiting]).toEqual(['closed', 0])
    await Promise.all(clients.map((client) => client.closed))
  })

  test('is that of the socket that the server has, whatever a user does to its descriptor', async () => {
    const { server, handler } = await paused(2)
    await server.resume()
    await handler.run(1)
    const stranger = (await paused(4)).server
    closeSync(server.listeningSocket.fd)
    expect(server.numWaiting).toBe(0)
    server.pause()
    await connected(1, server.listeningOnAddress)
    expect(server.numWaiting).toBe(1)

    const { fd } = server.listeningSocket
    closeSync(fd)
    // The socket is gone with it, and the number belongs to somebody else.
    const file = openSync('/dev/null', 'r')
    onTestFinished(() => closeSync(file))
    expect(file).toBe(fd)
    expect(server.numWaiting).toBe(0)
    expect(stranger.numWaiting).toBe(4)
  })

  test('of an inherited descriptor is that of the queue that is shared', async () => {
    const { server } = await paused(3)
    const heir = await serve(async () => {}, {}, { fd: server.listeningSocket.fd })
    heir.pause()
    await connected(2, server.listeningOnAddress)
    expect(heir.numWaiting).toBe(server.numWaiting)
  })

  test.runIf(knowsReusePort(process.versions.node))('of a shared port is that of the own share', async () => {
    const hold = { pauseStrategy: 'hold', maxConnections: 1 } as const
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const one = await serve(async () => {}, hold, { ...loopback, reusePort: true })
    const two = await serve(async () => {}, hold, { ...loopback, port: one.listeningOn, reusePort: true })
    for (const server of [one, two]) server.pause()
    await connected(40, one.listeningOnAddress)
    const shares = [one.numWaiting, two.numWaiting].map(Number)
    expect(shares[0]).toBeLessThan(40)
    expect(shares[1]).toBe(40 - Number(shares[0]))
  })

  test('can be read in every state, by listeners, subscribers, inspectors and handlers', async () => {
    const read = new Map<string, (number | undefined)[]>()
    let server: Server | undefined
    const look = (who: string) => {
      const seen = read.get(who) ?? []
      if (server) seen.push(server.numWaiting)
      read.set(who, seen)
    }
    const handler = new ManualHandler()
    server = await serve(
      (address, socket, connection) => {
        look('handler')
        return handler.handle(address, socket, connection)
      },
      { maxConnections: 1, clock: new SimulatedClock(), inspect: ({ type }) => look(type) },
    )
    server.actor.subscribe(() => look('subscriber'))
    for (const name of ['drop', 'limit'] as const) server.on(name, () => look(name))
    const address = server.listeningOnAddress
    await connected(1, address)
    await handler.run(0)
    await connected(2, address)
    server.setDropIncomingConnections(true)
    await connectTo(server).closed
    server.setDropIncomingConnections(false)
    server.pause({ strategy: 'rebind' })
    handler.settleAll()
    await server.waitForConnections((count) => count === 0)
    await server.resume()
    await connected(1, address)
    await server.drain({ timeout: 0 })
    expect([...read.keys()].sort()).toEqual([
      '@xstate.action',
      '@xstate.actor',
      '@xstate.event',
      '@xstate.microstep',
      '@xstate.snapshot',
      'drop',
      'handler',
      'limit',
      'subscriber',
    ])
    for (const [who, seen] of read) {
      expect(
        seen.every((count) => count === undefined || (count >= 0 && count <= 3)),
        who,
      ).toBe(true)
    }
    expect(Math.max(...(read.get('subscriber') ?? []).map((count) => count ?? 0))).toBeGreaterThan(0)
  })
})

describe.runIf(process.platform === 'linux')("'limit'", () => {
  test('tells how many wait', async () => {
    const { server, handler } = await paused(5)
    server.maxConnections = 2
    const limits: unknown[] = []
    server.on('limit', (counts) => limits.push(counts))
    await server.resume()
    await handler.run(1)
    expect(limits).toEqual([{ maxConnections: 2, numConnections: 2, numWaiting: 3 }])
  })
})
