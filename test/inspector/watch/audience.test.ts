import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { Frame } from '../../../src/inspector/protocol.ts'
import { Audience } from '../../../src/inspector/watch/audience.ts'
import { Watch } from '../../../src/inspector/watch/watch.ts'
import { connectTo } from '../../support/client.ts'
import { inspector, Page } from '../../support/inspect.ts'
import { ManualHandler, serve } from '../../support/serve.ts'
import { turns } from '../../support/turns.ts'
import { allUncaught } from '../../support/uncaught.ts'

/** A response whose peer takes what it is given, or not. */
class Taker {
  isSlow = false
  isDestroyed = false
  readonly frames: Frame[] = []
  bytes = 0
  #closed: () => void = () => {}

  get writableNeedDrain(): boolean {
    return this.isSlow
  }

  write(text: string): boolean {
    this.bytes += text.length
    const [, data] = /^event: frame\ndata: (.*)\n\n$/.exec(text) ?? []
    if (data) this.frames.push(JSON.parse(data))
    return !this.isSlow
  }

  on(_event: 'close', listener: () => void): void {
    this.#closed = listener
  }

  destroy(): void {
    this.isDestroyed = true
    this.#closed()
  }

  end(): void {
    this.#closed()
  }

  get asResponse(): ServerResponse {
    return this as never
  }
}

async function start(maxEvents = 1_000) {
  const watch = new Watch({ maxEvents, showPayloads: false })
  const audience = new Audience(watch)
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { inspect: (event) => watch.observe(event) })
  const taker = new Taker()
  audience.add(taker.asResponse, false)
  return { watch, audience, server, handler, taker }
}

test('a page whose response throws does not keep others from theirs', async () => {
  const errors = allUncaught()
  const { audience, server, taker } = await start()
  const broken = new Taker()
  audience.add(broken.asResponse, false)
  const last = new Taker()
  audience.add(last.asResponse, false)
  const before = [taker, last].map(({ frames }) => frames.length)
  broken.write = () => {
    throw 'broken'
  }
  broken.end = broken.write as never
  server.maxConnections = 7
  audience.frame()
  expect([taker, last].map(({ frames }) => frames.length)).toEqual(before.map((count) => count + 1))
  audience.close()
  expect(audience.size).toBe(1)
  await turns(1)
  expect(errors).toEqual(['broken', 'broken'])
})

test('a page that is slow is given nothing meanwhile, and all at once when it is ready', async () => {
  const { audience, watch, server, taker, handler } = await start(50)
  const before = watch.log.end
  taker.isSlow = true
  const client = await connectTo(server).connected
  await handler.run(0)
  const taken = taker.bytes
  for (let limit = 1; limit <= 1_000; limit++) {
    server.maxConnections = limit
    audience.frame()
  }
  expect(taker.bytes).toBe(taken)
  taker.isSlow = false
  audience.frame()
  const frame = taker.frames.at(-1)
  expect(frame?.servers[0]).toMatchObject({ isWhole: true, maxConnections: 1_000, connections: 1 })
  expect(frame?.servers[0]?.rows.map(([id, state]) => [id, state])).toEqual([[1, 'serving.open']])
  expect(frame?.log.entries.length).toBe(50)
  expect(frame?.log.missed).toBe(watch.log.end - before - 50)
  client.destroy()
  handler.settleAll()
  audience.close()
})

test('a page that has stalled for a minute is cut off', async () => {
  const { audience, taker } = await start()
  taker.isSlow = true
  const now = Date.now()
  audience.frame(now)
  audience.frame(now + 60_000)
  expect(taker.isDestroyed).toBe(false)
  audience.frame(now + 60_001)
  expect([taker.isDestroyed, audience.size]).toEqual([true, 0])
})

test('a slow page does not hold up the others', async () => {
  const { audience, server, taker } = await start()
  const other = new Taker()
  audience.add(other.asResponse, false)
  taker.isSlow = true
  server.pause()
  audience.frame()
  expect(other.frames.at(-1)?.servers[0]?.state).toBe('accept-paused.waiting')
  expect(taker.frames.at(-1)?.servers[0]?.state).toBe('listening')
  audience.close()
})

test('a second page gets everything, the first only news', async () => {
  const { audience, server, taker } = await start()
  audience.frame()
  const other = new Taker()
  server.maxConnections = 3
  audience.add(other.asResponse, false)
  expect(other.frames.map(({ servers }) => servers[0]?.isWhole)).toEqual([true])
  expect(taker.frames.at(-1)?.servers[0]).toMatchObject({ isWhole: false, maxConnections: 3 })
  audience.close()
})

test('connections that come and go between two frames are counted, not shown', async () => {
  const { audience, server, taker, handler } = await start()
  for (let count = 0; count < 20; count++) {
    const client = await connectTo(server).connected
    ;(await handler.run(count)).settle()
    await client.closed
    await server.waitForConnections((live) => live === 0)
  }
  taker.frames.length = 0
  audience.frame()
  // The timer may have made frames of its own; none may leave anything behind.
  const rows = taker.frames.flatMap(({ servers }) => servers.flatMap(({ rows }) => rows.map(([id]) => id)))
  const gone = taker.frames.flatMap(({ servers }) => servers.flatMap(({ gone }) => gone))
  for (const id of rows) expect(gone).toContain(id)
  expect(taker.frames.at(-1)?.servers[0]?.totals.accepted).toBe(20)
  audience.close()
})

test('no frame is remembered while no page is open', async () => {
  const { audience, watch, server, taker } = await start()
  taker.end()
  expect(audience.size).toBe(0)
  server.pause()
  server.resume()
  const [watched] = watch.servers.values()
  const kept = watched?.takeChanges(0)
  expect(kept?.transitions).toEqual([])
})

test('a real page that does not read is served again when it does', async () => {
  const created = await inspector()
  const server = await serve(async () => {}, { inspect: created.inspect, maxConnections: 1 })
  const page = await Page.open(created)
  page.response.pause()
  for (let turn = 0; turn < 200; turn++) {
    for (let limit = 0; limit < 200; limit++) server.maxConnections = turn * 200 + limit + 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  page.response.resume()
  await page.until(() => page.server()?.maxConnections === 40_000)
  expect(page.log.length + page.missed).toBeGreaterThanOrEqual(40_000)
})
