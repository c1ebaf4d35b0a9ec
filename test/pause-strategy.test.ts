import { once } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { turns } from './support/turns.ts'

const port = { kind: 'port', port: 0, ipv6Only: false, reusePort: false } as const
const path = { kind: 'path', path: '/run/s', readableAll: false, writableAll: false } as const
const fd = { kind: 'fd', fd: 3 } as const
const targets = [port, path, fd]
const ownTargets = [port, path]

const unavailable = {
  hold: expect.objectContaining({ name: 'HoldUnavailableError', code: 'ERR_HOLD_UNAVAILABLE' }),
  rebind: expect.objectContaining({ name: 'RebindUnavailableError', code: 'ERR_REBIND_UNAVAILABLE' }),
}

/** A module of its own for each test: it remembers that it has warned. */
let strategy: typeof import('../src/pause-strategy.ts')

beforeEach(async () => {
  vi.resetModules()
  strategy = await import('../src/pause-strategy.ts')
})

describe('where the machine can hold', () => {
  it.each(targets)('hold is the default, on $kind', (target) => {
    expect(strategy.resolvePauseStrategy(undefined, target, true)).toBe('hold')
    expect(strategy.resolvePauseStrategy('hold', target, true)).toBe('hold')
  })

  it.each(ownTargets)('rebind can be asked for, on $kind', (target) => {
    expect(strategy.resolvePauseStrategy('rebind', target, true)).toBe('rebind')
  })

  it('rebind is not possible on { fd }', () => {
    expect(() => strategy.resolvePauseStrategy('rebind', fd, true)).toThrow(unavailable.rebind)
    expect(() => strategy.assertPauseStrategy('rebind', fd, true)).toThrow(unavailable.rebind)
  })
})

describe('where the machine cannot hold', () => {
  it.each(ownTargets)('rebind is the default on $kind, and that is told once', async (target) => {
    const warnings: (Error & { code?: string })[] = []
    const listener = (warning: Error) => warnings.push(warning)
    process.on('warning', listener)
    const told = once(process, 'warning')
    expect(strategy.resolvePauseStrategy(undefined, target, false)).toBe('rebind')
    expect(strategy.resolvePauseStrategy(undefined, target, false)).toBe('rebind')
    await told
    await turns(2)
    process.off('warning', listener)
    expect(warnings).toMatchObject([{ name: 'XstateTcpWarning', code: 'XSTATE_TCP_NO_HOLD' }])
  })

  it('rebind that was asked for is not worth a warning', async () => {
    const listener = vi.fn()
    process.on('warning', listener)
    expect(strategy.resolvePauseStrategy('rebind', port, false)).toBe('rebind')
    await turns(2)
    process.off('warning', listener)
    expect(listener).not.toHaveBeenCalled()
  })

  it.each(targets)('hold by name is an error, on $kind', (target) => {
    expect(() => strategy.resolvePauseStrategy('hold', target, false)).toThrow(unavailable.hold)
    expect(() => strategy.assertPauseStrategy('hold', target, false)).toThrow(unavailable.hold)
  })

  it('{ fd } is an error by any strategy', () => {
    expect(() => strategy.resolvePauseStrategy(undefined, fd, false)).toThrow(unavailable.hold)
    expect(() => strategy.resolvePauseStrategy('rebind', fd, false)).toThrow(unavailable.rebind)
  })
})
