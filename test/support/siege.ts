// A server whose places are all taken by bad clients, and an honest one that waits for its turn.
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, onTestFinished } from 'vitest'
import { SimulatedClock } from 'xstate'
import { type CreateOptions, type Handler, isClientError, type Server } from '../../src/index.ts'
import { agree } from './agreement.ts'
import { Buffered } from './buffered.ts'
import { create } from './serve.ts'
import { turns } from './turns.ts'

/** As many places, and as many bad clients. */
export const PLACES = 20

/** Of what must not happen. */
const TURNS_IN_VAIN = 5

/** A client that does not end, or go, by itself. */
export type Attack = (socket: Socket) => void

export class Siege {
  readonly clock = new SimulatedClock()
  readonly attackers: Socket[] = []
  /** Of bad clients, as the policy heard them. */
  readonly errors: unknown[] = []
  server!: Server
  buffered!: Buffered

  /** All places are taken. */
  static async begin(handler: Handler, options: CreateOptions, attack: Attack): Promise<Siege> {
    const siege = new Siege()
    siege.server = await create(handler, {
      clock: siege.clock,
      maxConnections: PLACES,
      onHandlerError: (_address, error) => {
        if (!isClientError(error)) throw error
        siege.errors.push(error)
      },
      ...options,
    })
    siege.server.on('clientError', (error) => siege.errors.push(error))
    if (options.maxBufferedBytes !== 'unlimited') siege.buffered = new Buffered(siege.server)
    for (let index = 0; index < PLACES; index++) siege.#attack(attack)
    await siege.server.waitForConnections((count) => count === PLACES)
    return siege
  }

  #attack(attack: Attack): void {
    const { port } = this.server.listeningOnAddress as { port: number }
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    attack(socket)
    this.attackers.push(socket)
  }

  /** Each of them sends so much more, and the server has read it. */
  async sends(bytes: Uint8Array): Promise<void> {
    const before = this.#bytesRead
    for (const socket of this.attackers) socket.write(bytes)
    await agree(() => this.#bytesRead, before + PLACES * bytes.length)
  }

  get #bytesRead(): number {
    return [...this.server.connections].reduce((sum, { bytesRead }) => sum + bytesRead, 0)
  }

  /** An honest client comes, and is served at that time, in milliseconds from now, not before. */
  async isLiftedAfter(milliseconds: number, honest: Honest): Promise<void> {
    const { server, clock } = this
    const served = honest(server)
    // Undefined where nobody can say.
    await agree(() => server.numWaiting ?? 1, 1)
    let isServed = false
    served.then(() => {
      isServed = true
    })
    if (milliseconds > 0) clock.increment(milliseconds - 1)
    await turns(TURNS_IN_VAIN)
    expect({ isServed, numConnections: server.numConnections }).toEqual({
      isServed: false,
      numConnections: PLACES,
    })
    clock.increment(1)
    await served
  }
}

/** A client that sends a line and is served when it has it back. */
export type Honest = (server: Server) => Promise<void>

export const honest: Honest = (server) => greets(connect(portOf(server), '127.0.0.1'))

export const honestByTls: Honest = (server) =>
  greets(connectTls({ port: portOf(server), host: '127.0.0.1', rejectUnauthorized: false }))

/** By a proxy, which says whose it is. */
export const honestByProxy: Honest = (server) =>
  greets(connect(portOf(server), '127.0.0.1'), 'PROXY TCP4 192.0.2.1 198.51.100.1 50000 80\r\n')

function portOf(server: Server): number {
  return (server.listeningOnAddress as { port: number }).port
}

async function greets(socket: Socket | TLSSocket, before = ''): Promise<void> {
  onTestFinished(() => void socket.destroy())
  socket.write(`${before}hello\n`)
  let received = ''
  for await (const data of socket) {
    received += data
    if (received === 'hello\n') return
  }
  throw new Error(`closed after ${JSON.stringify(received)}`)
}
