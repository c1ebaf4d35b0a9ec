// Drives a server of this library as the model of its protocol says: one client after the other.
import type { AnyEventObject, AnyStateMachine } from 'xstate'
import { invalid, requireFunction, requireObject } from '../../common/validate.ts'
import type { DriverWhere } from '../calls.ts'
import type { DrivenServer } from '../driven.ts'
import type { Driver, DriverRun } from '../test-server.ts'
import { areAnswers, shownBytes } from './answers.ts'
import type { ProtocolModelEvent } from './events.ts'
import { ProtocolClient } from './protocol-client.ts'
import type { ProtocolExpectations, ProtocolModel } from './protocol-model.ts'

/** As much of a `Server` as the driver of a protocol needs. */
export interface ProtocolServer
  extends Pick<
    DrivenServer,
    'state' | 'connections' | 'closeFinishedAndHandlersDetermined' | 'close' | 'drain' | 'on'
  > {
  readonly listeningOn: number | string
}

/** A started server; with what else can be seen of it, where the model shows that. */
export type StartedProtocol<Shown extends object> = keyof Shown extends never
  ? ProtocolServer | { server: ProtocolServer; observe?: () => object }
  : { server: ProtocolServer; observe: () => Shown }

/**
 * A driver for servers of this library that speak the protocol of the model. `start` is called for
 * each path, with a free port of 127.0.0.1 as 0; it returns the server that it has started. Where
 * the model `shows` more than a client can see, it returns `{ server, observe }`, where `observe`
 * says how that is now.
 *
 * @example
 * ```ts
 * const machine = createMachine({ on: { PING: {} } })
 * const client = { PING: { send: 'PING\n', answer: 'PONG\n' } }
 * const protocol = createProtocolModel({ machine, client })
 * const pongs = createProtocolDriver(protocol, (where) =>
 *   Server.create(where, async (_address, reader, writer) => {
 *     for await (const line of reader.lines()) if (line === 'PING') writer.writeLine('PONG')
 *   }),
 * )
 * testServer(protocol, pongs, { test })
 * ```
 */
export function createProtocolDriver<TMachine extends AnyStateMachine, Shown extends object>(
  model: ProtocolModel<TMachine, Shown>,
  start: (where: DriverWhere) => Promise<StartedProtocol<Shown>>,
): Driver<ProtocolModelEvent<TMachine>, ProtocolExpectations & Shown> {
  requireObject('model', model, 'a model, as createProtocolModel() makes them')
  requireFunction('start', start)
  return {
    start: async () => new ProtocolRun(model, checkStarted(await start({ port: 0, host: '127.0.0.1' }))),
  }
}

interface Started {
  readonly server: ProtocolServer
  readonly observe?: () => object
}

function checkStarted(value: Started | ProtocolServer): Started {
  const given: object = Object(value)
  const started = 'server' in given ? (given as Started) : { server: given as ProtocolServer }
  if (typeof Object(started.server).drain === 'function') return started
  return invalid('The result of start()', 'a server of this library, or { server, observe }', value)
}

class ProtocolRun<TMachine extends AnyStateMachine, Shown extends object>
  implements DriverRun<ProtocolModelEvent<TMachine>, ProtocolExpectations & Shown>
{
  readonly #model: ProtocolModel<TMachine, Shown>
  readonly #started: Started
  /** What should be so by now. */
  #at: ReturnType<ProtocolModel<TMachine, Shown>['logic']['transition']>
  #client: ProtocolClient | undefined
  #failure: Error | undefined

  constructor(model: ProtocolModel<TMachine, Shown>, started: Started) {
    this.#model = model
    this.#started = started
    this.#at = model.logic.getInitialSnapshot(NO_SCOPE, undefined)
    started.server.on('error', (error) => {
      this.#failure ??= error
    })
  }

  async perform(event: ProtocolModelEvent<TMachine>): Promise<void> {
    this.#at = this.#model.logic.transition(this.#at, event, NO_SCOPE)
    const { type, events = [] } = event as { type: string; events?: readonly AnyEventObject[] }
    const bytes = Buffer.concat(this.#at.sent)
    this.#client?.forget()
    if (type === 'client.connects' || events[0]?.type === 'client.connects') this.#connect()
    const client = this.#client
    const { server } = this.#started
    switch (type) {
      case 'client.connects':
        return client?.connected()
      case 'client.resets':
        return client?.reset()
      case 'client.ends':
        return client?.send(bytes, true)
      case 'server.closes':
        return void server.close()
      case 'server.cuts':
        return void server.close({ closeExistingConnections: true })
      case 'server.drains':
        return void server.drain()
      case 'client.trickles':
        return client?.trickle(bytes)
      default:
        return client?.send(bytes, events.at(-1)?.type === 'client.ends')
    }
  }

  observe(): { readonly [Name in keyof (ProtocolExpectations & Shown)]?: unknown } {
    const expected = this.#model.expectations(this.#at)
    const received = this.#client?.received ?? Buffer.alloc(0)
    const isAsExpected = areAnswers(received, this.#at.answers)
    const { server, observe } = this.#started
    const observed = {
      ...observe?.(),
      answer: isAsExpected ? expected.answer : shownBytes(received, this.#at.answers),
      client: this.#viewWhere(expected.client),
      connection: [...server.connections].at(-1)?.state ?? 'closed',
      server: this.#stateOfServer(),
    }
    const missing = Object.keys(expected).filter((name) => !Object.hasOwn(observed, name))
    if (missing.length === 0) return observed
    throw new TypeError(`observe of the driver must return what the model shows: ${missing.join(', ')}`)
  }

  async end(): Promise<void> {
    this.#client?.destroy()
    const { server } = this.#started
    void server.close({ closeExistingConnections: true })
    await server.closeFinishedAndHandlersDetermined
  }

  #connect(): void {
    this.#client?.destroy()
    this.#client = new ProtocolClient(this.#started.server.listeningOn)
  }

  #viewWhere(expected: string): string {
    const view = this.#client?.view ?? 'ended'
    return expected === 'cut' && (view === 'ended' || view === 'reset') ? expected : view
  }

  #stateOfServer(): string {
    const { state } = this.#started.server
    const seen = state === 'closing' || state === 'closed' ? state : 'open'
    return this.#failure ? `${seen}, after ${this.#failure}` : seen
  }
}

/** The models' logic needs nothing of the actor that runs it. */
const NO_SCOPE = undefined as never
