import { request } from 'node:http'
import { expect, test, vi } from 'vitest'
import { ask, inspector, Page } from '../../support/inspect.ts'
import { serve } from '../../support/serve.ts'

vi.mock('node:module', async (original) => {
  const actual = await original<typeof import('node:module')>()
  const createRequire = (from: string | URL) => {
    const require = actual.createRequire(from)
    const missing = (id: string) => (id === 'ws' ? require('ws-that-is-not-installed') : require(id))
    return Object.assign(missing, require)
  }
  return { ...actual, createRequire }
})

test('without the package ws, the page is there, and statelyUrl says what to install', async () => {
  const created = await inspector()
  const server = await serve(async () => {}, { inspect: created.inspect })
  server.pause()
  const page = await Page.open(created)
  await page.until(() => page.server()?.state === 'accept-paused.waiting')
  expect(() => created.statelyUrl).toThrow(
    expect.objectContaining({
      name: 'WebSocketUnavailableError',
      code: 'ERR_WEBSOCKET_UNAVAILABLE',
      message: expect.stringContaining('npm install ws@8'),
      cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }),
    }),
  )
})

test('without the package ws, a viewer is refused, and told what to install', async () => {
  const created = await inspector()
  const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    request(`${created.url}stately`, { headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
      .on('error', reject)
      .end()
  })
  expect(answer).toEqual({ status: 501, body: expect.stringContaining('npm install ws@8') })
  expect((await ask(created.url)).status).toBe(200)
})
