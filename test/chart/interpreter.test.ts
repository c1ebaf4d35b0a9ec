// The proof that looking a chart up is the same as interpreting it. CI runs this with the oldest
// and the newest XState of the range.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyActorRef, AnyEventObject, AnyStateMachine } from 'xstate'
import { connectionMachine, listenerMachine } from '../../machines/index.ts'
import { explore } from '../support/exploration.ts'
import { type Interpreter, interpreted, lookedUp, type OnRequest } from '../support/interpreters.ts'

const error = new Error('an error')
const input = { maxConnections: 2, pauseStrategy: 'hold' }

/** Those of a chart's events that come with something; of all others there is one without. */
const payloads: Record<string, AnyEventObject[]> = {
  pause: [{ type: 'pause' }, { type: 'pause', strategy: 'rebind' }],
  'limit.changed': [
    { type: 'limit.changed', maxConnections: 1 },
    { type: 'limit.changed', maxConnections: 2 },
  ],
  'acceptor.failed': [{ type: 'acceptor.failed', error }],
  'accept.exhausted': [{ type: 'accept.exhausted' }, { type: 'accept.exhausted', isTooLate: true }],
  'accept.failed': [{ type: 'accept.failed', error }],
  'clients.waiting': [{ type: 'clients.waiting', count: 3 }],
  'handler.failed': [{ type: 'handler.failed', error, address: 'here' }],
  'policy.raised': [{ type: 'policy.raised', error }],
  close: [{ type: 'close' }, { type: 'close', closeExistingConnections: true }],
  destroy: [{ type: 'destroy' }, { type: 'destroy', error }],
  'buffer.too-old': [{ type: 'buffer.too-old', error }],
  'deadline.reached': [{ type: 'deadline.reached', error }],
  'buffer.too-large': [{ type: 'buffer.too-large', error }],
}

function eventsOf(machine: AnyStateMachine): AnyEventObject[] {
  const types = new Set<string>()
  const visit = (node: AnyStateMachine['root']): void => {
    for (const type of node.transitions.keys()) types.add(type)
    for (const child of Object.values(node.states)) visit(child)
  }
  visit(machine.root)
  return [...types].flatMap((type) => payloads[type] ?? [{ type }])
}

const listenerEvents = eventsOf(listenerMachine)
const connectionEvents = eventsOf(connectionMachine)

/**
 * Each event in each of the chart's states, in each way in which it can turn out: the way there,
 * and the event.
 */
function pathsThrough(
  machine: AnyStateMachine,
  events: (snapshot: never) => AnyEventObject[],
  chartInput: unknown,
): AnyEventObject[][] {
  const { states, steps, keyOf } = explore(machine, events as never, chartInput as never)
  const wayTo = new Map<string, AnyEventObject[]>([[keyOf(states[0] as never), []]])
  const paths = new Map<string, AnyEventObject[]>()
  for (const { from, event, to } of steps) {
    const path = [...(wayTo.get(keyOf(from)) ?? []), event as AnyEventObject]
    if (!wayTo.has(keyOf(to))) wayTo.set(keyOf(to), path)
    const kind = JSON.stringify([from.value, event, to.value])
    if (!paths.has(kind)) paths.set(kind, path)
  }
  return [...paths.values()]
}

const ofListener = pathsThrough(
  listenerMachine,
  ({ context }: { context: { connections: number; failures: number } }) =>
    listenerEvents.filter(
      ({ type }) =>
        (type !== 'connection.settled' || context.connections > 0) &&
        (!/failed|exhausted/.test(type) || context.failures < 1),
    ),
  input,
)
const ofConnection = pathsThrough(
  connectionMachine,
  ({ status }: { status: string }) => (status === 'active' ? connectionEvents : []),
  undefined,
)

/** Numbers of connections, or the listener. */
interface Sent {
  to: number | 'listener'
  event: AnyEventObject
}

function notesOf(run: Interpreter, sent: readonly Sent[], onRequest?: OnRequest, isInspected?: boolean) {
  const { tree, notes } = run(input, onRequest, isInspected)
  for (const { to, event } of sent) {
    const actor: AnyActorRef | undefined = to === 'listener' ? tree.listener : tree.connections[to]
    // XState warns of events that come too late.
    if (actor?.getSnapshot().status === 'active') tree.send(actor, event)
  }
  return notes
}

