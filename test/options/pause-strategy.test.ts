import { once } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { turns } from '../support/turns.ts'

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
let strategy: typeof import('../../src/options/pause-strategy.ts')

beforeEach(async () => {
  vi.resetModules()
  strategy = await import('../../src/options/pause-strategy.ts')
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

describe('a port that the kernel shares out', () => {
  const shared = { ...port, reusePort: true }

  async function warningsOf(ask: () => void): Promise<unknown[]> {
    const codes: unknown[] = []
    const listener = (warning: Error & { code?: string }) => codes.push(warning.code)
    process.on('warning', listener)
    ask()
    await turns(2)
    process.off('warning', listener)
    return codes
  }

  it.each([undefined, 'hold'] as const)('is warned of once where the server holds (%s)', async (asked) => {
    const ask = () => {
      expect(strategy.resolvePauseStrategy(asked, shared, true)).toBe('hold')
      strategy.assertPauseStrategy('hold', shared, true)
    }
    expect(await warningsOf(ask)).toEqual(['XSTATE_TCP_REUSE_PORT_HOLDS'])
  })

  it('is warned of when a pause asks to hold', async () => {
    const ask = () => strategy.assertPauseStrategy('hold', shared, true)
    expect(await warningsOf(ask)).toEqual(['XSTATE_TCP_REUSE_PORT_HOLDS'])
  })

  it('is not worth a warning where the server rebinds, or the port is its own', async () => {
    const ask = () => {
      strategy.resolvePauseStrategy('rebind', shared, true)
      for (const target of targets) strategy.resolvePauseStrategy('hold', target, true)
    }
    expect(await warningsOf(ask)).toEqual([])
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
