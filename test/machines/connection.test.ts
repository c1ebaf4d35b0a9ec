import { describe, expect, it } from 'vitest'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { explore, strandedStates } from '../support/exploration.ts'

const events = Object.values({
  destroy: [{ type: 'destroy' }],
  discard: [{ type: 'discard' }],
  'handler.settled': [{ type: 'handler.settled' }],
  'handler.failed': [{ type: 'handler.failed', error: 'an error' }],
  'socket.closed': [{ type: 'socket.closed' }],
  'consumer.left': [{ type: 'consumer.left' }],
  'buffer.too-old': [{ type: 'buffer.too-old', error: 'too old' }],
  'writer.flushed': [{ type: 'writer.flushed' }],
  'flush.expired': [{ type: 'flush.expired' }],
} satisfies {
  [Type in ConnectionEvent['type']]: (ConnectionEvent & { type: Type })[]
}).flat() as ConnectionEvent[]

describe('the connection chart', () => {
  const explored = explore(connectionMachine, ({ status }) => (status === 'active' ? events : []))
  const { states, steps } = explored
  const handlerEnds = new Set<string>(['handler.settled', 'handler.failed', 'discard', 'consumer.left'])

  it('has six snapshots, none of which has a context', () => {
    expect(states.map(({ value }) => JSON.stringify(value)).sort()).toEqual(
      [
        'serving',
        'abandoned',
        'closed',
        { closing: 'flushing' },
        { closing: 'discarding' },
        { closing: 'cutting' },
      ]
        .map((value) => JSON.stringify(value))
        .sort(),
    )
    for (const { context } of states) expect(context).toEqual({})
  })

  it('closes once both the handler has ended and the socket is closed, in either order, and not before', () => {
    for (const [first, second] of [
      ['serving', 'closing'],
      ['serving', 'abandoned'],
    ] as const) {
      const step = steps.find(({ from, to }) => from.matches(first) && to.matches(second))
      expect(step).toBeDefined()
    }
    for (const { from, event, to } of steps) {
      const isLast =
        (from.matches('abandoned') && handlerEnds.has(event.type)) ||
        (from.matches('closing') && event.type === 'socket.closed')
      expect(to.matches('closed')).toBe(isLast)
    }
  })

  it('releases the connection on entering closed, which is final, and at no other time', () => {
    for (const { to, asks } of steps) {
      expect(asks.filter((name) => name === 'releaseConnection').length).toBe(Number(to.matches('closed')))
      expect(to.status).toBe(to.matches('closed') ? 'done' : 'active')
    }
  })

  it('keeps the first failure of a handler and publishes a later one', () => {
    for (const { from, event, asks } of steps) {
      const isFailure = event.type === 'handler.failed'
      const isTooOld = event.type === 'buffer.too-old' && from.matches('serving')
      expect(asks.includes('keepError')).toBe((isFailure && !from.matches('closing')) || isTooOld)
      expect(asks.includes('publishLateFailure')).toBe(isFailure && from.matches('closing'))
    }
  })

  it('closes the socket of a handler that has settled, and destroys it where nothing can be flushed', () => {
    for (const { from, event, to, asks } of steps) {
      const startsFlushing = to.matches({ closing: 'flushing' }) && from.matches('serving')
      const startsCutting = to.matches({ closing: 'cutting' }) && !from.matches({ closing: 'cutting' })
      expect(asks.includes('flushWriter')).toBe(startsFlushing)
      expect(asks.includes('destroySocket')).toBe(startsCutting || event.type === 'destroy')
    }
  })

  it('hands on the error that a connection is destroyed with', () => {
    const error = new Error('destroyed')
    const { steps } = explore(connectionMachine, ({ status }) =>
      status === 'active' ? [{ type: 'destroy' as const, error }] : [],
    )
    expect(steps.map(({ requests }) => requests)).toEqual([[{ type: 'destroySocket', params: { error } }]])
  })

  it('starts no handler after it was discarded, and never serves again', () => {
    for (const { from, event, to } of steps) {
      if (event.type === 'discard') expect(to.matches('serving') || to.matches('abandoned')).toBe(false)
      if (!from.matches('serving')) expect(to.matches('serving')).toBe(false)
    }
  })

  it('gets to closed from every state once its handler and its socket end', () => {
    const ends = new Set(['handler.settled', 'socket.closed'])
    const ending = { ...explored, steps: steps.filter(({ event }) => ends.has(event.type)) }
    expect(strandedStates(ending, (snapshot) => snapshot.matches('closed'))).toEqual([])
  })
})
