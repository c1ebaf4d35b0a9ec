import { connect as connectByTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import type { InspectionEvent } from 'xstate'
import { Watch } from '../../../src/inspector/watch/watch.ts'
import { certificate } from '../../support/certificate.ts'
import { connected, connectTo } from '../../support/client.ts'
import { inspector, Page, post } from '../../support/inspect.ts'
import { create, ManualHandler, serve } from '../../support/serve.ts'

describe('a server', () => {
  test('is shown with its state, counts, limit and address', async () => {
    const created = await inspector()
    const server = await serve(async () => {}, { maxConnections: 7, inspect: created.inspect })
    const page = await Page.open(created)
    await page.until(() => page.server() !== undefined)
    expect(page.server()).toMatchObject({
      address: `127.0.0.1:${server.listeningOn}`,
      state: 'listening',
      explanation: 'There is room: each connection is admitted and gets a handler.',
      connections: 0,
      maxConnections: 7,
      isWhole: true,
      rows: [],
    })
  })

  test('behind a proxy is shown with its clients, and with the proxy that they come by', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      inspect: created.inspect,
      proxyProtocol: { from: ['127.0.0.1'] },
    })
    const page = await Page.open(created)
    const proxy = await connectTo(server).connected
    const peer = `127.0.0.1:${proxy.localPort}`
    await page.until(() => page.server()?.rows[0]?.[1] === 'preface.header')
    expect(page.server()?.rows[0]?.[2]).toBe(peer)
    proxy.send('PROXY TCP4 192.0.2.1 198.51.100.1 50000 80\r\n')
    await page.until(() => page.server()?.rows[0]?.[1] === 'serving.open')
    expect(page.server()?.rows[0]?.[2]).toBe(`192.0.2.1:50000 via ${peer}`)
    handler.settleAll()
  })

  test('with TLS is shown with the version that its clients speak', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect, tls: certificate })
    const page = await Page.open(created)
    const raw = await connectTo(server).connected
    await page.until(() => page.server()?.rows[0]?.[1] === 'preface.handshake')
    const client = connectByTls({ socket: raw.socket, ca: certificate.cert, servername: 'localhost' })
    await page.until(() => page.server()?.rows[0]?.[1] === 'serving.open')
    expect(page.server()?.rows[0]?.[2]).toBe(`127.0.0.1:${raw.localPort}, TLSv1.3`)
    handler.settleAll()
    client.destroy()
  })

  test('is followed through its states, each with the transition that led there', async () => {
    const created = await inspector()
    const server = await serve(async () => {}, { inspect: created.inspect })
    const page = await Page.open(created)
    server.pause()
    await page.until(() => page.server()?.state === 'accept-paused.waiting')
    expect(page.server()?.last).toEqual({ from: 'listening', to: 'accept-paused.waiting', event: 'pause' })
    server.setDropIncomingConnections(true)
    await page.until(() => page.server()?.state === 'dropping.open')
    expect(page.server()?.transitions.map(({ event }) => event)).toContain('acceptor.ready')
    await server.drain()
    await page.until(() => page.server()?.state === 'closed.drained')
  })

  test('has its accepted, dropped and failed connections counted', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect, onHandlerError: 'ignore' })
    const page = await Page.open(created)
    await connectTo(server).connected
    const run = await handler.run(0)
    server.setDropIncomingConnections(true)
    await connectTo(server).closed
    run.fail(new Error('told'))
    await server.waitForConnections((count) => count === 0)
    await page.until(() => page.server()?.totals.errors === 1)
    expect(page.server()?.totals).toEqual({ accepted: 1, dropped: 1, refused: 0, errors: 1 })
    const counted = page.frames.flatMap(({ servers }) => servers.flatMap(({ minute = [] }) => minute)).at(-1)
    expect(counted?.length).toBe(6)
  })

  test.runIf(process.platform === 'linux')(
    'is shown with its waiting clients, though nothing is heard of them',
    async () => {
      const created = await inspector()
      const server = await serve(async () => {}, { inspect: created.inspect })
      const page = await Page.open(created)
      await page.until(() => page.server()?.waiting === 0)
      server.pause()
      await connected(3, server.listeningOnAddress)
      await page.until(() => page.server()?.waiting === 3)
      await server.resume()
      await page.until(() => page.server()?.waiting === 0)
      expect(page.server()?.state).toBe('listening')
    },
  )

  test('is asked how many clients wait once a second, in a new state, and as long as some do', async () => {
    const watch = new Watch({ maxEvents: 10, showPayloads: false })
    const server = await serve(async () => {}, { inspect: (event) => watch.observe(event) })
    let looks = 0
    let waiting = 0
    Object.defineProperty(server, 'numWaiting', { get: () => ++looks && waiting })
    const [watched] = [...watch.servers.values()]
    const told = (now: number) => [watched?.takeChanges(now)?.waiting, looks]
    const change = () => ++server.maxConnections
    change()
    expect(looks).toBe(0)
    expect([1_000, 1_100].map(told)).toEqual([
      [0, 1],
      [undefined, 1],
    ])
    waiting = 5
    change()
    expect(told(1_200)).toEqual([0, 1])
    server.pause()
    expect([1_300, 1_400].map(told)).toEqual([
      [5, 2],
      [undefined, 2],
    ])
    change()
    waiting = 0
    expect(told(1_500)).toEqual([0, 3])
    change()
    expect([1_600, 2_000, 2_999, 3_000].map(told)).toEqual([
      [0, 3],
      [0, 4],
      [undefined, 4],
      [0, 5],
    ])
    expect([watched?.whole(9_000).waiting, looks]).toEqual([0, 5])
  })

  test('one inspector watches several, and tells them apart', async () => {
    const created = await inspector()
    const first = await serve(async () => {}, { inspect: created.inspect })
    const second = await create(async () => {}, { inspect: created.inspect })
    second.pause()
    const page = await Page.open(created)
    await page.until(() => page.server(2) !== undefined)
    expect([page.server(1)?.address, page.server(1)?.state]).toEqual([
      `127.0.0.1:${first.listeningOn}`,
      'listening',
    ])
    expect(page.server(2)?.state).toBe('accept-paused.waiting')
  })

  test('that is over is forgotten when there are many', async () => {
    const created = await inspector()
    for (let count = 0; count < 12; count++) {
      const server = await serve(async () => {}, { inspect: created.inspect })
      await server.drain()
    }
    const page = await Page.open(created)
    await page.until(() => page.frames.length > 0)
    expect(page.frames[0]?.servers.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
  })

  test('is shown with its connections when the inspector comes later', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const client = await connectTo(server).connected
    await handler.run(0)
    server.actor.system.inspect({ next: created.inspect })
    server.maxConnections = 9
    const page = await Page.open(created)
    await page.until(() => page.connections.length === 1)
    client.destroy()
    handler.settleAll()
    await page.until(() => page.connections.length === 0)
  })
})

