import { createWebSocketReceiver } from '@statelyai/inspect'
import { afterEach, expect, test, vi } from 'vitest'
import { type Handler, Server } from '../../src/index.ts'
import { createInspector, type Inspector } from '../../src/inspector/index.ts'
import { ask, Page, post } from '../support/inspect.ts'

const console = { log: vi.fn() }
afterEach(() => vi.clearAllMocks())

const handler: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) writer.writeLine(line)
}

test('the page of an inspector is served at its URL', async () => {
  // #region inspector
  const inspector = await createInspector()
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, handler, {
    inspect: inspector.inspect,
  })
  console.log(inspector.url)
  // #endregion
  expect(console.log).toHaveBeenCalledWith(expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/))
  const response = await fetch(inspector.url)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('xstate-tcp')
  await server.drain()
  await inspector.close()
})

const serve = () => Server.create({ port: 0, host: '127.0.0.1' }, handler)

test('an inspector is attached to a server that exists', async () => {
  const server = await serve()
  // #region inspect-later
  const inspector = await createInspector()
  server.actor.system.inspect(inspector.inspect)
  // #endregion
  server.pause()
  const page = await Page.open(inspector)
  await page.until(() => page.server()?.state === 'accept-paused.waiting')
  page.close()
  await server.drain()
  await inspector.close()
})

test('an inspector with control takes commands', async () => {
  const server = await serve()
  const open = async (options: { port: number; control: boolean; showPayloads: boolean }) =>
    createInspector({ ...options, port: 0 })
  const inspector = await (async (createInspector: typeof open): Promise<Inspector> => {
    // #region control
    const inspector = await createInspector({ port: 7001, control: true, showPayloads: true })
    // #endregion
    return inspector
  })(open)
  server.actor.system.inspect(inspector.inspect)
  server.pause()
  expect((await ask(inspector.url)).status).toBe(200)
  expect(await post(inspector, 'control', { server: 1, command: 'resume' })).toMatchObject({ status: 204 })
  expect(server.state).toBe('listening')
  await server.drain()
  await inspector.close()
})

test("Stately's receiver hears of events", async () => {
  const server = await serve()
  // #region stately
  const inspector = await createInspector()
  server.actor.system.inspect(inspector.inspect)
  createWebSocketReceiver({ server: inspector.statelyUrl }).subscribe((event) => {
    if (event.type === '@xstate.event') console.log(event.event.type)
  })
  // #endregion
  await vi.waitFor(() => {
    server.maxConnections++
    expect(console.log).toHaveBeenCalledWith('limit.changed')
  })
  await server.drain()
  await inspector.close()
})
