import { describe, expect, test } from 'vitest'
import { describePayload, describeValueOf } from '../../../src/inspector/watch/payload.ts'

const SECRET = 'the-client-has-sent-this'

function hidden(payload: object): string | undefined {
  return describePayload({ type: 'event', ...payload }, false)
}

function shown(payload: object): string | undefined {
  return describePayload({ type: 'event', ...payload }, true)
}

test('an event with a type alone has no payload', () => {
  expect(hidden({})).toBeUndefined()
  expect(hidden({ strategy: undefined })).toBeUndefined()
})

test("the library's own words, numbers and addresses are shown", () => {
  expect(hidden({ strategy: 'hold', maxConnections: 5, closeExistingConnections: true })).toBe(
    'strategy: hold, maxConnections: 5, closeExistingConnections: true',
  )
  expect(hidden({ address: { family: 'IPv6', address: '::1', port: 7000 } })).toBe('address: [::1]:7000')
})

describe('data that a client may have sent is hidden without showPayloads:', () => {
  const carriers: Record<string, object> = {
    text: { text: SECRET },
    'text under a name of the library': { strategy: SECRET },
    'text inside': { a: { b: [SECRET] } },
    'a key': { a: { [SECRET]: 1 } },
    "an error's message": { error: new Error(SECRET) },
    "an error's cause": { error: new Error('x', { cause: new Error(SECRET) }) },
    'an object that is no address': { address: { family: 'other', address: SECRET } },
  }
  for (const [name, payload] of Object.entries(carriers)) {
    test(name, () => {
      expect(hidden(payload)).not.toContain(SECRET)
      expect(shown(payload)).toContain(SECRET)
    })
  }

  test('bytes: only how many', () => {
    expect(hidden({ data: Buffer.from(SECRET) })).toBe(`data: ${SECRET.length} bytes`)
    expect(shown({ data: Buffer.from([1, 2, 255]) })).toBe('data: 3 bytes 0102ff')
    expect(hidden({ data: new ArrayBuffer(4) })).toBe('data: 4 bytes')
  })

  test('of an error the name and the code are', () => {
    const error = Object.assign(new RangeError(SECRET), { code: 'ERR_X' })
    expect(hidden({ error })).toBe('error: RangeError ERR_X')
  })
})

test('a payload is cut to a short text', () => {
  const long = 'x'.repeat(1_000_000)
  const payload = { long, list: Array.from({ length: 1000 }, () => long), [long]: 1, error: new Error(long) }
  expect(shown(payload)?.length).toBeLessThan(520)
  expect(hidden(payload)?.length).toBeLessThan(520)
})

test('a payload of circular or throwing objects does not throw', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  expect(shown({ circle })).toContain('{…}')
  const trap = {
    get thrown() {
      throw new Error('a getter')
    },
  }
  expect(shown({ trap })).toBe('cannot be shown')
  expect(describeValueOf('trap', trap, true)).toBe('cannot be shown')
  expect(shown({ a: 1n, b: Symbol('b'), c: () => {}, d: null })).toBe(
    'a: 1n, b: a symbol, c: a function, d: null',
  )
})
