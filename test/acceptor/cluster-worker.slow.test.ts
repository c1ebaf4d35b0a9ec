import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assertConnected, onDisconnect } from '../../src/acceptor/cluster-worker.ts'
import { temporaryFolder } from '../support/folder.ts'
import { Fixture, packageEntry } from '../support/package.ts'

const entry = packageEntry()
interface Counts {
  served: number
  hung: number
}

const policies = ['in turn', 'shared'] as const

describe('the workers of a cluster', () => {
  for (const policy of policies) {
    it.each([
      { kind: 'port', limit: 5 },
      { kind: 'path', limit: 5 },
      // The only place of a worker is taken by each connection: most of them meet one that is about
      // to pause.
      { kind: 'port', limit: 1 },
    ])(
      `listen on one $kind, and are never above their limit of $limit (${policy})`,
      async ({ kind, limit }) => {
        const place = kind === 'port' ? kind : join(temporaryFolder(), 's')
        const fixture = new Fixture(entry, 'cluster-crowd.mjs', [policy, place, `${limit}`])
        const within = expect.toSatisfy((most) => most <= limit)
        expect(await fixture.next()).toEqual({
          isOnePlace: true,
          heard: true,
          answers: ['hello'],
          most: [within, within],
          codes: [0, 0],
        })
      },
    )
  }
})

describe('a worker of a cluster that is full again and again', () => {
  it('leaves no client without an end, though some come while it binds again', async () => {
    const { served, hung } = (await new Fixture(entry, 'cluster-full.mjs', []).next()) as Counts
    expect(hung).toBe(0)
    expect(served).toBeGreaterThanOrEqual(400)
  })
})

describe('a worker of a cluster', () => {
  const gone = { code: 0, signal: null, state: 'ECONNREFUSED' }
  const scenarios = [
    { scenario: 'serving', told: ['closed'], answer: 'hellobye', ...gone },
    { scenario: 'dropping', told: ['drop', 'closed'], answer: '', ...gone },
    { scenario: 'listening', told: ['closed'], answer: '', ...gone },
    { scenario: 'itself', told: ['closed'], answer: '', ...gone },
    { scenario: 'paused', told: ['closed'], answer: '', ...gone },
    { scenario: 'late', told: ['closed'], answer: '', ...gone, code: 3 },
    { scenario: 'killed', told: [], answer: '', ...gone, code: null, signal: 'SIGKILL' },
  ]
  for (const policy of policies) {
    it.each(scenarios)(
      `closes when its primary process wants it to end: $scenario (${policy})`,
      async (line) => {
        const { scenario, ...expected } = line
        const fixture = new Fixture(entry, 'cluster-ends.mjs', [policy, scenario])
        expect(await fixture.next()).toEqual([expected, expected])
      },
    )
  }
})

describe('a worker of a cluster whose port was taken while it was paused', () => {
  it.each(policies)('tries until it is free (%s)', async (policy) => {
    const fixture = new Fixture(entry, 'cluster-taken.mjs', [policy])
    expect(await fixture.next()).toEqual({ outages: ['EADDRINUSE'], answer: 'hello', state: 'listening' })
  })
})

describe('a process that is no worker', () => {
  it('has no primary process to be connected to, or to be disconnected from', () => {
    const listeners = process.listenerCount('disconnect')
    expect(() => assertConnected()).not.toThrow()
    const forget = onDisconnect(() => {})
    expect(process.listenerCount('disconnect')).toBe(listeners)
    forget()
  })
})
