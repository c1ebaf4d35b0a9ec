// The world around one conversation after the other: a client, its connection, and the server.
import type { AnyEventObject, AnyMachineSnapshot, Snapshot } from 'xstate'
import type { ConnectionModelSnapshot } from '../connection-world.ts'
import { ANYTHING, type Answer } from './answers.ts'
import type { ConnectionBelow, StepBelow } from './connection-below.ts'
import type { ConnectionEventType } from './events.ts'
import type { Outcome, Protocol } from './protocol.ts'
import { nameOf } from './states.ts'

/** What a client sees of its connection; `cut`: it has ended, or was reset. */
export type ProtocolClientView = 'open' | 'ended' | 'reset' | 'cut' | 'left'

/** The state of the model. Read it through `expectations`. */
export type ProtocolModelSnapshot = Extract<Snapshot<undefined>, { status: 'active' }> & {
  /** The user's machine in the last conversation, and our connection below it. */
  readonly protocol: AnyMachineSnapshot | undefined
  readonly connection: ConnectionModelSnapshot | undefined
  readonly client: ProtocolClientView
  /** Its port; the conversation may go on behind a closed one. */
  readonly server: 'open' | 'closed'
  /** What half of is sent, after what else in the same segment. */
  readonly half: readonly AnyEventObject[]
  /** What came before and should have left no trace; `isFresh`: not in this conversation. */
  readonly past: string
  readonly isFresh: boolean
  /** Of the last step: what the client has sent, and what it gets. */
  readonly sent: readonly Buffer[]
  readonly answers: readonly Answer[]
}

export const NOBODY: ProtocolModelSnapshot = {
  status: 'active',
  output: undefined,
  error: undefined,
  protocol: undefined,
  connection: undefined,
  client: 'ended',
  server: 'open',
  half: [],
  past: '',
  isFresh: true,
  sent: [],
  answers: [],
}

/** The model while something happens in it. */
export class ProtocolWorld {
  readonly #protocol: Protocol
  readonly #below: ConnectionBelow
  #snapshot: ProtocolModelSnapshot

  constructor(protocol: Protocol, below: ConnectionBelow, snapshot: ProtocolModelSnapshot) {
    this.#protocol = protocol
    this.#below = below
    this.#snapshot = { ...snapshot, sent: [], answers: [] }
  }

  get snapshot(): ProtocolModelSnapshot {
    return this.#snapshot
  }

  happen(event: AnyEventObject): void {
    switch (event.type) {
      case 'client.connects':
        return this.#connect()
      case 'client.pipelines':
      case 'client.trickles':
        return this.#sendAll(event['events'])
      case 'client.pauses':
        return this.#pause(event['events'])
      case 'client.resumes':
        return this.#resume()
      case 'client.ends':
      case 'client.resets':
      case 'server.closes':
      case 'server.drains':
      case 'server.cuts':
        return this.#tellOfConnection(event as { type: ConnectionEventType })
      default:
        return this.#say(event)
    }
  }

