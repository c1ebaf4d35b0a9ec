import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createInspector } from '../../src/inspector/index.ts'
import { connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { ask, inspector, Page } from '../support/inspect.ts'
import { Fixture, packageEntry } from '../support/package.ts'
import { ManualHandler, serve } from '../support/serve.ts'

const entry = packageEntry()

test('an inspector is on loopback, on a port of its own, below a token of its own', async () => {
  const [one, other] = [await inspector(), await inspector()]
  expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/)
  expect(one.statelyUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/stately$/)
  expect(new URL(one.url).pathname).not.toBe(new URL(other.url).pathname)
})

test('an inspector listens on the host and port that it is given', async () => {
  const { url } = await inspector({ host: '::1' })
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+\//)
  expect((await ask(url)).status).toBe(200)
  const taken = Number(new URL(url).port)
  await expect(createInspector({ host: '::1', port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('where it listens on all addresses, the URL is one that can be reached', async () => {
  const { url } = await inspector({ host: '0.0.0.0' })
  expect(new URL(url).hostname).toBe('127.0.0.1')
  expect((await ask(url)).status).toBe(200)
})

test('close ends the pages, frees the port, is the same promise twice, and leaves the server alone', async () => {
  const before = openDescriptors()
  const created = await inspector()
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { inspect: created.inspect })
  const page = await Page.open(created)
  const { port } = new URL(created.url)
  const closing = created.close()
  expect(created.close()).toBe(closing)
  await closing
  await page.until(() => true)
  await new Promise<void>((resolve) =>
    page.response.closed ? resolve() : page.response.once('close', resolve),
  )
  const next = createServer().listen(Number(port), '127.0.0.1')
  await new Promise((resolve) => next.once('listening', resolve))
  await new Promise((resolve) => next.close(resolve))

  const client = await connectTo(server).connected
  ;(await handler.run(0)).settle()
  await client.closed
  await server.drain()
  // Those of tests before it may have been closed meanwhile.
  expect(before).toEqual(expect.arrayContaining(openDescriptors()))
})

test('an inspector is disposable', async () => {
  let url: string
  {
    await using created = await createInspector()
    url = created.url
  }
  await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('an inspector does not keep its process alive, looked at or not', async () => {
  const fixture = new Fixture(entry, 'inspected.mjs')
  expect(await fixture.next()).toBe('looks')
  await fixture.output()
  expect(fixture.process.exitCode).toBe(0)
  expect(fixture.errors).toBe('')
})
