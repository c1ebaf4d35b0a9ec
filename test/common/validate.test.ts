import { describe, expect, it } from 'vitest'
import {
  rejectUnknownKeys,
  requireBoolean,
  requireDuration,
  requireFunction,
  requireInteger,
  requireObject,
  requireOneOf,
  requireOptions,
  requireString,
} from '../../src/common/validate.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

const notNumbers = ['1', '', true, null, undefined, {}, [], [1], 1n, Symbol('one'), () => 1]
const notObjects = [1, 'x', true, null, undefined, [], [1], () => {}]

describe('requireInteger', () => {
  it.each([1, 2, 10])('takes %s', (value) => {
    expect(requireInteger('count', value, 1, 10)).toBe(value)
  })
  it.each(notNumbers)('finds that %o has the wrong type', (value) => {
    expectInvalid(() => requireInteger('count', value, 1, 10), 'count', value)
  })
  it.each([0, 11, -1, 1.5, NaN, Infinity, -Infinity])('finds %s out of range', (value) => {
    expectOutOfRange(() => requireInteger('count', value, 1, 10), 'count', value)
  })
  it('says what the range is', () => {
    expect(() => requireInteger('count', 0, 1, 10)).toThrow(
      'count must be an integer from 1 to 10, but it is 0',
    )
    expect(() => requireInteger('count', 0, 1, Number.MAX_SAFE_INTEGER)).toThrow('an integer of at least 1')
  })
})

describe('requireDuration', () => {
  it.each([0, 0.5, 1, 2 ** 31 - 1])('takes %s', (value) => {
    expect(requireDuration('timeout', value)).toBe(value)
  })
  it.each(notNumbers)('finds that %o has the wrong type', (value) => {
    expectInvalid(() => requireDuration('timeout', value), 'timeout', value)
  })
  it.each([-1, NaN, Infinity, 2 ** 31])('finds %s out of range', (value) => {
    expectOutOfRange(() => requireDuration('timeout', value), 'timeout', value)
  })
})

describe('requireBoolean', () => {
  it.each([true, false])('takes %s', (value) => {
    expect(requireBoolean('isOn', value)).toBe(value)
  })
  it.each([0, 1, 'true', '', null, undefined, {}, []])('rejects %o', (value) => {
    expectInvalid(() => requireBoolean('isOn', value), 'isOn', value)
  })
})

describe('requireString', () => {
  it('takes a string', () => {
    expect(requireString('host', 'localhost')).toBe('localhost')
  })
  it.each([0, true, null, undefined, {}, ['a'], ''])('rejects %o', (value) => {
    expectInvalid(() => requireString('host', value), 'host', value)
  })
})

describe('requireFunction', () => {
  it('takes a function', () => {
    const handler = () => {}
    expect(requireFunction('handler', handler)).toBe(handler)
  })
  it.each([0, true, null, undefined, {}, [], 'x'])('rejects %o', (value) => {
    expectInvalid(() => requireFunction('handler', value), 'handler', value)
  })
})

describe('requireOneOf', () => {
  it('takes an allowed value', () => {
    expect(requireOneOf('strategy', 'hold', ['hold', 'rebind'])).toBe('hold')
  })
  it.each(['Hold', '', 'hold ', null, undefined, 0, ['hold'], {}])('rejects %o', (value) => {
    const check = () => requireOneOf('strategy', value, ['hold', 'rebind'])
    expectInvalid(check, 'strategy', value)
    expect(check).toThrow("'hold' or 'rebind'")
  })
})

describe('requireObject', () => {
  it('takes an object, one without a prototype too', () => {
    const given = Object.create(null) as object
    expect(requireObject('options', given, 'an object')).toBe(given)
  })
  it.each(notObjects)('rejects %o', (value) => {
    expectInvalid(() => requireObject('options', value, 'an object'), 'options', value)
  })
})

describe('rejectUnknownKeys', () => {
  it('takes known keys', () => {
    rejectUnknownKeys('options', { port: 1 }, ['port', 'host'])
  })
  it('names the key, its value, and what there is', () => {
    const check = () => rejectUnknownKeys('options', { prot: 1 }, ['port', 'host'])
    expectInvalid(check, 'options.prot', 1)
    expect(check).toThrow('; known: port, host')
  })
  it.each([
    ['maxConection', 'maxConnections'],
    ['noDealy', 'noDelay'],
    ['MaxConnections', 'maxConnections'],
    ['backlogs', 'backlog'],
    ['maxConnectionPerAddress', 'maxConnectionsPerAddress'],
  ])('guesses that %s was to be %s', (key, meant) => {
    const known = ['maxAcceptsPerBatch', 'maxConnections', 'maxConnectionsPerAddress', 'noDelay', 'backlog']
    expect(() => rejectUnknownKeys('options', { [key]: 1 }, known)).toThrow(
      `; did you mean ${meant}? Known: ${known.join(', ')}`,
    )
  })
})

describe('requireOptions', () => {
  const check = (options: object) => requireOptions<{ timeout?: number }>('drain', options, ['timeout'])

  it('takes an object with some of the options, or none', () => {
    const options = { timeout: 1 }
    expect(check(options)).toBe(options)
    expect(check({})).toEqual({})
  })
  it.each(notObjects)('rejects %o, and names the method', (value) => {
    expectInvalid(() => check(value as never), 'The argument of drain()', value)
    expect(() => check(value as never)).toThrow('must be { timeout? }')
  })
  it('rejects an option that the method does not have', () => {
    expectInvalid(() => check({ timeoutt: 1 }), 'drain.timeoutt', 1)
  })
})
