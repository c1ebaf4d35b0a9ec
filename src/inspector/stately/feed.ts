// The WebSockets that viewers of Stately's, or whoever takes their messages, have attached.
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AnyActorRef, InspectionEvent } from 'xstate'
import { forEachOf } from '../../common/each.ts'
import { clearInterval, setInterval, type Timer } from '../../common/timers.ts'
import type { Watch } from '../watch/watch.ts'
import { actorMessage, type StatelyMessage, snapshotMessage, statelyMessages } from './message.ts'
import { acceptWebSocket, closeCodes, type WebSocketConnection } from './web-socket.ts'

const PERIOD = 100
/** Messages in one period: to make one costs the server time. */
const BUDGET = 500
/** Bytes that may wait for one viewer. */
const MAX_BYTES = 4 * 1024 * 1024
const MAX_CLIENTS = 8
const KEEP_ALIVE = 15_000
/** A viewer for whom so much waits, for so many periods in a row, is cut off: a minute. */
const MAX_STALLED_PERIODS = 600
/** Connections that a new viewer is told of; the newest ones. */
const MAX_REPLAYED = 200

export class StatelyFeed {
  readonly #watch: Watch
  readonly #showPayloads: boolean
  /** And how many messages each has not been sent. */
  readonly #clients = new Map<WebSocketConnection, number>()
  /** For how many periods each has been too slow. */
  readonly #stalled = new WeakMap<WebSocketConnection, number>()
  #budget = BUDGET
  #timer: Timer | undefined

  constructor(watch: Watch, showPayloads: boolean) {
    this.#watch = watch
    this.#showPayloads = showPayloads
  }

  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS
  }

  get isEmpty(): boolean {
    return this.#clients.size === 0
  }

  add(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    acceptWebSocket(request, socket, head, (client) => {
      this.#clients.set(client, 0)
      socket.on('close', () => this.#remove(client))
      // One that is gone without a word is noticed, and does not hold its place for ever.
      if (socket instanceof Socket) socket.setKeepAlive(true, KEEP_ALIVE)
      this.#timer ??= setInterval(() => this.#nextPeriod(), PERIOD).unref()
      this.#replay(client)
    })
  }

  #remove(client: WebSocketConnection): void {
    this.#clients.delete(client)
    if (!this.isEmpty) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  forward(inspection: InspectionEvent): void {
    if (this.isEmpty) return
    if (this.#budget === 0) {
      for (const [client, missed] of this.#clients) this.#clients.set(client, missed + 1)
      return
    }
    for (const message of statelyMessages(inspection, this.#showPayloads)) {
      this.#budget = Math.max(0, this.#budget - 1)
      const json = JSON.stringify(message)
      forEachOf(this.#clients, ([client, missed]) => {
        if (client.bytesToSend > MAX_BYTES) this.#clients.set(client, missed + 1)
        else client.send(json)
      })
    }
  }

  #nextPeriod(): void {
    this.#budget = BUDGET
    forEachOf(this.#clients, ([client, missed]) => {
      this.#cutOffIfStalled(client)
      if (missed === 0 || client.bytesToSend > MAX_BYTES) return
      this.#clients.set(client, 0)
      // What it shows may be out of date.
      const event = { type: 'inspector.missed', count: missed }
      for (const { actor } of this.#watch.servers.values()) {
        this.#send(client, snapshotMessage(actor, event, this.#showPayloads))
      }
    })
  }

  #cutOffIfStalled(client: WebSocketConnection): void {
    const stalled = client.bytesToSend > MAX_BYTES ? (this.#stalled.get(client) ?? 0) + 1 : 0
    this.#stalled.set(client, stalled)
    if (stalled > MAX_STALLED_PERIODS) client.destroy()
  }

  #replay(client: WebSocketConnection): void {
    for (const { actor, connections } of this.#watch.servers.values()) {
      this.#send(client, actorMessage(actor, this.#showPayloads))
      const supervisor: AnyActorRef | undefined = actor.system.get('connections')
      if (supervisor) this.#send(client, actorMessage(supervisor, this.#showPayloads))
      for (const { handle } of [...connections.values()].slice(-MAX_REPLAYED)) {
        this.#send(client, actorMessage(handle.actor, this.#showPayloads))
      }
    }
  }

  #send(client: WebSocketConnection, message: StatelyMessage): void {
    client.send(JSON.stringify(message))
  }

  close(): void {
    clearInterval(this.#timer)
    forEachOf(this.#clients.keys(), (client) => client.close(closeCodes.goingAway))
  }
}