describe('a connection', () => {
  test('comes, is counted in bytes, and goes', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect })
    const page = await Page.open(created)
    const client = await connectTo(server).connected
    const { socket, settle } = await handler.run(0)
    await page.until(() => page.connections.length === 1)
    socket.resume()
    client.send('12345')
    const rows = () => page.frames.flatMap(({ servers }) => servers.flatMap(({ rows }) => rows))
    await page.until(() => rows().some(([, , , , read]) => read === 5))
    const [id, state, address, acceptedAt] = rows().at(-1) ?? []
    expect([id, state, address]).toEqual([1, 'serving.open', `127.0.0.1:${client.localPort}`])
    expect(Math.abs(Date.now() - Number(acceptedAt))).toBeLessThan(60_000)
    settle()
    await page.until(() => page.connections.length === 0)
  })

  test('that is opened is shown with its last events, also the end', async () => {
    const created = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect, onHandlerError: 'ignore' })
    const page = await Page.open(created)
    await connectTo(server).connected
    const { fail } = await handler.run(0)
    const asked = { viewer: page.hello?.viewer, server: 1, connection: 1 }
    expect((await post(created, 'open', asked)).status).toBe(204)
    const opened = () => page.frames.flatMap(({ opened }) => (opened ? [opened] : [])).at(-1)
    await page.until(() => opened()?.row[1] === 'serving.open')
    fail(new RangeError('not shown'))
    await page.until(() => opened()?.row[1] === 'closed')
    const [, , third] = opened()?.history ?? []
    expect(third).toMatchObject({
      event: 'handler.failed',
      from: 'serving.open',
      state: 'closing.flushing',
      payload: 'error: RangeError',
    })
    expect(opened()?.history.map(({ event }) => event)).toEqual([
      'xstate.init',
      'handler.started',
      'handler.failed',
      'writer.flushed',
      'peer.ended',
      'socket.closed',
    ])
    expect((await post(created, 'open', asked)).body).toBe('Connection 1 is gone\n')
    expect((await post(created, 'open', { ...asked, viewer: 'nobody' })).status).toBe(404)
  })
})

