import { afterEach, expect, test, vi } from 'vitest'
import { type Handler, Server } from '../../src/index.ts'
import { createInspector } from '../../src/inspector/index.ts'

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
