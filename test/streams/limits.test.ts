import { describe, expect, it } from 'vitest'
import { searchLimits, UNLIMITED, waitLimits } from '../../src/streams/limits.ts'
import { expectInvalid, expectOutOfRange } from '../support/invalid.ts'

const { signal } = new AbortController()

describe('the limits of a read', () => {
  it('are 1 MiB and no time unless told otherwise', () => {
    const unlimited = { maxLength: 1024 * 1024, timeout: undefined, signal: undefined }
    expect(UNLIMITED).toEqual(unlimited)
    expect(searchLimits('readLine', undefined)).toBe(UNLIMITED)
    expect(waitLimits('read', undefined)).toBe(UNLIMITED)
    expect(searchLimits('readLine', {})).toEqual(unlimited)
    expect(waitLimits('read', { timeout: undefined, signal: undefined })).toEqual(unlimited)
  })

  it('are what they are told to be', () => {
    const limits = { maxLength: 0, timeout: 0, signal }
    expect(searchLimits('readLine', limits)).toEqual(limits)
    expect(waitLimits('read', { timeout: 0.5 }).timeout).toBe(0.5)
    expect(waitLimits('read', { timeout: 2 ** 40 }).timeout).toBe(2 ** 40)
    expect(waitLimits('read', { timeout: Infinity }).timeout).toBeUndefined()
  })

  it.each([-1, -0.001, -Infinity, NaN])('may not have the timeout %o', (timeout) => {
    expectOutOfRange(() => waitLimits('read', { timeout }), 'timeout', timeout)
    expectOutOfRange(() => searchLimits('readLine', { timeout }), 'timeout', timeout)
  })

  it.each(['1000', null, 10n, {}, [5]])('may not have a timeout that is no number: %o', (timeout) => {
    expectInvalid(() => waitLimits('read', { timeout } as never), 'timeout', timeout)
  })

  const halfASignal = { aborted: false, addEventListener: () => {} }
  it.each([true, null, {}, new AbortController(), 'abort', { aborted: false }, halfASignal])(
    'may not have a signal that is none: %o',
    (wrong) => {
      expectInvalid(() => waitLimits('read', { signal: wrong } as never), 'signal', wrong)
    },
  )

  it('may not have a maximum length that is none', () => {
    expectOutOfRange(() => searchLimits('readLine', { maxLength: -1 }), 'maxLength', -1)
    expectInvalid(() => searchLimits('readLine', { maxLength: '1' } as never), 'maxLength', '1')
  })

  it('may not have other names, and nothing else may stand for them', () => {
    expectInvalid(() => searchLimits('readLine', { maxlength: 1 } as never), 'readLine.maxlength', 1)
    expectInvalid(() => searchLimits('readLine', { timeOut: 1 } as never), 'readLine.timeOut', 1)
    expectInvalid(() => waitLimits('read', { maxLength: 1 } as never), 'read.maxLength', 1)
    expect(() => waitLimits('flushed', 1000 as never)).toThrow(
      'The argument of flushed() must be { timeout?, signal? }, but it is 1000',
    )
    expect(() => waitLimits('read', null as never)).toThrow('must be { timeout?, signal? }')
    expect(() => waitLimits('read', signal as never)).toThrow('must be { timeout?, signal? }')
  })
})
