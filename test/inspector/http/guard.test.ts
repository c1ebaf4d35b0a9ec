import { describe, expect, test } from 'vitest'
import { Guard } from '../../../src/inspector/http/guard.ts'

const guard = new Guard({
  host: '127.0.0.1',
  allowedHosts: ['inspect.example'],
  allowedOrigins: ['https://viewer.example'],
})

test('a token has 192 random bits, and is different for each', () => {
  const tokens = new Set(
    Array.from({ length: 100 }, () => new Guard({ host: 'x', allowedHosts: [], allowedOrigins: [] }).token),
  )
  expect(tokens.size).toBe(100)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/)
})

test('accepts no token but its own', () => {
  expect(guard.isToken(guard.token)).toBe(true)
  for (const wrong of [
    '',
    guard.token.slice(1),
    `${guard.token}x`,
    guard.token.toUpperCase(),
    'é'.repeat(32),
  ]) {
    expect(guard.isToken(wrong), wrong).toBe(false)
  }
})

describe('the Host', () => {
  test.each([
    '127.0.0.1:80',
    '127.0.0.1',
    'localhost:1',
    'LOCALHOST',
    '[::1]:7',
    '192.0.2.1:7',
    'inspect.example',
  ])('%j is accepted', (host) => expect(guard.isHostAllowed({ host })).toBe(true))

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'xinspect.example',
    '[::1',
    '[evil]',
    '127.0.0.1@evil.example',
    '127.0.0.1:80:80',
    'localhost, evil.example',
  ])('%j is refused', (host) => {
    expect(guard.isHostAllowed(host === undefined ? {} : { host })).toBe(false)
  })
})

describe('the Origin', () => {
  const host = '127.0.0.1:7000'

  test('is accepted of its own page, and where there is none', () => {
    expect(guard.isOwnOrigin({ host })).toBe(true)
    expect(guard.isOwnOrigin({ host, origin: `http://${host}` })).toBe(true)
    expect(guard.isOwnOrigin({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(true)
  })

  test.each([
    'null',
    'http://evil.example',
    'http://127.0.0.1:7001',
    `http://${host}.evil.example`,
    `ftp://${host}`,
  ])('%j is refused', (origin) => expect(guard.isOwnOrigin({ host, origin })).toBe(false))

  test('is refused where the browser says that the request is from another site', () => {
    expect(guard.isOwnOrigin({ host, 'sec-fetch-site': 'cross-site' })).toBe(false)
    expect(guard.isOwnOrigin({ host, 'sec-fetch-site': 'same-site' })).toBe(false)
  })

  test('is accepted of the option allowedOrigins', () => {
    const headers = { host, origin: 'https://viewer.example', 'sec-fetch-site': 'cross-site' } as const
    expect(guard.isOriginAllowed(headers)).toBe(true)
    expect(guard.isOwnOrigin(headers)).toBe(false)
    expect(guard.isOriginAllowed({ host, origin: 'https://other.example' })).toBe(false)
  })
})
