import { describe, expect, it } from 'vitest'
import { type ConnectionEvent, connectionMachine } from '../../machines/index.ts'
import { explore, strandedStates } from '../support/exploration.ts'

const events = Object.values({
  destroy: [{ type: 'destroy' }],
  cut: [{ type: 'cut' }],
  discard: [{ type: 'discard' }],
  'header.awaited': [{ type: 'header.awaited' }],
  'header.read': [{ type: 'header.read' }],
  'client.denied': [{ type: 'client.denied' }],
  'handshake.awaited': [{ type: 'handshake.awaited' }],
  'handshake.done': [{ type: 'handshake.done' }],
  'preface.failed': [{ type: 'preface.failed', error: 'a wrong header' }],
  'preface.expired': [{ type: 'preface.expired', error: 'late' }],
  'tls.asked': [{ type: 'tls.asked' }],
  'tls.refused': [{ type: 'tls.refused' }],
  'plaintext.flushed': [{ type: 'plaintext.flushed' }],
  'handler.started': [{ type: 'handler.started' }],
  'handler.settled': [{ type: 'handler.settled' }],
  'handler.failed': [{ type: 'handler.failed', error: 'an error' }],
  'handler.interrupted': [{ type: 'handler.interrupted', error: 'aborted' }],
  'socket.closed': [{ type: 'socket.closed' }],
  'consumer.left': [{ type: 'consumer.left' }],
  'buffer.too-old': [{ type: 'buffer.too-old', error: 'too old' }],
  'age.reached': [{ type: 'age.reached' }],
  'deadline.reached': [{ type: 'deadline.reached', error: 'too late' }],
  'buffer.too-large': [{ type: 'buffer.too-large', error: 'too large' }],
  'peer.left': [{ type: 'peer.left' }],
  'peer.ended': [{ type: 'peer.ended' }],
  'peer.has-all': [{ type: 'peer.has-all' }],
  'peer.lacks-some': [{ type: 'peer.lacks-some' }],
  'place.wanted': [{ type: 'place.wanted' }],
  'linger.expired': [{ type: 'linger.expired' }],
  'writer.flushed': [{ type: 'writer.flushed' }],
  'writer.gone': [{ type: 'writer.gone' }],
  'flush.expired': [{ type: 'flush.expired' }],
} satisfies {
  [Type in ConnectionEvent['type']]: (ConnectionEvent & { type: Type })[]
}).flat() as ConnectionEvent[]

