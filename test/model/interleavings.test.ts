import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createListenerModel,
  type ListenerModelEvent,
  type ListenerModelSnapshot,
} from '../../src/testing/index.ts'
import { agree } from '../support/agreement.ts'
import { ListenerRun } from './listener-inside.ts'

const RUNS = 60
const MOST_STEPS = 30
/** Short, because to shrink a failure means to fail many times. */
const PATIENCE = 1_000
const TIME_TO_SHRINK = 60_000

/**
 * To repeat a failure: `XSTATE_TCP_SEED` is the seed that it printed, `XSTATE_TCP_PATH` its path.
 */
const repeat = {
  ...(process.env['XSTATE_TCP_SEED'] && { seed: Number(process.env['XSTATE_TCP_SEED']) }),
  ...(process.env['XSTATE_TCP_PATH'] && { path: process.env['XSTATE_TCP_PATH'] }),
}

/** What a client does that makes no difference to the server's state. */
type ClientAct = { type: 'client.sends'; client: number } | { type: 'client.ends'; client: number }
type Act = ListenerModelEvent | ClientAct

const strategy = fc.constantFrom('hold' as const, 'rebind' as const)
const client = fc.nat({ max: 7 })
/** Closing ends the story, so that it has to be rare. */
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ type: 'connect' as const }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('handler.returns' as const), client }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('client.resets' as const), client }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('client.sends' as const), client }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('client.ends' as const), client }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('client.stays' as const), client }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('handler.throws' as const), client }) },
  { weight: 2, arbitrary: fc.constant({ type: 'pause' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pause' as const), strategy }) },
  { weight: 4, arbitrary: fc.constant({ type: 'resume' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'drop.start' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'drop.stop' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('limit.changed' as const),
      maxConnections: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('close' as const), closeExistingConnections: fc.boolean() }),
  },
)
const acts = fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { maxLength: MOST_STEPS, size: 'large' })

const settings = fc.record({
  maxConnections: fc.integer({ min: 1, max: 4 }),
  maxAcceptsPerBatch: fc.constantFrom(1, 4, 64),
  pauseStrategy: strategy,
  onHandlerError: fc.constantFrom('raise' as const, 'ignore' as const, 'call' as const),
})

/**
 * Whom an act is about: the number is one of those to whom it can happen. `undefined` where there
 * is none.
 */
function address(act: Act, snapshot: ListenerModelSnapshot): Act | undefined {
  if (!('client' in act) || act.client === undefined) return act
  const candidates =
    act.type === 'handler.returns' || act.type === 'handler.throws'
      ? snapshot.connections
          .filter(({ snapshot }) => !snapshot.matches('closing'))
          .map(({ client }) => client)
      : snapshot.clients.flatMap((view, number) => (view === 'served' ? [number] : []))
  const chosen = candidates[act.client % candidates.length]
  return chosen === undefined ? undefined : { ...act, client: chosen }
}

const acted = new Set([
  'client.resets',
  'client.stays',
  'client.sends',
  'client.ends',
  'handler.returns',
  'handler.throws',
])
const kindOf = ({ type }: Act) => (type === 'connect' || acted.has(type) ? type : 'command')

/**
 * Clients that connect one after the other do so at once, and so are commands given; whatever else
 * comes takes its turn.
 */
function* eventsOf(group: readonly Act[]): Generator<Act> {
  let events: ListenerModelEvent[] = []
  for (const [index, act] of group.entries()) {
    if (acted.has(act.type)) {
      yield act
      continue
    }
    events.push(act as ListenerModelEvent)
    const next = group[index + 1]
    if (next && kindOf(next) === kindOf(act)) continue
    yield { type: 'at.once', events }
    events = []
  }
}

it(
  'a server does what its chart says, in whatever order clients, handlers and commands come',
  async () => {
    await fc.assert(
      fc.asyncProperty(settings, acts, async ({ onHandlerError, maxAcceptsPerBatch, ...options }, groups) => {
        const model = createListenerModel({ ...options, onHandlerError })
        const policy = onHandlerError === 'call' ? () => {} : onHandlerError
        const server = { ...options, maxAcceptsPerBatch, onHandlerError: policy }
        const run = await ListenerRun.start({ server })
        let snapshot = model.logic.getInitialSnapshot(undefined as never, undefined)
        const ended = new Set<number>()
        const staying = new Set<number>()
        try {
          for (const group of groups) {
            for (const given of eventsOf(group)) {
              const act = address(given, snapshot)
              if (!act) continue
              // A client that has ended its side can no longer stay, nor the other way round.
              const isEnding = act.type === 'client.stays' || act.type === 'client.ends'
              if (isEnding && staying.has(act.client as number)) continue
              if (act.type === 'client.stays') staying.add(act.client as number)
              // Whoever has sent FIN sends nothing more; and Node reads no more then, so that a
              // reset is not noticed.
              if (act.type.startsWith('client.') && 'client' in act && ended.has(act.client as number))
                continue
              if (act.type === 'client.sends') {
                run.client(act.client).socket.write('bytes')
              } else if (act.type === 'client.ends') {
                ended.add(act.client)
                run.client(act.client).socket.end()
              } else {
                await run.perform(act)
                snapshot = model.logic.transition(snapshot, act, undefined as never)
              }
              const expected = model.expectations(snapshot)
              await agree(() => ({ ...expected, ...run.observe() }), expected, PATIENCE)
              expect(run.mostRunning).toBeLessThanOrEqual(5)
            }
          }
          const expected = model.expectations(snapshot)
          const probed = await run.probe()
          await agree(() => ({ ...expected, ...probed() }), expected, PATIENCE)
        } finally {
          await run.end()
        }
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME_TO_SHRINK, ...repeat },
    )
  },
  2 * TIME_TO_SHRINK,
)