describe('the log', () => {
  test('has each event with its source, where it led and what came with it', async () => {
    const created = await inspector({ showPayloads: true })
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect, onHandlerError: 'ignore' })
    await connectTo(server).connected
    ;(await handler.run(0)).fail(new Error('told'))
    await server.waitForConnections((count) => count === 0)
    const page = await Page.open(created)
    await page.until(() => page.log.some(({ event }) => event === 'policy.ignored'))
    const lines = page.log.map(({ connection, event, state }) => `${connection} ${event} ${state}`)
    expect(lines.slice(1, 5)).toEqual([
      '1 xstate.init accepted.open',
      '0 connection.offered listening',
      '1 handler.started serving.open',
      '1 handler.failed closing.flushing',
    ])
    expect(
      page.log.find(({ connection, event }) => connection === 0 && event === 'handler.failed')?.payload,
    ).toMatch(/^error: Error: told, address: 127\.0\.0\.1:\d+$/)
  })

  test('is given to a page that comes later, as much as is kept', async () => {
    const created = await inspector({ maxEvents: 5 })
    const server = await serve(async () => {}, { inspect: created.inspect })
    for (let limit = 1; limit <= 20; limit++) server.maxConnections = limit
    const page = await Page.open(created)
    await page.until(() => page.log.length > 0)
    expect(page.log.map(({ payload }) => payload)).toEqual(
      [16, 17, 18, 19, 20].map((n) => `maxConnections: ${n}`),
    )
    expect(page.missed).toBe(0)
  })

  test('says how many events did not fit into one frame', async () => {
    const created = await inspector()
    const server = await serve(async () => {}, { inspect: created.inspect })
    const page = await Page.open(created)
    await page.until(() => page.log.length > 0)
    const before = page.log.length
    for (let limit = 1; limit <= 500; limit++) server.maxConnections = limit
    await page.until(() => page.log.length > before)
    expect([page.log.length - before, page.missed]).toEqual([200, 300])
  })
})

describe('a function of the user that calls inspector.inspect', () => {
  test('shows the same server', async () => {
    const created = await inspector()
    const run = async (inspect: (event: InspectionEvent) => void) => {
      const handler = new ManualHandler()
      const server = await serve(handler.handle, { inspect, maxConnections: 1 })
      const client = await connectTo(server).connected
      ;(await handler.run(0)).settle()
      await client.closed
      // A drain would hasten what has not ended by itself.
      await server.waitForConnections((count) => count === 0)
      await server.drain()
    }
    await run(created.inspect)
    await run((event) => created.inspect(event))
    const page = await Page.open(created)
    await page.until(() => page.log.length > 0)
    const [direct, called] = [1, 2].map((id) =>
      page.log
        .filter(({ server }) => server === id)
        .map(({ connection, event, from, state }) => [connection, event, from, state]),
    )
    expect(direct).toEqual(called)
    expect(direct?.length).toBeGreaterThan(8)
  })

  test('does not show actors of other systems', async () => {
    const { createActor, createMachine } = await import('xstate')
    const created = await inspector()
    createActor(createMachine({ id: 'other', initial: 'a', states: { a: {} } }), {
      inspect: created.inspect,
    }).start()
    const page = await Page.open(created)
    await serve(async () => {}, { inspect: created.inspect })
    await page.until(() => page.frames.some(({ servers }) => servers.length > 0))
    expect(page.server()?.id).toBe(1)
    expect(page.log.length).toBe(1)
  })
})