describe('the connection chart', () => {
  const explored = explore(connectionMachine, ({ status }) => (status === 'active' ? events : []))
  const { states, steps } = explored
  const handlerEnds = new Set<string>([
    'handler.settled',
    'handler.failed',
    'handler.interrupted',
    'consumer.left',
    'buffer.too-large',
  ])
  const serverCloses = new Set<string>(['discard', 'cut'])
  const isDestroyed = (snapshot: (typeof states)[0]) => snapshot.matches({ serving: 'destroyed' })
  it('has twenty-one snapshots, none of which has a context', () => {
    expect(states.map(({ value }) => JSON.stringify(value)).sort()).toEqual(
      [
        { accepted: 'open' },
        { accepted: 'destroyed' },
        { accepted: 'lost' },
        { preface: 'header' },
        { preface: 'handshake' },
        { serving: 'open' },
        { serving: 'retiring' },
        { serving: { securing: 'flushing' } },
        { serving: { securing: 'handshake' } },
        { serving: 'destroyed' },
        { serving: 'cut' },
        { abandoned: 'lost' },
        { abandoned: 'cut' },
        { closing: 'flushing' },
        { closing: 'gone' },
        { closing: 'lingering' },
        { closing: 'behind' },
        { closing: 'yielding' },
        { closing: 'ended' },
        { closing: 'cutting' },
        'closed',
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
        (from.matches({ accepted: 'lost' }) && serverCloses.has(event.type)) ||
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

  it('keeps the first failure of a handler, and publishes a later one, and what is the doing of this side', () => {
    for (const { from, event, asks } of steps) {
      const isFailure = event.type === 'handler.failed' && !from.hasTag('unstarted')
      const isCutForClient =
        ['buffer.too-old', 'deadline.reached'].includes(event.type) && from.hasTag('timed')
      const isTooLarge =
        event.type === 'buffer.too-large' &&
        from.hasTag('running') &&
        from.hasTag('cuttable') &&
        !from.matches({ abandoned: 'cut' })
      const isCut = from.matches({ serving: 'cut' }) || from.matches({ abandoned: 'cut' })
      const isLate = isFailure && (from.matches('closing') || isCut)
      const isInterrupted =
        event.type === 'handler.interrupted' && (from.hasTag('running') || from.matches('closing'))
      expect(asks.includes('keepError')).toBe((isFailure && !isLate) || isCutForClient || isTooLarge)
      expect(asks.includes('publishLateFailure')).toBe(isLate || isInterrupted)
    }
  })

  it('goes on from a handler that was interrupted as from one that has settled', () => {
    for (const { from, event, to, asks } of steps) {
      if (event.type !== 'handler.interrupted' || !from.hasTag('running')) continue
      const settled = steps.find((one) => one.from === from && one.event.type === 'handler.settled')
      expect(to.value).toEqual(settled?.to.value)
      expect(asks.filter((name) => name !== 'publishLateFailure')).toEqual(settled?.asks)
    }
  })

  it('tells a handler once that its connection is too old, gives it time, and goes on with it as before', () => {
    for (const { from, event, to, asks } of steps) {
      const isRetired = event.type === 'age.reached' && from.matches({ serving: 'open' })
      expect(to.matches({ serving: 'retiring' }) && !from.matches({ serving: 'retiring' })).toBe(isRetired)
      expect(asks.includes('scheduleCut')).toBe(isRetired)
      if (isRetired || asks.includes('announceRetiring')) {
        expect(asks).toEqual(['announceRetiring', 'scheduleCut'])
      }
    }
    const fromState = (name: 'open' | 'retiring') =>
      steps
        .filter(({ from, event }) => from.matches({ serving: name }) && event.type !== 'age.reached')
        .map(({ event, to, asks }) =>
          JSON.stringify([event.type, to.matches({ serving: name }) ? 'stays' : to.value, asks]),
        )
    expect(fromState('retiring')).toEqual(fromState('open'))
  })

  it('cuts off a client that reaches a deadline, forgets its handler, and lets one be that has settled', () => {
    for (const { from, event, to, asks } of steps.filter(({ event }) => event.type === 'deadline.reached')) {
      expect(event).toHaveProperty('error', 'too late')
      if (!from.hasTag('timed')) expect([to.value, asks]).toEqual([from.value, []])
      else {
        expect([to.value, asks]).toEqual([
          { closing: 'cutting' },
          ['forgetHandler', 'keepError', 'destroySocket'],
        ])
      }
    }
  })

  it('gives up what it holds, and ends, where it is told so and has a tag for that, and nowhere else', () => {
    for (const { from, event, to, asks } of steps) {
      const isCut = event.type === 'buffer.too-large' && from.hasTag('cuttable')
      expect(asks.includes('discardBuffers')).toBe(isCut)
      if (isCut) expect(to.matches({ closing: 'cutting' }) || to.matches('closed')).toBe(true)
      else if (event.type === 'buffer.too-large') expect(to.value).toEqual(from.value)
    }
  })

  it('flushes what a handler wrote to an open socket, before anything else is done to it', () => {
    for (const { from, event, to, asks } of steps) {
      const startsFlushing = to.matches({ closing: 'flushing' }) && from.matches('serving')
      expect(asks.includes('flushWriter')).toBe(startsFlushing)
      const endsWell = /^handler\.(settled|failed|interrupted)$/.test(event.type)
      if (from.hasTag('timed') && endsWell) expect(startsFlushing).toBe(true)
    }
  })

  it('destroys a socket where it is told to, or where nothing can be flushed, and keeps what it was destroyed with', () => {
    for (const { event, from, to, asks } of steps) {
      const startsCutting =
        to.matches({ closing: 'cutting' }) &&
        (!from.matches({ closing: 'cutting' }) || ['destroy', 'cut', 'flush.expired'].includes(event.type))
      const isTold =
        (['destroy', 'cut'].includes(event.type) && from.matches('serving')) ||
        (from.matches('serving') &&
          to.matches({ serving: 'destroyed' }) &&
          from !== to &&
          !isDestroyed(from)) ||
        (event.type === 'destroy' && (from.matches({ accepted: 'open' }) || from.matches('preface')))
      expect(asks.includes('destroySocket')).toBe(startsCutting || isTold)
    }
    const error = new Error('destroyed')
    const { steps: destroying } = explore(connectionMachine, ({ status }) =>
      status === 'active' ? [{ type: 'destroy' as const, error }, { type: 'handler.started' as const }] : [],
    )
    for (const { from, event, requests } of destroying) {
      const isHeard = event.type === 'destroy' && !from.matches({ accepted: 'destroyed' })
      expect(requests).toEqual(isHeard ? [{ type: 'destroySocket', params: { error } }] : [])
    }
  })

  const hasSentFin = ({ value }: (typeof states)[0]) =>
    ['lingering', 'behind', 'yielding'].some((name) => name === (value as { closing?: unknown }).closing)

  it('closes a connection that has sent FIN when the peer has sent its own, and before that never of its own accord', () => {
    const lingers = steps.filter(({ from }) => hasSentFin(from))
    const causes = new Set(lingers.filter(({ to }) => !hasSentFin(to)).map(({ event }) => event.type))
    expect([...causes].sort()).toEqual(
      ['cut', 'destroy', 'flush.expired', 'peer.ended', 'peer.has-all', 'socket.closed'].sort(),
    )
    for (const { event, to } of lingers) {
      if (event.type === 'peer.ended') expect(to.value).toEqual({ closing: 'ended' })
    }
  })

  it('asks what a peer has that was given its time, or whose place is wanted, and lets it go only if that is everything', () => {
    for (const { from, event, asks } of steps) {
      const isYielding = from.matches({ closing: 'yielding' })
      const asksForRest =
        hasSentFin(from) && !isYielding && ['place.wanted', 'linger.expired'].includes(event.type)
      expect(asks.includes('askForRest')).toBe(asksForRest)
      if (event.type === 'peer.lacks-some') expect(asks).toEqual([])
    }
  })

  it('gives a peer that was behind its time anew', () => {
    const caughtUp = steps.find(
      ({ from, event }) => from.matches({ closing: 'behind' }) && event.type === 'peer.has-all',
    )
    expect(caughtUp?.to.value).toEqual({ closing: 'lingering' })
  })

  it('starts a handler once, on a socket that may have been destroyed or lost before, and in no other way', () => {
    for (const { from, event, to, asks } of steps) {
      const isStart = from.matches('accepted') && event.type === 'handler.started'
      expect(!from.hasTag('running') && to.hasTag('running')).toBe(isStart)
      const isRead =
        (event.type === 'header.read' && from.matches({ preface: 'header' })) ||
        (event.type === 'handshake.done' && from.matches({ preface: 'handshake' }))
      expect(to.matches('accepted') && !from.matches('accepted')).toBe(isRead)
      expect(asks.includes('queueHandler')).toBe(isRead)
    }
    const started = steps.filter(
      ({ from, event }) => from.matches('accepted') && event.type === 'handler.started',
    )
    expect(started.map(({ from, to, asks }) => [from.value, to.value, asks])).toEqual([
      [{ accepted: 'open' }, { serving: 'open' }, []],
      [{ accepted: 'destroyed' }, { serving: 'destroyed' }, []],
      [{ accepted: 'lost' }, { abandoned: 'lost' }, []],
    ])
  })

  it('starts no handler once the server closes, and reports that, once', () => {
    for (const { from, event, to, asks } of steps) {
      const isDiscarded = from.hasTag('unstarted') && serverCloses.has(event.type)
      expect(asks.filter((name) => name === 'reportDiscarded').length).toBe(Number(isDiscarded))
      if (isDiscarded) expect(to.matches('closing') || to.matches('closed')).toBe(true)
      else if (event.type === 'discard') expect(to.value).toEqual(from.value)
    }
  })

  it('reads a header and shakes hands while it awaits that, and gives it up, whatever comes of it', () => {
    for (const { from, to, asks } of steps) {
      for (const [request, value] of [
        ['readHeader', { preface: 'header' }],
        ['flushPlaintext', { serving: { securing: 'flushing' } }],
      ] as const) {
        expect(asks.includes(request)).toBe(to.matches(value) && !from.matches(value))
      }
      const shakesHands = ({ value }: typeof from) => JSON.stringify(value).includes('"handshake"')
      expect(asks.includes('shakeHands')).toBe(shakesHands(to) && !shakesHands(from))
      const isNegotiating = (snapshot: typeof from) =>
        snapshot.matches('preface') || snapshot.matches({ serving: 'securing' })
      expect(asks.includes('endPreface')).toBe(isNegotiating(from) && !isNegotiating(to))
    }
    const left = steps.filter(({ from, to }) => from.matches('preface') && to.matches('closing'))
    expect([...new Set(left.map(({ event }) => event.type))].sort()).toEqual(
      ['client.denied', 'cut', 'destroy', 'discard', 'peer.left', 'preface.expired', 'preface.failed'].sort(),
    )
  })

  it('begins with TLS on an open connection only, goes on when that is done, and is cut off if it is not', () => {
    for (const { from, event, to, asks } of steps) {
      const isAsked = event.type === 'tls.asked' && from.hasTag('timed')
      expect(to.matches({ serving: 'securing' }) && !from.matches({ serving: 'securing' })).toBe(isAsked)
      expect(asks.includes('refuseTls')).toBe(event.type === 'tls.asked' && !isAsked)
      const isSecured = asks.includes('secureStreams')
      expect(from.matches({ serving: 'securing' }) && to.matches({ serving: 'open' })).toBe(isSecured)
      if (isSecured) expect(event.type).toBe('handshake.done')
      if (!from.matches('serving') || !to.matches({ serving: 'destroyed' }) || isDestroyed(from)) continue
      const causes = from.matches({ serving: 'open' })
        ? ['destroy', 'tls.refused']
        : ['destroy', 'tls.refused', 'preface.failed', 'preface.expired']
      expect(causes).toContain(from.matches({ serving: 'cut' }) ? 'destroy' : event.type)
    }
  })

  it('tells what a client did wrong before its handler, and whom a rule keeps out, and closes them', () => {
    for (const { from, event, to, asks } of steps) {
      const isWrong = from.matches('preface') && /^preface\./.test(event.type)
      const isDenied = from.matches({ preface: 'header' }) && event.type === 'client.denied'
      expect(asks.includes('reportClientError')).toBe(isWrong)
      expect(asks.includes('reportDenied')).toBe(isDenied)
      if (isWrong || isDenied) expect(to.value).toEqual({ closing: 'cutting' })
    }
  })

  it('says by tags whether the descriptor is open, the handler runs, and the peer may lack something', () => {
    const tags = Object.fromEntries(
      states.map((state) => [JSON.stringify(state.value), [...state.tags].sort().join(' ')]),
    )
    expect(tags).toEqual({
      '{"accepted":"open"}': 'open unstarted',
      '{"accepted":"destroyed"}': 'open unstarted',
      '{"accepted":"lost"}': 'unstarted',
      '{"preface":"header"}': 'open unstarted',
      '{"preface":"handshake"}': 'open unstarted',
      '{"serving":"open"}': 'cuttable open running timed unfinished',
      '{"serving":"retiring"}': 'cuttable open running timed unfinished',
      '{"serving":{"securing":"flushing"}}': 'cuttable open running unfinished',
      '{"serving":{"securing":"handshake"}}': 'cuttable open running unfinished',
      '{"serving":"destroyed"}': 'open running unfinished',
      '{"serving":"cut"}': 'open running unfinished',
      '{"abandoned":"lost"}': 'cuttable running unfinished',
      '{"abandoned":"cut"}': 'cuttable running unfinished',
      '{"closing":"flushing"}': 'cuttable open unfinished',
      '{"closing":"gone"}': 'open unfinished',
      '{"closing":"lingering"}': 'open unfinished',
      '{"closing":"behind"}': 'open unfinished',
      '{"closing":"yielding"}': 'open unfinished',
      '{"closing":"ended"}': 'ended open',
      '{"closing":"cutting"}': 'cut open',
      '"closed"': '',
    })
    for (const { from, event, to } of steps) {
      if (from.hasTag('open') && !to.hasTag('open')) expect(event.type).toBe('socket.closed')
      if (!from.hasTag('open')) expect(to.hasTag('open')).toBe(false)
    }
  })

  it('awaits nothing but the descriptor where a handler has left no socket to flush', () => {
    const gone = steps.filter(({ from }) => from.matches({ closing: 'gone' }))
    for (const { event, to } of gone) {
      const isLeft = !to.matches({ closing: 'gone' })
      const causes = ['destroy', 'cut', 'flush.expired', 'peer.ended', 'socket.closed']
      expect(isLeft).toBe(causes.includes(event.type))
    }
  })

  it('gets to closed from every state once its handler and its socket end', () => {
    // The end of a peer that has not said who it is.
    const ends = new Set(['handler.started', 'handler.settled', 'socket.closed', 'peer.left'])
    const ending = { ...explored, steps: steps.filter(({ event }) => ends.has(event.type)) }
    expect(strandedStates(ending, (snapshot) => snapshot.matches('closed'))).toEqual([])
  })
})
