import { describe, expect, test } from 'vitest'
import { loadAssets } from '../../../src/inspector/http/assets.ts'
import { ask, inspector, Page, post } from '../../support/inspect.ts'

const json = { 'content-type': 'application/json' }

test('the page and its files are served with headers that let in nothing else', async () => {
  const { url } = await inspector()
  const page = await ask(url)
  expect(page.status).toBe(200)
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  const policy = page.headers['content-security-policy']
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toContain('unsafe')
  expect((await ask(`${url}style/layout.css`)).headers['content-type']).toBe('text/css; charset=utf-8')
})

test('the page has no script or handler of its own, and names nothing from elsewhere', () => {
  for (const { type, content: body } of loadAssets().values()) {
    expect(type).not.toContain('script')
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(body).not.toMatch(/\son\w+=/)
    expect(
      body
        .replaceAll("xmlns='http://www.w3.org/2000/svg'", '')
        .replaceAll('xmlns="http://www.w3.org/2000/svg"', ''),
    ).not.toMatch(/https?:|\/\/\w|@import|url\(/)
  }
})

test('without the slash the page is found as well', async () => {
  const { url } = await inspector()
  const { status, headers } = await ask(url.slice(0, -1))
  expect(status).toBe(308)
  expect(new URL(headers.location ?? '', url).href).toBe(url)
})

describe('the page', () => {
  const paths = ['', 'style/layout.css', 'events', 'nothing']

  test('answers 404 without a token, or with a wrong one', async () => {
    const { url } = await inspector({ control: true })
    const { origin } = new URL(url)
    const token = new URL(url).pathname.slice(1, -1)
    for (const wrong of [
      '',
      'x',
      token.slice(1),
      `${token}x`,
      token.split('').reverse().join(''),
      `${token}%00`,
    ]) {
      for (const path of paths) {
        const { status, body } = await ask(`${origin}/${wrong}/${path}`)
        expect([status, body], `${wrong}/${path}`).toEqual([
          403,
          'The token in the URL is missing or wrong.\n',
        ])
      }
      expect(
        (await ask(`${origin}/${wrong}/control`, { method: 'POST', headers: json, body: '{}' })).status,
      ).toBe(403)
    }
    expect((await ask(`${origin}/?token=${token}`)).status).toBe(403)
    expect((await ask(`${origin}/`, { headers: { cookie: `token=${token}` } })).status).toBe(403)
  })

  test('refuses a foreign Host, though it has the token', async () => {
    const { url } = await inspector()
    for (const path of paths) {
      const { status, body } = await ask(url + path, { headers: { host: 'evil.example' } })
      expect([status, body]).toEqual([403, 'The Host of the request is not known here.\n'])
    }
    expect((await ask(url, { headers: { host: 'localhost:1234' } })).status).toBe(200)
  })

  test('refuses a foreign Origin, though it has the token', async () => {
    const created = await inspector({ control: true })
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1']) {
      for (const path of ['', 'events'])
        expect((await ask(created.url + path, { headers: { origin } })).status, path).toBe(403)
      expect((await post(created, 'control', {}, { origin })).status).toBe(403)
      expect((await post(created, 'open', {}, { origin })).status).toBe(403)
    }
    expect((await ask(`${created.url}events`, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      403,
    )
  })

  test('is served to a user who follows a link from another page', async () => {
    const { url } = await inspector()
    expect((await ask(url, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
  })

  test('is served under the names of the option allowedHosts', async () => {
    const { url } = await inspector({ allowedHosts: ['Inspect.Example'] })
    expect((await ask(url, { headers: { host: 'inspect.example' } })).status).toBe(200)
  })

  test('answers 404 for an unknown connection and 400 for an unknown command', async () => {
    const created = await inspector({ control: true })
    expect((await ask(`${created.url}nothing`)).status).toBe(404)
    expect((await ask(`${created.url}../package.json`)).status).toBe(403)
    expect((await ask(`${created.url}inspector/page/..%2f..%2findex.js`)).status).toBe(404)
    expect((await post(created, 'nothing', {})).status).toBe(404)
    expect((await ask(created.url, { method: 'DELETE' })).status).toBe(405)
  })

  test('refuses commands sent by a form, too long ones, and text that is no JSON', async () => {
    const { url } = await inspector({ control: true })
    const form = { 'content-type': 'text/plain' }
    expect((await ask(`${url}control`, { method: 'POST', headers: form, body: '{}' })).status).toBe(415)
    const long = JSON.stringify({ long: 'x'.repeat(5_000) })
    expect((await ask(`${url}control`, { method: 'POST', headers: json, body: long })).status).toBe(413)
    expect((await ask(`${url}control`, { method: 'POST', headers: json, body: '{' })).status).toBe(400)
    expect((await ask(`${url}open`, { method: 'POST', headers: json, body: 'null' })).status).toBe(400)
  })

  test('refuses a malformed request to open a connection', async () => {
    const created = await inspector()
    const page = await Page.open(created)
    const viewer = page.hello?.viewer
    const told = async (request: object) => (await post(created, 'open', request)).body.trim()
    expect(await told({})).toBe('viewer must be a string, but it is undefined')
    expect(await told({ viewer, server: '1' })).toBe("server must be an integer, but it is '1'")
    expect(await told({ viewer, server: 1, connection: null })).toBe(
      'connection must be an integer, but it is null',
    )
    expect(await told({ viewer, connexion: 1 })).toMatch(/^The request\.connexion is not known .*connection/)
    expect((await post(created, 'open', { viewer })).status).toBe(204)
    expect((await post(created, 'open', [viewer])).status).toBe(400)
  })

  test('is refused to a 33rd viewer', async () => {
    const created = await inspector()
    for (let count = 0; count < 32; count++) await Page.open(created)
    expect((await ask(`${created.url}events`)).status).toBe(503)
  })
})
