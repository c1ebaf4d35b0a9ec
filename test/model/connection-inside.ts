// The driver of a connection with what only the inside of the library can bring about: a second
// failure of a handler, a socket that is closed before its handler starts, and memory that runs
// short.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { BufferLimitError } from '../../src/common/errors.ts'
import type { LiveConnection } from '../../src/connection/live-connection.ts'
import { type Connection, type CreateOptions, Server, type ServerOptions } from '../../src/index.ts'
import {
  type ConnectionDriverOptions,
  type ConnectionExpectations,
  type ConnectionModelEvent,
  createConnectionDriver,
  type Driver,
  type DriverRun,
  type Factory,
} from '../../src/testing/index.ts'
import { countOf } from '../support/count.ts'

/** Of both factories. */
type CommonOptions = ServerOptions & CreateOptions
type Run = DriverRun<ConnectionModelEvent, ConnectionExpectations>

export function createInsideDriver(
  factory: Factory,
  options: CommonOptions = {},
  driverOptions: ConnectionDriverOptions = {},
): Driver<ConnectionModelEvent, ConnectionExpectations> {
  return {
    start: async () => {
      let server: Server | undefined
      const driver = createConnectionDriver(async (where, handler, settings) => {
        server = await Server[factory](where, handler, { ...options, ...settings })
        return server
      }, driverOptions)
      const run = await driver.start()
      return new InsideRun(run, server as unknown as Server)
    },
  }
}

/** Of a handler. */
const ENDS: ReadonlySet<string> = new Set(['handler.returns', 'handler.throws', 'handler.gives.up'])

class InsideRun implements Run {
  readonly #run: Run
  readonly #server: Server
  #connection: Connection | undefined
  #hasSettled = false

  constructor(run: Run, server: Server) {
    this.#run = run
    this.#server = server
  }

  async perform(event: ConnectionModelEvent): Promise<void> {
    const events = event.type === 'at.once' ? event.events : [event]
    if (!this.#connection) await this.#awaitConnection(events.some(({ type }) => type === 'socket.closes'))
    // A promise is rejected once; a second failure can only be told to the connection.
    if (this.#hasSettled && event.type === 'handler.throws') {
      return this.#live.handlerFailed(new Error('failed again'))
    }
    if (this.#hasSettled && event.type === 'handler.gives.up') {
      return this.#live.handlerFailed(this.#live.closing.reason)
    }
    if (event.type === 'memory.runs.short') {
      return this.#live.bufferTooLarge(new BufferLimitError('the client', 2, 1))
    }
    this.#hasSettled ||= events.some(({ type }) => ENDS.has(type))
    const others = events.filter(({ type }) => type !== 'socket.closes')
    await this.#run.perform(event.type === 'at.once' ? { type: 'at.once', events: others } : event)
  }

  observe(): ReturnType<Run['observe']> {
    countOf(this.#server)
    return this.#run.observe()
  }

  end(): unknown {
    return this.#run.end()
  }

  get #live(): LiveConnection {
    return this.#connection as LiveConnection
  }

  /** Where sockets are not Node's, a destroyed one is closed at once: so with `isClosed`. */
  async #awaitConnection(isClosed: boolean): Promise<void> {
    const undisguise = isClosed ? await disguiseHandles() : () => {}
    const subscription = this.#server.actor.subscribe(() => {
      const [connection] = this.#server.connections
      if (!connection) return
      subscription.unsubscribe()
      this.#connection = connection
      process.nextTick(() => {
        undisguise()
        if (isClosed) this.#live.socket?.destroy()
      })
    })
  }
}

/**
 * Makes TCP handles that are made from now on look as those of other runtimes do, until what it
 * resolves with is called.
 */
async function disguiseHandles(): Promise<() => void> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { _handle: handle } = server as unknown as { _handle: object }
  const prototype = Object.getPrototypeOf(handle) as { getAsyncId?: unknown }
  await once(server.close(), 'close')
  prototype.getAsyncId = undefined
  return () => void delete prototype.getAsyncId
}
