// Starts the server of a simulation, with handlers that note what becomes of their clients.
import { types } from 'node:util'
import type { Address, Connection, Server } from '../../../src/index.ts'
import { FIRST_PORT } from '../libuv/tcp-handle.ts'
import type { SimulatedTimer, Time } from '../libuv/time.ts'
import type { Settings } from '../schedule.ts'
import { PORT, type Simulation } from '../simulation.ts'
import { FAILING, handlers } from './handlers.ts'
import { socketHandlers } from './socket-handlers.ts'
import { Visit } from './visit.ts'

type Entry = typeof import('../../../src/index.ts')

/** The library, as users import it. */
export interface Library {
  Server: Pick<Entry['Server'], 'create' | 'createSock'>
  OutageError: Entry['OutageError']
  BufferAgeLimitError: Entry['BufferAgeLimitError']
}

/** A promise that settles more often in one turn of the loop keeps it from turning. */
const MAX_SETTLED_IN_TURN = 20

/** Afterwards the simulation has its server, unless that cannot listen. */
export function open(simulation: Simulation, library: Library): void {
  const { Server, OutageError, BufferAgeLimitError } = library
  const { settings } = simulation.schedule
  const where = { port: PORT, host: '127.0.0.1' }
  const options = optionsOf(settings, simulation.system.time)
  const { bufferAgeLimit, readerBufferSize, writerBufferSize, answer: size } = settings
  const giveWay = waysOf(simulation)
  const opening: Promise<Server> =
    settings.factory === 'create'
      ? Server.create(
          where,
          (address, reader, writer, connection) => {
            const visit = begin(simulation, address, connection)
            const given = { visit, reader, writer, connection, size, giveWay }
            return run(simulation, visit, () => handlers[visit.kind]?.(given))
          },
          {
            ...options,
            readerBufferSize,
            writerBufferSize,
            bufferAgeLimit: bufferAgeLimit === Infinity ? 'unlimited' : { atMost: bufferAgeLimit },
          },
        )
      : Server.createSock(
          where,
          (address, socket, connection) => {
            const visit = begin(simulation, address, connection)
            const given = { visit, socket, connection, size }
            return run(simulation, visit, () => socketHandlers[visit.kind]?.(given))
          },
          options,
        )
  simulation.promises.add('create', opening)
  void opening.then((server) => {
    simulation.server = server
    server.on('drop', () => simulation.drops++)
    server.on('error', (error) => {
      if (error instanceof OutageError) simulation.outages++
      else if (!(error instanceof BufferAgeLimitError)) simulation.raised++
    })
  })
}

function optionsOf(settings: Settings, time: Time) {
  const { maxConnections, maxAcceptsPerBatch, backlog, pauseStrategy, allowHalfOpen } = settings
  const { flushTimeout, lingerTimeout, isDropping, policy, hasClock, perSecond, burst } = settings
  return {
    maxConnections,
    maxAcceptsPerBatch,
    backlog,
    pauseStrategy,
    allowHalfOpen,
    flushTimeout,
    lingerTimeout,
    dropIncomingConnections: isDropping,
    ...(perSecond < Infinity && { maxAcceptRate: { perSecond, burst } }),
    onHandlerError: policy === 'call' ? () => {} : policy,
    ...(hasClock && {
      clock: {
        now: () => time.now,
        setTimeout: (callback: () => void, milliseconds: number) => time.set(callback, milliseconds),
        clearTimeout: (timer: unknown) => (timer as SimulatedTimer).cancel(),
      },
    }),
  }
}

/** A handler starts. */
function begin(simulation: Simulation, address: Address, connection: Connection): Visit {
  const { started, peers, schedule, server, visits, connections, isWell } = simulation
  const id = (address.family === 'unix' ? 0 : address.port) - FIRST_PORT
  const wire = peers.find((peer) => peer.connection?.id === id)?.connection
  if (!wire) throw new Error(`Nobody has connection ${id}`)
  const { handlers: kinds } = schedule.settings
  const visit = new Visit(id, kinds[started.length % kinds.length] ?? 0, wire.server, simulation)
  if (server?.isClosed) simulation.violate('no handler starts after close', `that of connection ${id} has`)
  const last = started.at(-1)
  if (last && last.id > id) {
    simulation.violate('handlers start in the order of the clients', `${id} after ${last.id}`)
  }
  if (schedule.settings.factory === 'create' && FAILING.has(visit.kind)) simulation.failed++
  if (isWell) visit.goOnForEver()
  started.push(visit)
  visits.set(id, visit)
  connections.set(id, connection)
  return visit
}

/** Notes when a handler ends. */
function run(simulation: Simulation, visit: Visit, handler: () => unknown): unknown {
  const ended = () => visit.ended()
  const failed = () => {
    if (simulation.now < simulation.cutFrom) simulation.failed++
    ended()
  }
  let result: unknown
  try {
    result = handler()
  } catch (error) {
    failed()
    throw error
  }
  // One that is no promise must not be looked at.
  if (types.isPromise(result)) result.then(ended, failed)
  else ended()
  return result
}

/** To be called after each of many promises; throws where they keep the loop from turning. */
function waysOf(simulation: Simulation): () => void {
  let turn = 0
  let settled = 0
  return () => {
    const { count } = simulation.system.loop
    if (turn !== count) settled = 0
    turn = count
    if (++settled < MAX_SETTLED_IN_TURN) return
    simulation.violate('no promise keeps the loop from turning', `${MAX_SETTLED_IN_TURN} in one turn`)
    throw new Error('It does not give way')
  }
}
