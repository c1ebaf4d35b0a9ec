import { describe, expect, test } from 'vitest'
import {
  type ConnectionCommand,
  connectionCommands,
  listenerCommands,
  requireCommandOf,
} from '../../src/options/commands.ts'
import { hostileValues } from '../support/hostile.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

const toListener = (event: unknown) => requireCommandOf('server.actor', listenerCommands, event)
const toConnection = (event: unknown) =>
  requireCommandOf<ConnectionCommand>('connection.actor', connectionCommands, event)

describe('a right command is given back as a copy', () => {
  test.each([
    { type: 'pause' },
    { type: 'pause', strategy: 'rebind' },
    { type: 'pause', strategy: undefined },
    { type: 'resume' },
    { type: 'drop.start' },
    { type: 'drop.stop' },
    { type: 'limit.changed', maxConnections: 1 },
    { type: 'close' },
    { type: 'close', closeExistingConnections: true },
  ])('%o, to a listener', (event) => {
    expect(toListener(event)).toEqual(event)
    expect(toListener(event)).not.toBe(event)
  })

  test.each([{ type: 'destroy' }, { type: 'destroy', error: new TypeError('mine') }])(
    '%o, to a connection',
    (event) => {
      expect(toConnection(event)).toEqual(event)
    },
  )
})

describe('a command whose fields say one thing to the check and another later', () => {
  const changing = <Value>(first: Value, later: unknown) => {
    let looks = 0
    return () => (looks++ === 0 ? first : later)
  }

  test.each([
    ['type', 'resume', 'connection.settled', {}],
    ['maxConnections', 2, -5, { type: 'limit.changed' }],
    ['strategy', 'hold', 'evil', { type: 'pause' }],
    ['timeout', 5, -1, { type: 'drain' }],
  ])('as %s, is what it said to the check', (name, first, later, rest) => {
    const event = Object.defineProperty({ ...rest }, name, { enumerable: true, get: changing(first, later) })
    expect(toListener(event)).toEqual({ ...rest, [name]: first })
  })
})

test.each([
  [{ type: 'pause', strategi: 'rebind' }, /pause\.strategi is not known.*did you mean.*strategy/is],
  [{ type: 'drain', timout: 3 }, /drain\.timout is not known/],
  [{ type: 'close', closeexisting: true }, /close\.closeexisting is not known/],
])('%o, with a field that it does not have, is refused', (event, message) => {
  expect(() => toListener(event)).toThrow(message)
})

describe('a value that is no command is refused', () => {
  test.each([undefined, null, 'pause', 7, [], {}, { type: undefined }, { type: ['pause'] }])(
    '%o',
    (event) => {
      expectInvalid(() => toListener(event), 'What is sent to server.actor', event)
      expectInvalid(() => toConnection(event), 'What is sent to connection.actor', event)
    },
  )

  test.each(['connection.offered', 'destroy', 'constructor', '__proto__', 'Pause', ''])(
    'of the type %o, to a listener',
    (type) => {
      expectInvalid(() => toListener({ type }), 'What is sent to server.actor', { type })
    },
  )

  test.each(['cut', 'pause', 'handler.settled', 'toString'])('of the type %o, to a connection', (type) => {
    expectInvalid(() => toConnection({ type }), 'What is sent to connection.actor', { type })
  })

  test.each(Object.entries(hostileValues))('%s', (_name, event) => {
    expect(() => toListener(event)).toThrow(/^What is sent to server\.actor must be a command/)
  })

  test('with all commands that there are', () => {
    expect(() => toConnection({})).toThrow("must be a command: { type: 'destroy' }, but it is {}")
    expect(() => toListener({})).toThrow("{ type: 'pause', 'resume', 'drop.start'")
    expect(() => toListener({})).toThrow("'close' or 'drain' }, but it is {}")
  })
})

describe('a wrong field is named', () => {
  test.each([null, 'Hold', 1])('strategy %o', (strategy) => {
    expectInvalid(() => toListener({ type: 'pause', strategy }), 'strategy', strategy)
  })
  test.each([undefined, null, '1'])('maxConnections %o', (maxConnections) => {
    const check = () => toListener({ type: 'limit.changed', maxConnections })
    expectInvalid(check, 'maxConnections', maxConnections)
  })
  test('maxConnections 0', () => {
    const check = () => toListener({ type: 'limit.changed', maxConnections: 0 })
    expectOutOfRange(check, 'maxConnections', 0)
  })
  test.each([null, 1, 'yes'])('closeExistingConnections %o', (given) => {
    const check = () => toListener({ type: 'close', closeExistingConnections: given })
    expectInvalid(check, 'closeExistingConnections', given)
  })
  test.each([null, 'late', {}])('error %o', (error) => {
    expectInvalid(() => toConnection({ type: 'destroy', error }), 'error', error)
  })
  test.each(Object.entries(hostileValues))('error: %s', (_name, error) => {
    expect(() => toConnection({ type: 'destroy', error })).toThrow(/^error must be an Error/)
  })
})
