// What a connection costs, counted instead of timed: one event, object, timer or descriptor more
// for each is a failure.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { queryObjects } from 'node:v8'
import { describe, expect, test, vi } from 'vitest'
import { Actor, SimulatedClock } from 'xstate'
import { connectionMachine, connectionsMachine, listenerMachine } from '../machines/index.ts'
import { ChartActor } from '../src/chart/chart-actor.ts'
import { LiveConnection } from '../src/connection/live-connection.ts'
import { Batch } from '../src/streams/batch.ts'
import { ByteQueue } from '../src/streams/byte-queue.ts'
import { SocketReader } from '../src/streams/socket-reader.ts'
import { SocketWriter } from '../src/streams/socket-writer.ts'
import { agree } from './support/agreement.ts'
import { openDescriptors } from './support/descriptors.ts'
import { compiled } from './support/package.ts'
import { create, serve } from './support/serve.ts'

const CONNECTIONS = 200

/**
 * A clock that counts what it is asked for, and stands still: no timer of it is over and set again,
 * however long the test takes.
 */
function countingClock() {
  const clock = new SimulatedClock()
  return { clock, setTimeout: vi.spyOn(clock, 'setTimeout') }
}

const gc = globalThis.gc as () => void

/** How many of them are alive. */
function count(kind: abstract new (...args: never) => unknown): number {
  return queryObjects(kind as never, { format: 'count' })
}

async function visit(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.end('a line\n')
  socket.resume()
  await once(socket, 'close')
}

/** Clients that say nothing; their handlers run. */
async function idle(port: number): Promise<Socket[]> {
  const before = handlers
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    }),
  )
  await agree(() => handlers - before, CONNECTIONS)
  return sockets
}

let handlers = 0

const kinds = [
  {
    name: 'createSock',
    start: (options: object) =>
      serve(async (_address, socket) => {
        handlers++
        await new Promise((resolve) => socket.on('data', () => {}).on('end', resolve))
        socket.write('bye')
      }, options),
    perConnection: [LiveConnection, ChartActor],
    never: [SocketReader, SocketWriter],
  },
  {
    name: 'create',
    start: (options: object) =>
      create(async (_address, reader, writer) => {
        handlers++
        for await (const line of reader.lines()) writer.writeLine(line)
      }, options),
    perConnection: [LiveConnection, ChartActor, SocketReader, SocketWriter, ByteQueue],
    never: [Batch],
  },
]

describe.each(kinds)('a connection of $name', ({ start, perConnection, never }) => {
  test('costs the listener two events, and no computing of a chart, timer or child, however many there were', async () => {
    const { clock, setTimeout } = countingClock()
    const server = await start({ clock })
    let events = 0
    server.actor.subscribe(() => events++)
    await visit(server.listeningOn)
    await server.waitForConnections((count) => count === 0)
    expect(events).toBe(2)
    const timers = setTimeout.mock.calls.length
    const computed = [listenerMachine, connectionsMachine, connectionMachine].flatMap((machine) => [
      vi.spyOn(machine, 'getInitialSnapshot'),
      vi.spyOn(machine, 'transition'),
    ])
    for (let index = 0; index < CONNECTIONS; index++) await visit(server.listeningOn)
    await server.waitForConnections((count) => count === 0)
    expect(events).toBe(2 + 2 * CONNECTIONS)
    expect(computed.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0, 0, 0, 0])
    for (const spy of computed) spy.mockRestore()
    expect(timers).toBe(3) // for all that are being flushed, for all that linger, and to look at the descriptors
    expect(setTimeout).toHaveBeenCalledTimes(3)
    expect(Object.keys(server.actor.getSnapshot().children)).toEqual(['connections'])
  })

  test('is these objects while it is idle, and nothing when it is gone', async () => {
    const server = await start({ maxAcceptsPerBatch: 1 })
    const port = server.listeningOn
    await visit(port)
    await agree(() => server.numConnections, 0)
    gc()
    // Those of servers.
    const others = perConnection.map(count)
    const descriptors = openDescriptors().length
    const sockets = await idle(port)
    expect(perConnection.map((kind, index) => [kind.name, count(kind) - (others[index] ?? 0)])).toEqual(
      perConnection.map((kind) => [kind.name, CONNECTIONS]),
    )
    expect(never.map((kind) => [kind.name, count(kind)])).toEqual(never.map((kind) => [kind.name, 0]))
    // Those that stand in for actors where charts are computed.
    expect(count(Actor)).toBeLessThan(20)
    // The client's end and the server's.
    expect(openDescriptors().length - descriptors).toBe(2 * CONNECTIONS)
    for (const socket of sockets.splice(0)) socket.destroy()
    await agree(() => server.numConnections, 0)
    await agree(() => openDescriptors().length, descriptors)
    expect(perConnection.map((kind) => [kind.name, count(kind)])).toEqual(
      perConnection.map((kind, index) => [kind.name, others[index]]),
    )
  })
})

test('a short connection makes this beyond what one of net.Server makes, and no more', () => {
  const script = 'test/support/fixtures/short-connections.mjs'
  const args = ['--allow-natives-syntax', script, compiled('')]
  const out = execFileSync(process.execPath, args, { encoding: 'utf8' })
  type Counts = Record<string, number>
  const { raw, ...ours }: Record<string, Counts> & { raw: Counts } = JSON.parse(out)
  expect(raw).toMatchObject({ sockets: 1, listeners: 1, promises: 0, immediates: 0 })
  const max: Record<string, Counts> = {
    createSock: {
      sockets: 0,
      listeners: 1, // to errors
      promises: 2, // the handler's, and the one that says when that is settled
      immediates: 2, // at the end of the turn: for the handles that poll, and for the handlers
      timers: 0,
      ticks: 0,
      getpeername: 1,
    },
    create: {
      sockets: 0,
      promises: 4, // a read, and what awaits it
      immediates: 3, // what was written is sent at the end of the turn
      timers: 0,
      ticks: 1, // Node's event 'drain': its own buffer takes one write
      getpeername: 1,
    },
  }
  for (const [kind, counts] of Object.entries(max)) {
    for (const [name, most] of Object.entries(counts)) {
      const more = (ours[kind]?.[name] as number) - (raw[name] as number)
      expect(more, `${name} of ${kind}`).toBeLessThanOrEqual(most)
    }
    // V8 of Node 20 makes a hidden class for each socket that net.Server makes.
    const { shapes, setNoDelay } = ours[kind] ?? {}
    expect(shapes, `hidden classes of ${kind}`).toBe(0)
    // Clients have it from the listening socket.
    if (process.platform === 'linux') expect(setNoDelay).toBe(0)
  }
})

test('an idle connection takes little more memory than one of net.Server', () => {
  const script = 'test/support/fixtures/idle-memory.mjs'
  const out = execFileSync(process.execPath, ['--expose-gc', script, compiled('')], { encoding: 'utf8' })
  const { raw, createSock, create } = JSON.parse(out)
  expect(raw).toBeGreaterThan(500)
  // About 900 are usual; XState's actor alone would be twice that.
  expect(createSock - raw).toBeLessThan(1500)
  // About 2400 with a reader, a writer and a loop over lines.
  expect(create - raw).toBeLessThan(3000)
})
