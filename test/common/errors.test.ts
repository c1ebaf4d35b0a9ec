import { describe, expect, it } from 'vitest'
import { asError, describeValue } from '../../src/common/errors.ts'
import * as api from '../../src/index.ts'
import { hostileValues } from '../support/hostile.ts'

/** Users compare codes: none of these may ever change. */
const codes: Record<string, { code: string; error: Error; says?: string }> = {
  InvalidOptionError: { code: 'ERR_INVALID_ARG_VALUE', error: new api.InvalidOptionError('why') },
  OptionRangeError: { code: 'ERR_OUT_OF_RANGE', error: new api.OptionRangeError('why') },
  HoldUnavailableError: { code: 'ERR_HOLD_UNAVAILABLE', error: new api.HoldUnavailableError('why') },
  RebindUnavailableError: { code: 'ERR_REBIND_UNAVAILABLE', error: new api.RebindUnavailableError('why') },
  InterfaceUnavailableError: {
    code: 'ERR_INTERFACE_UNAVAILABLE',
    error: new api.InterfaceUnavailableError('why'),
  },
  NonErrorThrownError: { code: 'ERR_NON_ERROR_THROWN', error: new api.NonErrorThrownError('why') },
  OutageError: { code: 'ERR_SERVER_OUTAGE', error: new api.OutageError('[::1]:80', new Error('why')) },
  DescriptorsExhaustedError: {
    code: 'ERR_DESCRIPTORS_EXHAUSTED',
    error: new api.DescriptorsExhaustedError(true),
    says: 'may have been accepted and closed',
  },
  UnexpectedEndError: {
    code: 'ERR_UNEXPECTED_END',
    error: new api.UnexpectedEndError('why', Buffer.from('abc')),
  },
  MaxLengthExceededError: {
    code: 'ERR_MAX_LENGTH_EXCEEDED',
    error: new api.MaxLengthExceededError('why', 5),
  },
  ReadTimeoutError: {
    code: 'ERR_READ_TIMEOUT',
    error: new api.ReadTimeoutError(5),
    says: 'has not come within 5 ms (timeout)',
  },
  WriteTimeoutError: {
    code: 'ERR_WRITE_TIMEOUT',
    error: new api.WriteTimeoutError(5, 7),
    says: 'has not been taken within 5 ms (timeout); 7 bytes still wait',
  },
  ReadPendingError: {
    code: 'ERR_READ_PENDING',
    error: new api.ReadPendingError(),
    says: 'waiting for the result of another read',
  },
  WriterClosedError: {
    code: 'ERR_WRITER_CLOSED',
    error: new api.WriterClosedError(),
    says: 'was closed by close()',
  },
  BufferAgeLimitError: {
    code: 'ERR_BUFFER_AGE_LIMIT',
    error: new api.BufferAgeLimitError('[::1]:80', 7, 120_000),
    says: '[::1]:80 has not taken what was written 120000 ms ago (bufferAgeLimit); 7 bytes',
  },
  BufferLimitError: {
    code: 'ERR_BUFFER_LIMIT',
    error: new api.BufferLimitError('[::1]:80', 7, 6),
    says: '[::1]:80 made its connection hold 7 bytes, the most of all, when together they held more than 6',
  },
  ActorNotStoppableError: {
    code: 'ERR_ACTOR_NOT_STOPPABLE',
    error: new api.ActorNotStoppableError('server.close()'),
    says: 'server.close()',
  },
  ClientError: {
    code: 'ERR_PROXY_HEADER',
    error: new api.ClientError('why', { code: 'ERR_PROXY_HEADER', phase: 'header' }),
  },
  StartTlsError: { code: 'ERR_START_TLS', error: new api.StartTlsError('why') },
  ServerClosedError: { code: 'ERR_SERVER_CLOSED', error: new api.ServerClosedError('why') },
}

const isErrorClass = (value: unknown): value is new () => Error =>
  typeof value === 'function' && value.prototype instanceof Error

