import { describe, expect, it } from 'vitest'
import { type ListenerEvent, listenerMachine } from '../../machines/index.ts'
import { explore, type Step, strandedStates } from '../support/exploration.ts'

type ListenerStep = Step<typeof listenerMachine>
type ListenerSnapshot = ListenerStep['from']

const error = 'an error'
const MOST_FAILURES = 2
/** What the supervisor is sent for each connection that is admitted. */
const ADMITS = 'spawn → connections'

/** One of each type, and of each payload that makes a difference. */
const events = Object.values({
  pause: [{ type: 'pause' }, { type: 'pause', strategy: 'hold' }, { type: 'pause', strategy: 'rebind' }],
  resume: [{ type: 'resume' }],
  'drop.start': [{ type: 'drop.start' }],
  'drop.stop': [{ type: 'drop.stop' }],
  'limit.changed': [
    { type: 'limit.changed', maxConnections: 1 },
    { type: 'limit.changed', maxConnections: 2 },
  ],
  close: [{ type: 'close' }, { type: 'close', closeExistingConnections: true }],
  'drain.expired': [{ type: 'drain.expired' }],
  'connection.offered': [{ type: 'connection.offered' }],
  'connection.denied': [{ type: 'connection.denied' }],
  'connection.settled': [{ type: 'connection.settled' }],
  'acceptor.ready': [{ type: 'acceptor.ready' }],
  'acceptor.held': [{ type: 'acceptor.held' }],
  'acceptor.failed': [{ type: 'acceptor.failed', error }],
  'acceptor.closed': [{ type: 'acceptor.closed' }],
  'accept.exhausted': [{ type: 'accept.exhausted' }, { type: 'accept.exhausted', isTooLate: true }],
  'accept.failed': [{ type: 'accept.failed', error }],
  'retry.due': [{ type: 'retry.due' }],
  'rate.spent': [{ type: 'rate.spent' }],
  'rate.refilled': [{ type: 'rate.refilled' }],
  'sockets.closed': [{ type: 'sockets.closed' }],
  'clients.waiting': [{ type: 'clients.waiting', count: 3 }],
  drain: [{ type: 'drain' }, { type: 'drain', timeout: 0 }],
  'handler.failed': [{ type: 'handler.failed', error, address: undefined }],
  'policy.ignored': [{ type: 'policy.ignored' }],
  'policy.called': [{ type: 'policy.called' }],
  'policy.raised': [{ type: 'policy.raised', error }],
} satisfies { [Type in ListenerEvent['type']]: (ListenerEvent & { type: Type })[] }).flat() as ListenerEvent[]

const failing = new Set<ListenerEvent['type']>(['acceptor.failed', 'accept.exhausted', 'accept.failed'])

/** Any of the events at any time, but that nothing settles which was not admitted. */
function eventsIn({ context }: ListenerSnapshot): ListenerEvent[] {
  return events.filter(
    ({ type }) =>
      (type !== 'connection.settled' || context.connections > 0) &&
      (!failing.has(type) || context.failures < MOST_FAILURES),
  )
}

const isOver = (snapshot: ListenerSnapshot) => snapshot.matches('closing') || snapshot.matches('closed')
const isFull = ({ context }: ListenerSnapshot) => context.connections >= context.maxConnections

/** What is remembered and no longer makes a difference makes no states. */
function keyOf(snapshot: ListenerSnapshot): string {
  const { handStrategy, ...context } = snapshot.context
  const { connections, closeExistingConnections, drain } = context
  if (isOver(snapshot)) return JSON.stringify([snapshot.value, connections, closeExistingConnections, drain])
  return JSON.stringify([snapshot.value, context, context.pausedByHand && handStrategy])
}

/** Somebody calls accept(2), or will as soon as the acceptor is ready. */
const isAccepting = (snapshot: ListenerSnapshot) =>
  snapshot.matches('listening') ||
  snapshot.matches({ 'accept-paused': 'opening' }) ||
  snapshot.matches({ dropping: 'open' }) ||
  snapshot.matches({ dropping: 'opening' })
const isUnderWay = (snapshot: ListenerSnapshot) =>
  snapshot.context.drain === 'running' && !snapshot.matches({ closed: 'drained' })
const isRetrying = (snapshot: ListenerSnapshot) =>
  snapshot.matches({ 'accept-paused': 'retrying' }) ||
  snapshot.matches({ 'accept-paused': 'exhausted' }) ||
  snapshot.matches({ dropping: 'retrying' })

