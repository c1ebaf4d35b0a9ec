// One server that is watched: what its listener and its connections have told, and what of it the
// pages have not been told yet.
import type { AnyActorRef, AnyEventObject } from 'xstate'
import type { ListenerContext } from '../../../machines/index.ts'
import { ChartActor } from '../../chart/chart-actor.ts'
import { formatAddress } from '../../common/address.ts'
import { isWithin } from '../../common/state.ts'
import { explainState } from '../../describe/explain-state.ts'
import { Listener } from '../../listener/listener.ts'
import type { Server } from '../../server.ts'
import type { ConnectionRow, ServerFrame, Totals, Transition } from '../protocol.ts'
import { type Counted, Minute } from './minute.ts'
import type { WatchedConnection } from './watched-connection.ts'

/** Whose bytes are looked at in one frame; all are in turn. */
const SCANNED = 1_000
const MAX_TRANSITIONS = 30
const FAILURES = new Set(['handler.failed', 'accept.failed', 'acceptor.failed', 'accept.exhausted'])

export class WatchedServer {
  readonly id: number
  readonly actor: AnyActorRef
  readonly connections = new Map<number, WatchedConnection>()
  readonly totals: Totals = { accepted: 0, dropped: 0, refused: 0, errors: 0 }
  state = ''
  #context: ListenerContext | undefined
  #last: Transition | undefined
  readonly #minute = new Minute()
  // What the pages have not been told yet; kept while there are any.
  #isTracked = false
  #hasChanged = false
  /** Each once: a busy server takes the same two all the time. */
  #transitions: Transition[] = []
  readonly #changed = new Set<WatchedConnection>()
  #gone: number[] = []
  #scan: Iterator<WatchedConnection> | undefined
  #toldSecond = 0
  #toldState = ''
  #waiting: number | undefined

  constructor(id: number, actor: AnyActorRef) {
    this.id = id
    this.actor = actor
  }

  /** The facade; undefined while it is being created. */
  get server(): Server | undefined {
    const { actor } = this
    const listener = actor instanceof ChartActor ? actor.effects : undefined
    return listener instanceof Listener ? (listener.server as Server | undefined) : undefined
  }

  /** The listener has taken a step. Gives the state before it. */
  stepped(event: AnyEventObject, state: string, context: ListenerContext, now: number): string {
    const from = this.state
    const second = Math.floor(now / 1000)
    const before = this.#context?.connections ?? 0
    if (event.type === 'connection.offered') {
      const isAccepted = context.connections > before
      this.#count(isAccepted ? 'accepted' : isWithin(from, 'dropping') ? 'dropped' : 'refused', second)
    } else if (FAILURES.has(event.type)) this.#count('errors', second)
    if (context.connections !== before) this.#minute.setConnections(second, context.connections)
    this.#context = context
    this.state = state
    this.#hasChanged = true
    this.#last = { from, to: state, event: event.type }
    if (this.#isTracked) this.#trackTransition(this.#last)
    return from
  }

  #count(what: Counted, second: number): void {
    this.totals[what]++
    this.#minute.count(second, what)
  }

  #trackTransition(transition: Transition): void {
    const transitions = this.#transitions
    for (const { from, event, to } of transitions) {
      if (event === transition.event && from === transition.from && to === transition.to) return
    }
    transitions.push(transition)
    if (transitions.length > MAX_TRANSITIONS) transitions.shift()
  }

  add(connection: WatchedConnection): void {
    this.connections.set(connection.id, connection)
  }

  connectionChanged(connection: WatchedConnection): void {
    if (this.#isTracked) this.#changed.add(connection)
  }

  remove(connection: WatchedConnection): void {
    this.connections.delete(connection.id)
    this.#changed.delete(connection)
    if (this.#isTracked && connection.isTold) this.#gone.push(connection.id)
  }

  /**
   * Starts to remember what pages have to be told; the first frame after it has to be a whole one.
   */
  track(): void {
    this.#isTracked = true
    for (const connection of this.connections.values()) connection.isTold = true
  }

  untrack(): void {
    this.#isTracked = false
    this.#transitions = []
    this.#changed.clear()
    this.#gone = []
    this.#scan = undefined
  }

  /** What has changed since the last call; undefined if nothing has. */
  takeChanges(now: number): ServerFrame | undefined {
    this.#findNewBytes()
    const second = Math.floor(now / 1000)
    const isNewSecond = second !== this.#toldSecond
    if (!this.#hasChanged && !isNewSecond && this.#changed.size === 0 && this.#gone.length === 0) return
    // To look costs a system call or more, and a busy server has something to tell in each frame.
    if (isNewSecond || this.state !== this.#toldState || this.#waiting) {
      this.#waiting = this.server?.numWaiting
    }
    const rows: ConnectionRow[] = []
    for (const connection of this.#changed) {
      connection.isTold = true
      rows.push(connection.row())
    }
    const frame = this.#frame(false, rows, this.#gone)
    if (isNewSecond) frame.minute = [...this.#minute.until(second)]
    this.#toldSecond = second
    this.#toldState = this.state
    this.#hasChanged = false
    this.#transitions = []
    this.#changed.clear()
    this.#gone = []
    return frame
  }

  /** All there is. */
  whole(now: number): ServerFrame {
    const rows = Array.from(this.connections.values(), (connection) => connection.row())
    const frame = this.#frame(true, rows, [])
    frame.minute = [...this.#minute.until(Math.floor(now / 1000))]
    return frame
  }

  #frame(isWhole: boolean, rows: ConnectionRow[], gone: number[]): ServerFrame {
    const { connections = 0, maxConnections = 0, pausedByHand = false } = this.#context ?? {}
    const { pauseStrategy = 'hold', handStrategy = 'hold', isBound = true } = this.#context ?? {}
    const { server } = this
    return {
      id: this.id,
      address: server ? formatAddress(server.listeningOnAddress) : '',
      state: this.state,
      explanation: explainState(this.state, {
        numConnections: connections,
        maxConnections,
        pausedByHand: pausedByHand ? handStrategy : undefined,
        isThrottled: this.#context?.isThrottled ?? false,
        pauseStrategy,
        isBound,
      }),
      connections,
      maxConnections,
      waiting: this.#waiting,
      pausedByHand,
      pauseStrategy,
      totals: this.totals,
      last: this.#last,
      transitions: this.#transitions,
      isWhole,
      rows,
      gone,
    }
  }

  /** Bytes make no event, so they are looked for. */
  #findNewBytes(): void {
    this.#scan ??= this.connections.values()
    for (let scanned = 0; scanned < SCANNED; scanned++) {
      const { value, done } = this.#scan.next()
      if (done) {
        this.#scan = undefined
        return
      }
      if (value.hasNewBytes) this.#changed.add(value)
    }
  }
}