  #connect(): void {
    const { protocol: previous, client, server } = this.#snapshot
    if (client === 'open' || server !== 'open') return
    const protocol = this.#protocol.begin(previous)
    this.#set({
      protocol,
      connection: this.#below.start(),
      client: 'open',
      half: [],
      past: previous && this.#protocol.isTriedAgain ? `a conversation that ended in ${nameOf(previous)}` : '',
      isFresh: true,
      answers: [this.#protocol.greeting],
    })
    if (protocol.status === 'done') this.#finish('ended')
  }

  #sendAll(events: readonly AnyEventObject[]): void {
    for (const event of events) {
      const { protocol, client, sent } = this.#snapshot
      // What is sent after the end is discarded, and must not reset the connection.
      const isTooLate = protocol && sent.length > 0 && client !== 'open' && event.type !== 'client.ends'
      if (isTooLate) this.#send(this.#protocol.bytesOf(protocol, event))
      else this.happen(event)
    }
  }

  #say(event: AnyEventObject): void {
    const { protocol, client, half } = this.#snapshot
    if (!protocol || client !== 'open' || this.#hasEnded || half.length > 0) return
    const outcome = this.#protocol.outcome(protocol, event)
    if (outcome.answer === undefined) return
    this.#send(this.#protocol.bytesOf(protocol, event))
    this.#take(event, outcome)
  }

  #pause(events: readonly AnyEventObject[]): void {
    const last = events.at(-1)
    this.#sendAll(events.slice(0, -1))
    const { protocol, client } = this.#snapshot
    if (!protocol || !last || client !== 'open' || this.#hasEnded) return
    const bytes = this.#protocol.bytesOf(protocol, last)
    this.#send(bytes.subarray(0, bytes.length >> 1))
    this.#set({ half: events })
  }

  #resume(): void {
    const { protocol, half } = this.#snapshot
    const event = half.at(-1)
    if (!protocol || !event) return
    const bytes = this.#protocol.bytesOf(protocol, event)
    this.#send(bytes.subarray(bytes.length >> 1))
    this.#set({ half: [] })
    this.#take(event, this.#protocol.outcome(protocol, event))
  }

  #tellOfConnection(event: { type: ConnectionEventType }): void {
    const { protocol, client, server, half } = this.#snapshot
    if (!protocol || client !== 'open') return
    const isOfServer = event.type.startsWith('server.')
    if (isOfServer ? server !== 'open' : this.#hasEnded) return
    this.#happenBelow(event.type)
    if (isOfServer) this.#remember(event.type, 'closed')
    const outcome = this.#protocol.outcome(protocol, event)
    const isTaken = outcome.transitions.length > 0
    if (isTaken) this.#take(event, outcome)
    switch (event.type) {
      case 'client.resets':
        return this.#breakOff('left')
      case 'server.cuts':
        return this.#breakOff('cut')
      case 'client.ends':
        // Whether a server answers what it has got a half of.
        if (half.length > 0) this.#set({ half: [], answers: [ANYTHING] })
        if (!isTaken) this.#finish('ended')
    }
  }

  #take(event: AnyEventObject, { after, transitions, answer }: Outcome): void {
    const { protocol: before, answers } = this.#snapshot
    this.#set({
      protocol: after,
      answers: answer === undefined ? answers : [...answers, answer],
    })
    if (transitions.length === 0) this.#remember(`${event.type} at another time`)
    else if (before && this.#protocol.isReturn(before, after))
      this.#remember(`${event.type} in ${nameOf(before)}`)
    if (after.status === 'done') this.#finish('ended')
  }

  /** What the server does is remembered to the end. */
  #remember(past: string, server = this.#snapshot.server): void {
    if (this.#snapshot.server !== 'open') return
    this.#set({ server })
    if (this.#protocol.isTriedAgain) this.#set({ past, isFresh: false })
  }

  #send(bytes: Buffer): void {
    this.#set({ sent: [...this.#snapshot.sent, bytes] })
  }

  /** Nobody can say what the client still gets. */
  #breakOff(client: ProtocolClientView): void {
    this.#finish(client)
    this.#set({ client, answers: [ANYTHING] })
  }

  /** The handler has nothing more to say. */
  #finish(client: ProtocolClientView): void {
    this.#happenBelow('handler.returns')
    // A client that sees the end ends its own side.
    if (!this.#hasEnded) this.#happenBelow('client.ends')
    this.#set({ client, half: [] })
  }

  #happenBelow(type: StepBelow): void {
    const { connection } = this.#snapshot
    if (connection) this.#set({ connection: this.#below.next(connection, type) })
  }

  get #hasEnded(): boolean {
    return this.#snapshot.connection?.hasEnded === true
  }

  #set(changed: Partial<ProtocolModelSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed }
  }
}