describe.each(['hold', 'rebind'] as const)(
  'the listener chart, where a full server pauses by %s,',
  (strategy) => {
    const explored = explore(listenerMachine, eventsIn, { maxConnections: 2, pauseStrategy: strategy }, keyOf)
    const { states, steps } = explored

    /** Fails with the steps for which it does not hold. */
    function always(holds: (step: ListenerStep) => boolean): void {
      const broken = steps.filter((step) => !holds(step))
      expect(
        broken.map(({ from, event, to, asks }) => ({
          from: [from.value, from.context],
          event,
          to: to.value,
          asks,
        })),
      ).toEqual([])
    }

    it('is explored in full', () => {
      const leaves = new Set(states.map(({ value }) => JSON.stringify(value)))
      expect(leaves.size).toBe(16)
    })

    it('admits whoever was accepted while it listens or pauses and has room, and nobody else', () => {
      always(({ from, event, asks }) => {
        const mayAdmit = (from.matches('listening') || from.matches('accept-paused')) && !isFull(from)
        const admits = event.type === 'connection.offered' && mayAdmit
        return asks.includes(ADMITS) === admits
      })
    })

    it('answers every offer by exactly one of admitting and refusing', () => {
      always(({ event, asks }) => {
        const answers = asks.filter((name) => name === ADMITS || name === 'refuseConnection')
        if (event.type === 'connection.denied') return answers.join() === 'refuseConnection'
        return answers.length === (event.type === 'connection.offered' ? 1 : 0)
      })
    })

    it('counts what it admits and what settles, and nothing else', () => {
      always(({ from, event, to, asks }) => {
        const change = asks.includes(ADMITS) ? 1 : event.type === 'connection.settled' ? -1 : 0
        return to.context.connections === from.context.connections + change
      })
    })

    it('never gets above the limit unless that is lowered', () => {
      always(
        ({ from, event, to }) =>
          event.type === 'limit.changed' ||
          to.context.connections <= Math.max(to.context.maxConnections, from.context.connections),
      )
    })

    it('rests in listening only while it has room, the rate is not spent, and nobody has paused it', () => {
      for (const state of states) {
        if (!state.matches('listening')) continue
        const { pausedByHand, isThrottled } = state.context
        expect(isFull(state) || pausedByHand || isThrottled).toBe(false)
      }
    })

    it('is throttled only while the rate is spent, and nothing else keeps it from accepting', () => {
      for (const state of states) {
        if (!state.matches({ 'accept-paused': 'throttled' })) continue
        const { pausedByHand, isThrottled } = state.context
        expect([isThrottled, pausedByHand, isFull(state)]).toEqual([true, false, false])
      }
    })

    it('knows that the rate is spent from the moment it hears of it until it is refilled', () => {
      always(({ from, event, to }) => {
        const hears = event.type === 'rate.spent' || event.type === 'rate.refilled'
        return to.context.isThrottled === (hears ? event.type === 'rate.spent' : from.context.isThrottled)
      })
    })

    it('asks to be told of the refill whenever the rate is spent, and no more once it closes', () => {
      always(({ from, event, to, requests }) => {
        const asked = requests.filter(({ type }) => type === 'scheduleRefill' || type === 'cancelRefill')
        const { pausedByHand, handStrategy, pauseStrategy } = to.context
        const strategy = pausedByHand ? handStrategy : pauseStrategy
        const expected = [
          ...(event.type === 'rate.spent' ? [['scheduleRefill', { strategy }]] : []),
          ...(isOver(to) && !isOver(from) ? [['cancelRefill', undefined]] : []),
        ]
        return JSON.stringify(asked.map(({ type, params }) => [type, params])) === JSON.stringify(expected)
      })
    })

    it('waits only while it is full or paused by hand', () => {
      for (const state of states) {
        if (state.matches({ 'accept-paused': 'waiting' })) {
          expect(isFull(state) || state.context.pausedByHand).toBe(true)
        }
      }
    })

    it('asks to accept when it starts opening and at no other time', () => {
      always(({ from, to, asks }) => {
        const isOpening = (snapshot: ListenerSnapshot) =>
          snapshot.matches({ 'accept-paused': 'opening' }) || snapshot.matches({ dropping: 'opening' })
        const isSame = JSON.stringify(from.value) === JSON.stringify(to.value)
        return asks.includes('startAccepting') === (isOpening(to) && !isSame)
      })
    })

    it('never asks to accept while it is paused by hand, unless in order to drop', () => {
      always(
        ({ to, asks }) =>
          !asks.includes('startAccepting') || to.matches('dropping') || !to.context.pausedByHand,
      )
    })

    it('stops accepting before anything else can happen, whenever it leaves a state that accepts', () => {
      always(({ from, to, asks }) => {
        if (!isAccepting(from) || isAccepting(to)) return true
        return asks.includes(isOver(to) ? 'closeAcceptor' : 'stopAccepting')
      })
    })

    it('does not stop what it has just started', () => {
      always(({ to, asks }) => !isAccepting(to) || asks.at(-1) !== 'stopAccepting')
    })

    it('pauses by hand as it was asked to, and by itself as it is set up to', () => {
      always(({ to, requests }) =>
        requests.every(({ type, params }) => {
          if (type !== 'stopAccepting') return true
          const { pausedByHand, handStrategy, pauseStrategy } = to.context
          return (params as { strategy: string }).strategy === (pausedByHand ? handStrategy : pauseStrategy)
        }),
      )
    })

    it('watches the queue exactly while it waits, and asks for places only where it is full and nothing else', () => {
      const isWaiting = (snapshot: ListenerSnapshot) => snapshot.matches({ 'accept-paused': 'waiting' })
      always(({ from, event, to, requests, asks }) => {
        const changes = asks.filter((name) => name === 'watchQueue' || name === 'unwatchQueue')
        const isOnlyFull = isWaiting(from) && isFull(from) && !from.context.pausedByHand
        const asked = requests.filter(({ type }) => type === 'requestPlaces').map(({ params }) => params)
        const expected = event.type === 'clients.waiting' && isOnlyFull ? [{ count: event.count }] : []
        return (
          changes.length % 2 === Number(isWaiting(from) !== isWaiting(to)) &&
          (changes.length === 0 || changes.at(-1) === (isWaiting(to) ? 'watchQueue' : 'unwatchQueue')) &&
          JSON.stringify(asked) === JSON.stringify(expected)
        )
      })
    })

    it('is bound exactly if the pause in force is to hold, while it waits', () => {
      for (const state of states) {
        if (!state.hasTag('paused')) continue
        const { pausedByHand, handStrategy, pauseStrategy, isBound } = state.context
        expect(isBound).toBe((pausedByHand ? handStrategy : pauseStrategy) === 'hold')
      }
    })

    it('asks to bind when it starts to bind and at no other time', () => {
      always(({ from, event, to, asks }) => {
        const isBinding = to.matches({ 'accept-paused': 'binding' })
        const isStarted = !from.matches({ 'accept-paused': 'binding' }) || event.type === 'pause'
        return asks.includes('bindToHold') === (isBinding && isStarted)
      })
    })

    it('asks to bind only where nothing is bound, and knows what is', () => {
      always(({ from, to, asks, requests }) => {
        if (asks.includes('bindToHold') && to.context.isBound) return false
        const closes = requests.some(
          ({ type, params }) =>
            type === 'closeAcceptor' ||
            (type === 'stopAccepting' && (params as { strategy: string }).strategy === 'rebind'),
        )
        const isUnbound = from.context.isBound && !to.context.isBound
        return isUnbound === (from.context.isBound && closes)
      })
    })

    it('has a retry scheduled exactly while it waits for one', () => {
      always(({ from, to, asks }) => {
        const changes = asks.filter((name) => name === 'scheduleRetry' || name === 'cancelRetry')
        const isLeft = isRetrying(from) && JSON.stringify(from.value) !== JSON.stringify(to.value)
        const isEntered = isRetrying(to) && JSON.stringify(from.value) !== JSON.stringify(to.value)
        return (
          changes.join() === [isLeft && 'cancelRetry', isEntered && 'scheduleRetry'].filter(Boolean).join()
        )
      })
    })

    it('waits the longer the more often it has failed, the first time too', () => {
      always(({ to, requests }) =>
        requests.every(({ type, params }) => {
          if (type !== 'scheduleRetry') return true
          const { delay } = params as { delay: number }
          const { failures } = to.context
          return failures >= 1 && delay === Math.min(10 * 2 ** (failures - 1), 1_000)
        }),
      )
    })

    it('tells of each outage once, whatever failed before it', () => {
      always(({ from, event, asks }) => {
        const isAccepting = from.matches('listening') || from.matches({ dropping: 'open' })
        const isOpening =
          from.matches({ 'accept-paused': 'opening' }) ||
          from.matches({ 'accept-paused': 'binding' }) ||
          from.matches({ dropping: 'opening' })
        const isOutage =
          (event.type === 'accept.failed' && isAccepting) || (event.type === 'acceptor.failed' && isOpening)
        return asks.includes('reportOutage') === (isOutage && !from.context.isOutageTold)
      })
    })

    it('tells of running out once, and again when it was too late for some clients', () => {
      always(({ from, event, asks }) => {
        const couldAccept =
          from.matches('listening') ||
          from.matches({ dropping: 'open' }) ||
          from.matches({ 'accept-paused': 'opening' }) ||
          from.matches({ dropping: 'opening' })
        const isNews =
          event.type === 'accept.exhausted' && (event.isTooLate === true || !from.context.isOutageTold)
        return asks.includes('reportExhaustion') === (couldAccept && isNews)
      })
    })

    it('reports the limit when it becomes full while listening', () => {
      always(({ from, to, asks }) => {
        const isPausedByItself = to.matches({ 'accept-paused': 'waiting' }) && !to.context.pausedByHand
        const wasOpen = from.matches('listening') || from.matches({ 'accept-paused': 'opening' })
        if (asks.includes('reportLimit')) return isPausedByItself && isFull(to)
        return !(wasOpen && isPausedByItself && isFull(to)) || from.matches({ 'accept-paused': 'opening' })
      })
    })

    it('goes on dropping, whatever the limit and pauses say, until told to stop or close', () => {
      const ends = new Set(['drop.stop', 'close', 'drain', 'policy.raised'])
      always(
        ({ from, event, to }) => !from.matches('dropping') || to.matches('dropping') !== ends.has(event.type),
      )
    })

    it('never comes back once it closes, and accepts nothing more', () => {
      always(({ from, to, asks }) => {
        if (!isOver(from)) return true
        return isOver(to) && !asks.includes('startAccepting') && !asks.includes(ADMITS)
      })
    })

    it('announces, closes the acceptor and discards what has not started, once and in this order', () => {
      always(({ from, to, asks }) => {
        const closing = asks.filter((name) =>
          ['announceClosing', 'closeAcceptor', 'discardUnstarted'].includes(name),
        )
        const enters = !isOver(from) && isOver(to)
        return closing.join() === (enters ? 'announceClosing,closeAcceptor,discardUnstarted' : '')
      })
    })

    it('closes only by a close, a drain or a policy that raises', () => {
      always(({ from, event, to }) => {
        const closes = ['close', 'drain', 'policy.raised'].includes(event.type)
        return isOver(from) || isOver(to) === closes
      })
    })

    it('destroys connections when asked to by the first close or when the time to drain is over', () => {
      always(({ from, event, asks }) => {
        const isAsked = event.type === 'close' && event.closeExistingConnections === true && !isOver(from)
        const isNew = from.context.drain === 'none'
        const isNow =
          event.type === 'drain' && event.timeout === 0 && isNew && !from.matches({ closed: 'drained' })
        const isOverdue = event.type === 'drain.expired' && isUnderWay(from)
        return asks.includes('destroyConnections') === (isAsked || isNow || isOverdue)
      })
    })

    it('lets only a drain under way expire, and only once', () => {
      always(({ from, event, to, asks }) => {
        if (event.type !== 'drain.expired') return true
        const { drain } = from.context
        if (isUnderWay(from)) return to.context.drain === 'expired' && asks.includes('expireDrain')
        return to.context.drain === drain && asks.length === 0
      })
    })

    it('begins one drain, and gives it a deadline unless it has no time', () => {
      always(({ from, event, asks, requests }) => {
        const begins = event.type === 'drain' && from.context.drain === 'none'
        const isLate = from.matches({ closed: 'drained' })
        const given = requests.find(({ type }) => type === 'scheduleDrainExpiry')?.params
        const { timeout = 15_000 } = event as { timeout?: number }
        const isGiven = JSON.stringify(given) === JSON.stringify({ timeout })
        return (
          asks.includes('startDrain') === begins &&
          (given !== undefined) === (begins && timeout > 0 && !isLate) &&
          (given === undefined || isGiven)
        )
      })
    })

    it('tells the result of each drain once: when all have settled, or the sockets of the rest are closed', () => {
      always(({ from, to, asks }) => {
        const isTold = (snapshot: ListenerSnapshot) =>
          snapshot.context.drain !== 'none' &&
          (snapshot.matches({ closed: 'abandoned' }) || snapshot.matches({ closed: 'drained' }))
        return asks.filter((name) => name === 'reportDrained').length === Number(!isTold(from) && isTold(to))
      })
    })

    it('says by tags what others need to know of its states', () => {
      for (const state of states) {
        expect(state.hasTag('over')).toBe(isOver(state))
        const isWaiting = state.matches({ 'accept-paused': 'waiting' })
        const isPaused = isWaiting || state.matches({ 'accept-paused': 'throttled' })
        expect(state.hasTag('paused')).toBe(isPaused)
        const isReopening = state.matches('accept-paused') && !isPaused
        expect(state.hasTag('reopening')).toBe(isReopening)
        const isInDrop = state.matches('dropping') && !state.matches({ dropping: 'open' })
        expect(state.hasTag('not-accepting')).toBe(isReopening || isInDrop)
        expect(state.hasTag('retrying')).toBe(isRetrying(state))
      }
    })

    it('refuses on purpose from the moment it drops until it does not', () => {
      always(({ from, to, asks }) => {
        const changes = asks.filter((name) => name === 'startRefusing' || name === 'stopRefusing')
        const expected = [
          from.matches('dropping') && !to.matches('dropping') && 'stopRefusing',
          !from.matches('dropping') && to.matches('dropping') && 'startRefusing',
        ]
        return changes.join() === expected.filter(Boolean).join()
      })
    })

    it('reports what it drops before it refuses it, and nothing else', () => {
      always(({ from, event, asks }) => {
        const isOffered = event.type === 'connection.offered'
        const drops = event.type === 'connection.denied' || (isOffered && from.matches('dropping'))
        const answers = asks.filter((name) => name === 'reportDrop' || name === 'refuseConnection')
        return !drops ? !answers.includes('reportDrop') : answers.join() === 'reportDrop,refuseConnection'
      })
    })

    it('announces that it is closed on entering closed, and drained when no connection is left, once each', () => {
      always(({ from, to, asks }) => {
        const isClosed = !from.matches('closed') && to.matches('closed')
        const isDrained = !from.matches({ closed: 'drained' }) && to.matches({ closed: 'drained' })
        return (
          asks.filter((name) => name === 'announceClosed').length === Number(isClosed) &&
          asks.filter((name) => name === 'announceDrained').length === Number(isDrained)
        )
      })
      for (const state of states) {
        if (state.matches('closed')) {
          expect(state.matches({ closed: 'drained' })).toBe(state.context.connections === 0)
        }
      }
    })

    it('asks the error policy for each failed handler, in every state, and raises what the policy raises', () => {
      always(({ event, asks }) => {
        const isAsked = asks.filter((name) => name === 'applyErrorPolicy').length === 1
        const isRaised = asks.filter((name) => name === 'raiseError').length === 1
        return isAsked === (event.type === 'handler.failed') && isRaised === (event.type === 'policy.raised')
      })
    })

    it('can be closed and drained from every state, without the help of clients', () => {
      const ends = new Set(['close', 'acceptor.closed', 'sockets.closed', 'connection.settled'])
      const ending = { ...explored, steps: steps.filter(({ event }) => ends.has(event.type)) }
      expect(strandedStates(ending, (snapshot) => snapshot.matches('closed'))).toEqual([])
      expect(strandedStates(ending, (snapshot) => snapshot.matches({ closed: 'drained' }))).toEqual([])
    })

    it('can listen again from every state in which it is not closing', () => {
      const open = { ...explored, states: states.filter((state) => !isOver(state)) }
      expect(strandedStates(open, (snapshot) => snapshot.matches('listening'))).toEqual([])
    })

    it('has a context of scalars, which JSON keeps', () => {
      for (const { context } of states) {
        for (const value of Object.values(context))
          expect(['string', 'number', 'boolean']).toContain(typeof value)
        expect(JSON.parse(JSON.stringify(context))).toEqual(context)
      }
    })
  },
)
