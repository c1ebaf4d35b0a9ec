// One server in a simulated process, its clients, and what is known of them.
import type { Connection, DrainResult, Server } from '../../src/index.ts'
import type { End, Connection as Wire } from './kernel/connection.ts'
import { Kernel, type KernelWatch, type PlainFile } from './kernel/kernel.ts'
import { System } from './libuv/system.ts'
import type { Schedule } from './schedule.ts'
import { Violation } from './violation.ts'
import { Peer } from './world/peer.ts'
import { Process } from './world/process.ts'
import { Promises } from './world/promises.ts'
import { Random } from './world/random.ts'
import type { Visit } from './world/visit.ts'

export const PORT = 7000
/** The server looks at the table of descriptors so often; some more, in milliseconds. */
const LOOK_PERIOD = 1_100

export class Simulation implements KernelWatch {
  readonly schedule: Schedule
  readonly kernel: Kernel
  readonly system: System
  readonly process: Process
  readonly peers: readonly Peer[]
  server: Server | undefined
  readonly promises = new Promises()
  /** By the connection's id. */
  readonly visits = new Map<number, Visit>()
  /** In the order in which their handlers were started. */
  readonly started: Visit[] = []
  readonly connections = new Map<number, Connection>()
  /** The server's ends of all that were accepted. */
  readonly accepts: End[] = []
  /** When each of them was. */
  readonly acceptedAt: { id: number; now: number }[] = []
  /** Accepted while the server drops. */
  readonly dropped = new Set<number>()
  /** Accepted and closed by libuv, since no descriptor was left. */
  readonly lost = new Set<number>()
  /** In the queue of a socket that was closed. */
  readonly refused = new Set<number>()
  /** While the loop was blocked. */
  readonly blocks: { from: number; until: number }[] = []
  /** What the server has told. */
  readonly states = new Set<unknown>()
  drops = 0
  outages = 0
  raised = 0
  /** Handlers that have failed, before the server may cut connections off. */
  failed = 0
  /** Of a drain: live connections when it began, and what it has told. */
  liveAtDrain: number | undefined
  drained: DrainResult | undefined
  /** From then on the server may cut connections off. */
  cutFrom = Infinity
  maxConnections: number
  /** How the last pause by hand asked to pause, until it is over. */
  pausedBy: 'hold' | 'rebind' | undefined
  /** Asleep while clients waited and accept(2) failed, in milliseconds. */
  failingFor = 0
  /** Listening, and asleep, since there were few descriptors. */
  shortFor = 0
  /** A file of others, under the number that the held descriptor had. */
  stolen: { fd: number; file: PlainFile } | undefined
  /** Faults and commands are over; clients and network do their part. */
  isWell = false
  /** Clients end their sides, and read whatever comes. */
  isEnding = false
  /** A command or a policy has closed it, and not the end of the simulation. */
  wasClosedBefore = false
  violation: Violation | undefined
  /** A client that was turned away, unless the server closes. */
  #unduly: number | undefined

  constructor(schedule: Schedule) {
    const { settings, numClients, seed } = schedule
    const random = new Random(~seed)
    this.schedule = schedule
    this.maxConnections = settings.maxConnections
    this.kernel = new Kernel(settings, this)
    this.system = new System(this.kernel, {
      port: PORT,
      choose: (count) => random.below(count),
      onThrown: (error) => this.thrown(error),
    })
    this.system.loop.callbackTime = settings.callbackTime
    this.process = new Process(this.system)
    this.peers = Array.from({ length: numClients }, (_, id) => new Peer(id, this.kernel))
  }

  /** Notes what promise was not kept; only the first is told. */
  violate(oracle: string, message: string): void {
    this.violation ??= new Violation(oracle, message)
  }

  /** Nobody has caught it. */
  thrown(error: unknown): void {
    const text = error instanceof Error ? error.stack : error
    this.violate('nothing is thrown that nobody catches', String(text))
  }

  get now(): number {
    return this.system.time.now
  }

  drain(timeout: number): void {
    const { server } = this
    if (!server) return
    // Only the first one counts.
    if (this.liveAtDrain === undefined) {
      this.liveAtDrain = server.numConnections
      this.mayCutFrom(this.now + timeout)
    }
    const draining = server.drain({ timeout })
    this.promises.add('drain', draining)
    void draining.then((result) => {
      this.drained = result
    })
  }

  mayCutFrom(time: number): void {
    this.cutFrom = Math.min(this.cutFrom, time)
  }

  /** A client is taken out of the queue, by libuv or by the library. */
  accepted({ id, server: end }: Wire): void {
    const { server } = this
    if (this.system.isShedding) return this.#shed(id)
    const open = this.accepts.filter(({ isClosed }) => !isClosed).length
    this.accepts.push(end)
    this.acceptedAt.push({ id, now: this.now })
    if (!server) return
    if (server.isDroppingIncomingConnections) {
      this.dropped.add(id)
      return
    }
    if (server.state !== 'listening') {
      this.violate('nothing is accepted while the server does not listen', `connection ${id}`)
    }
    if (Math.max(open, server.numConnections) >= this.maxConnections) {
      this.violate(
        'the limit is kept',
        `${id} is accepted beside ${server.numConnections}, ${open} open ones`,
      )
    }
  }

  /** A client that waits is reset, since the listening socket is closed. */
  turnedAway({ id }: Wire): void {
    this.refused.add(id)
    const strategy = this.pausedBy ?? this.schedule.settings.pauseStrategy
    if (strategy === 'hold' && !this.stolen) this.#unduly ??= id
  }

  #shed(id: number): void {
    this.lost.add(id)
    if (this.shortFor <= LOOK_PERIOD) return
    this.violate('nobody is lost where there was time to look', `connection ${id} after ${this.shortFor} ms`)
  }

  /** After every callback. */
  look(): void {
    const { server, stolen } = this
    if (stolen && this.kernel.get(stolen.fd) !== stolen.file) {
      this.violate('what belongs to others is not closed', `descriptor ${stolen.fd}`)
    }
    if (!server) return
    // In the middle of a step it does not say yet that it closes.
    if (this.#unduly !== undefined && !server.isClosed) {
      this.violate('who waits is not turned away', `connection ${this.#unduly}`)
    }
    this.states.add(server.actor.getSnapshot().value)
    let live = 0
    for (const _ of server.connections) live++
    if (live !== server.numConnections) {
      this.violate('counts are right', `numConnections is ${server.numConnections}, and ${live} are live`)
    }
  }
}
