// Needs SPIN (Debian: spin) and gcc.
import { describe, expect, it } from 'vitest'
import { listenerMachine } from '../../machines/index.ts'
import { withoutRow } from '../support/mutants.ts'
import { hasSpin, verify } from './spin.ts'

/** Two clients at a server that anything can be done to but to drain it; peers only take. */
const clients = ['FAIR', 'CLIENTS=2', 'NO_PEERS', 'NO_DRAINS']
/** One, whose peer and handler do anything, at a server that is closed and drained in any way. */
const ends = ['FAIR', 'CLIENTS=1', 'NO_PAUSES']
const claimsOfEnds = ['isStarted', 'placeIsFreed', 'closeIsFinished', 'drainIsReported']

describe.skipIf(!hasSpin)('SPIN, which must be installed for this, finds', { timeout: 600_000 }, () => {
  it('no order of events in which the limit is exceeded, closed is not final, a handler starts after close, or somebody is left waiting', async () => {
    const [verified] = await verify({ defines: ['CLIENTS=2', 'COMMANDS=2'] })
    expect(verified).toMatchObject({ error: undefined, trail: [], unreached: [] })
    expect(verified?.states).toBeGreaterThan(100_000)
  })

  it('no fair order in which a client waits for ever to be served or told', async () => {
    for (const { states, unreached, ...found } of await verify({
      defines: clients,
      claims: ['isServedOrTold'],
    })) {
      expect(found).toEqual({ error: undefined, trail: [], errorIfUnfair: 'acceptance cycle' })
      expect(states).toBeGreaterThan(100_000)
    }
  })

  it('no fair order in which a place is held for ever, or a close or a drain does not end', async () => {
    for (const { states, unreached, ...found } of await verify({ defines: ends, claims: claimsOfEnds })) {
      expect(found).toEqual({ error: undefined, trail: [], errorIfUnfair: 'acceptance cycle' })
      expect(states).toBeGreaterThan(1_000)
    }
  })

  it('a planted deadlock, and tells of it in the words of the charts', async () => {
    const listener = withoutRow(listenerMachine, {
      state: 'dropping.retrying',
      event: 'retry.due',
      index: 0,
    })
    const [deadlock] = await verify({ defines: [], charts: { listener } })
    expect(deadlock?.error).toBe('invalid end state')
    expect(deadlock?.trail).toMatchInlineSnapshot(`
      [
        "client 1 waits",
        "client 0 waits",
        "listener hears pause → accept-paused.waiting",
        "listener hears drop.start → dropping.opening",
        "listener hears accept.exhausted → dropping.retrying",
        "listener hears resume → dropping.retrying",
        "listener hears retry.due → dropping.retrying",
      ]
    `)
  })

  it('a planted fault by which a client waits for ever while others are busy, as a path and a cycle', async () => {
    const row = { state: 'accept-paused.throttled', event: 'always', index: 0 }
    const listener = withoutRow(listenerMachine, row)
    const [verified] = await verify({ defines: clients, claims: ['isServedOrTold'], charts: { listener } })
    expect(verified?.error).toBe('acceptance cycle')
    const { trail = [] } = verified ?? {}
    expect(trail).toContain('and then without end')
    expect(trail).toContain('client 0 waits')
    expect(trail.slice(trail.indexOf('and then without end')).join()).not.toContain('client 0')
  })
})
