// A user's protocol as a model: their machine of one conversation, closed over our connection.
import type { AnyEventObject, AnyStateMachine } from 'xstate'
import { createModel, type Model } from '../model.ts'
import { type Answer, shownAnswers } from './answers.ts'
import { ConnectionBelow } from './connection-below.ts'
import type { ProtocolModelEvent } from './events.ts'
import { checkProtocolModelOptions, type ProtocolModelOptions } from './options.ts'
import { Protocol } from './protocol.ts'
import {
  NOBODY,
  type ProtocolClientView,
  type ProtocolModelSnapshot,
  ProtocolWorld,
} from './protocol-world.ts'
import { nameOf } from './states.ts'
import { eventsIn } from './tries.ts'

export interface ProtocolExpectations {
  /** All that the client gets in this step; a list where it gets several answers. */
  readonly answer: Answer | readonly Answer[]
  /**
   * What the client sees of its connection: open, ended by FIN, or reset; `cut` is either of the
   * last two, where the server cuts it off. `left`: it has itself reset it.
   */
  readonly client: ProtocolClientView
  /** The `state` of the connection; `closed` when the server no longer has it. */
  readonly connection: 'accepted' | 'serving' | 'abandoned' | 'closing' | 'closed'
  /** Whether the server listens; a conversation may go on when it no longer does. */
  readonly server: 'open' | 'closed'
}

export interface ProtocolModel<TMachine extends AnyStateMachine, Shown extends object>
  extends Model<ProtocolModelSnapshot, ProtocolModelEvent<TMachine>, ProtocolExpectations & Shown> {
  /**
   * The states and transitions of the machine that no path comes to, by names such as `state mail`
   * and `mail: DATA → text`. The report of `testServer` has them as well. Among them are those for
   * delays, since no time passes in a model.
   */
  unreached(): readonly string[]
}

/**
 * A model of a protocol: your machine of one conversation, driven by what a client sends, and
 * closed over the chart of a connection. Its paths go through every state of your machine with
 * every event, as one segment, byte by byte, behind another event in the same segment, and by
 * halves; in every state the client resets the connection or ends its side, and the server closes,
 * drains, or cuts everybody off. Where one goes back to an earlier state, or connects again,
 * everything is tried anew.
 *
 * Throws a `TypeError` that names the option for a wrong one: an event that the machine does not
 * know, an event of it without an entry or without bytes, and a machine of more than 1,000
 * snapshots.
 *
 * @example
 * ```ts
 * const machine = createMachine({
 *   initial: 'ready',
 *   states: { ready: { on: { PING: 'ready', QUIT: 'done' } }, done: { type: 'final' } },
 * })
 * const model = createProtocolModel({
 *   machine,
 *   client: {
 *     PING: { send: 'PING\n', answer: 'PONG\n' },
 *     QUIT: { send: 'QUIT\n', answer: 'BYE\n' },
 *   },
 * })
 * ```
 */
export function createProtocolModel<TMachine extends AnyStateMachine, Shown extends object = object>(
  options: ProtocolModelOptions<TMachine, Shown>,
): ProtocolModel<TMachine, Shown> {
  // Its functions are given nothing but what its own machine makes.
  const given = options as unknown as ProtocolModelOptions<AnyStateMachine, Shown>
  checkProtocolModelOptions(given)
  const { shows } = given
  const protocol = new Protocol(given)
  const below = new ConnectionBelow()
  const transition = (snapshot: ProtocolModelSnapshot, event: AnyEventObject) => {
    const world = new ProtocolWorld(protocol, below, snapshot)
    world.happen(event)
    return world.snapshot
  }
  const expectationsOf = ({ protocol: at, connection, client, server, answers }: ProtocolModelSnapshot) => ({
    answer: shownAnswers(answers),
    client,
    connection: connection ? below.stateOf(connection) : 'closed',
    server,
    ...(shows && at && shows(at)),
  })
  const model = createModel({
    logic: { getInitialSnapshot: () => NOBODY, transition, getPersistedSnapshot: (snapshot) => snapshot },
    events: (snapshot: ProtocolModelSnapshot) => eventsIn(protocol, snapshot),
    serializeState: (snapshot) => serialize(protocol, snapshot),
    kindOf,
    stateOf: placeOf,
    expectations: expectationsOf,
  }) as unknown as Model<ProtocolModelSnapshot, ProtocolModelEvent<TMachine>, ProtocolExpectations & Shown>
  return {
    ...model,
    unreached: () => {
      // Makes every step that there is.
      model.kinds()
      return protocol.unreached()
    },
  }
}

function serialize(protocol: Protocol, snapshot: ProtocolModelSnapshot): string {
  const { protocol: at, connection, client, server, half, past } = snapshot
  const below = [connection?.connection.value, connection?.hasEnded]
  return JSON.stringify([at && protocol.keyOf(at), below, client, server, half, past])
}

/** What a handler may do otherwise, and what it has done. */
function kindOf(from: ProtocolModelSnapshot, event: AnyEventObject, to: ProtocolModelSnapshot): string {
  const isOfConnection = /^(client|server)\./.test(event.type)
  const half = event.type === 'client.resumes' ? from.half : from.half.length > 0
  return JSON.stringify([
    [placeOf(from), from.client === 'open', half, isOfConnection || from.past],
    event,
    [placeOf(to), to.client, to.answers.map(String)],
  ])
}

/** The state of the user's machine, also where its conversation has ended. */
function placeOf({ protocol }: ProtocolModelSnapshot): string {
  return protocol ? nameOf(protocol) : 'nowhere'
}