describe('the error classes', () => {
  const exported = Object.entries(api).filter(([, value]) => isErrorClass(value))

  it.each(exported.map(([name]) => name))('%s has its own stable code and says why', (name) => {
    const { code, error, says = 'why' } = codes[name] ?? {}
    expect(error).toMatchObject({ code })
    expect(error?.constructor.name).toBe(name)
    expect(error?.message).toContain(says)
  })

  it('share no code', () => {
    expect(exported.length).toBe(Object.keys(codes).length)
    expect(new Set(Object.values(codes).map(({ code }) => code)).size).toBe(exported.length)
  })

  it('are told apart by the classes that Node itself uses for wrong values', () => {
    expect(codes['InvalidOptionError']?.error).toBeInstanceOf(TypeError)
    expect(codes['OptionRangeError']?.error).toBeInstanceOf(RangeError)
  })
})

describe('OutageError', () => {
  it('has what happened as its cause, an error or not', () => {
    const cause = new Error('address already in use')
    const error = new api.OutageError('127.0.0.1:80', cause)
    expect(error.cause).toBe(cause)
    expect(error.message).toBe(
      'The server on 127.0.0.1:80 cannot accept connections for now and keeps trying: address already in use',
    )
    expect(new api.OutageError('127.0.0.1:80', 'gone').message).toMatch(/: gone$/)
  })
})

describe.each(Object.entries(hostileValues))('%s', (_what, value) => {
  it('can be described, and be the cause of an error', () => {
    expect(describeValue(value)).toMatch(/^(an object|a function|function|\[object|\{\})/)
    const error = asError(value)
    expect(error).toBeInstanceOf(api.NonErrorThrownError)
    expect(error.cause === value).toBe(true)
    expect(new api.OutageError('127.0.0.1:80', value).message).toContain('keeps trying: ')
  })
})

describe('asError', () => {
  it('gives an Error back as it is', () => {
    const error = new TypeError('x')
    expect(asError(error)).toBe(error)
  })
  it.each([undefined, null, 0, 'text', { a: 1 }, Symbol('s')])(
    'wraps %o, which is then its cause',
    (thrown) => {
      const error = asError(thrown)
      expect(error).toBeInstanceOf(api.NonErrorThrownError)
      expect(error.cause).toBe(thrown)
      expect(error.message).toContain(describeValue(thrown))
    },
  )
})

describe('describeValue', () => {
  const circular: { self?: unknown } = {}
  circular.self = circular

  it.each([
    { value: 'text', shown: "'text'" },
    { value: 'two\nlines', shown: "'two\\nlines'" },
    { value: '\0abstract', shown: "'\\u0000abstract'" },
    { value: 'x'.repeat(100), shown: `'${'x'.repeat(60)}…'` },
    { value: 1.5, shown: '1.5' },
    { value: NaN, shown: 'NaN' },
    { value: 10n, shown: '10n' },
    { value: Symbol('s'), shown: 'Symbol(s)' },
    { value: null, shown: 'null' },
    { value: undefined, shown: 'undefined' },
    { value: [1, 2], shown: '[1,2]' },
    { value: { a: 1 }, shown: '{"a":1}' },
    {
      value: { list: Array(100).fill(1) },
      shown: `${JSON.stringify({ list: Array(100).fill(1) }).slice(0, 60)}…`,
    },
    { value: circular, shown: '[object Object]' },
    { value: { toJSON: () => undefined }, shown: '[object Object]' },
    { value: function named() {}, shown: 'function named' },
    { value: () => {}, shown: 'function value' },
    { value: Object.assign(() => {}, {}), shown: 'function (anonymous)' },
    {
      value: Object.defineProperty(() => {}, 'name', { value: Symbol('odd') }),
      shown: 'function Symbol(odd)',
    },
  ])('shows a value in a message as $shown', ({ value, shown }) => {
    expect(describeValue(value)).toBe(shown)
  })
})