function expectSame(sent: readonly Sent[], onRequest?: () => OnRequest, isInspected?: boolean): string[] {
  const expected = notesOf(interpreted, sent, onRequest?.(), isInspected)
  const told = notesOf(lookedUp, sent, onRequest?.(), isInspected)
  // JSON, because comparing thousands of structures by themselves takes a minute.
  if (JSON.stringify(told) !== JSON.stringify(expected)) expect(told).toEqual(expected)
  return told
}

const offered: Sent = { to: 'listener', event: { type: 'connection.offered' } }

describe('charts that are looked up do, and tell, what the interpreter does and tells:', () => {
  it('the listener and its supervisor, for each event in each state', () => {
    expect(ofListener.length).toBeGreaterThan(150)
    for (const path of ofListener) expectSame(path.map((event) => ({ to: 'listener', event })))
  })

  it('a connection, for each event in each state', () => {
    expect(ofConnection.length).toBeGreaterThan(60)
    for (const path of ofConnection) expectSame([offered, ...path.map((event) => ({ to: 0, event }))])
  })

  it('all of them together, from accept to the last end', () => {
    const ended = ['handler.started', 'handler.settled', 'writer.flushed', 'peer.ended', 'socket.closed']
    const told = expectSame([
      ...[0, 1, 2].map(() => offered),
      ...ended.flatMap((type) => [0, 1].map((to) => ({ to, event: { type } }))),
      ...['connection.settled', 'connection.settled', 'close', 'acceptor.closed'].map((type) => ({
        to: 'listener' as const,
        event: { type },
      })),
    ])
    expect(told.filter((note) => note.includes('xstate.done.actor.connection-2'))).toHaveLength(3)
    expect(told.length).toBeGreaterThan(120)
  })

  it('the end of a connection, to those who look at nothing but the supervisor', () => {
    const sent = [
      offered,
      ...['handler.started', 'handler.settled', 'socket.closed'].map((type) => ({ to: 0, event: { type } })),
    ]
    const observeSupervisor = (): OnRequest => (tree, actor) => {
      if (actor.id === 'connections') tree.observe(actor, 'second')
    }
    const told = expectSame(sent, observeSupervisor, false)
    expect(told.filter((note) => note.startsWith('second'))).toHaveLength(2)
  })

  it('what is sent in the middle of any step, of the last one too', () => {
    const steps = ['handler.started', 'handler.settled', 'writer.flushed', 'socket.closed']
    const sent = [offered, ...steps.map((type) => ({ to: 0, event: { type } }))]
    for (const type of ['destroy', 'handler.failed', 'nonsense']) {
      for (let at = 0; at < 8; at++) {
        const sendThen = (): OnRequest => {
          let asked = 0
          return (tree, actor) => {
            if (asked++ === at) tree.send(actor, { type })
          }
        }
        expectSame(sent, sendThen)
      }
    }
  })

  const anySent = fc.array(
    fc.oneof(
      { arbitrary: fc.constant(offered), weight: 2 },
      fc.record({ to: fc.constant('listener' as const), event: fc.constantFrom(...listenerEvents) }),
      fc.record({ to: fc.nat(2), event: fc.constantFrom(...connectionEvents) }),
    ),
    { maxLength: 25 },
  )

  it('whatever comes in whatever order', () => {
    fc.assert(
      fc.property(anySent, (sent) => void expectSame(sent)),
      { numRuns: 300 },
    )
  })

  it('also when those that do what is asked for send, subscribe and inspect in the middle of a step', () => {
    const anyDoing = fc.record({
      at: fc.nat(12),
      what: fc.constantFrom('send', 'send to listener', 'observe', 'inspect'),
      event: fc.constantFrom(...connectionEvents, ...listenerEvents),
    })
    const anyDoings = fc.array(anyDoing, { minLength: 1, maxLength: 4 })
    const property = fc.property(anySent, anyDoings, fc.boolean(), (sent, doings, isInspected) => {
      const doIt = (): OnRequest => {
        let asked = 0
        return (tree, actor) => {
          const now = asked++
          for (const { at, what, event } of doings) {
            if (at !== now) continue
            if (what === 'send') tree.send(actor, event)
            else if (what === 'send to listener') tree.send(tree.listener, event)
            else if (what === 'observe') tree.observe(actor, `observer ${now}`)
            else tree.inspect(`inspector ${now}`)
          }
        }
      }
      expectSame(sent, doIt, isInspected)
    })
    fc.assert(property, { numRuns: 500 })
  })
})
