// Clients, commands and faults in any order: whatever is done to a server and its sockets, no place
// is held for good, no promise is left unsettled, no descriptor open, and nothing is uncaught.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Reader, Server, type Writer } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { Client } from '../support/client.ts'
import { nameOf, openDescriptors } from '../support/descriptors.ts'
import { onPortForNoClient } from '../support/port.ts'
import type { Run } from '../support/serve.ts'
import { ManualHandler } from '../support/serve.ts'
import { turns } from '../support/turns.ts'

const RUNS = 40
const MOST_STEPS = 40
/** What has not ended by then never will: a failure, which shows what was done. */
const PATIENCE = 20_000

const repeat = {
  ...(process.env['XSTATE_TCP_SEED'] && { seed: Number(process.env['XSTATE_TCP_SEED']) }),
  ...(process.env['XSTATE_TCP_PATH'] && { path: process.env['XSTATE_TCP_PATH'] }),
}

let child: ChildProcess

beforeAll(async () => {
  child = fork(new URL('../support/fixtures/answer-for-parent.mjs', import.meta.url))
  // A socket that is closed while it waits to be sent.
  child.on('error', () => {})
  await once(child, 'message')
})

afterAll(async () => {
  child.kill()
  await once(child, 'close')
})

/** One of those that there are, by a number of any size; nothing where there is none. */
function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % items.length]
}

/** A server and its clients, while things are done to them. */
class Scene {
  readonly handler = new ManualHandler()
  readonly clients: Client[] = []
  readonly streams: { reader: Reader; writer: Writer }[] = []
  readonly promises: Promise<unknown>[] = []
  server!: Server

  run(number: number): Run | undefined {
    return pick(this.handler.runs, number)
  }
}

type Act = (scene: Scene, number: number) => void

const onClients: Record<string, Act> = {
  connect: ({ server, clients }) => {
    if (clients.length >= 12) return
    clients.push(new Client({ port: server.listeningOn as number, host: '127.0.0.1' }))
    clients.at(-1)?.connected.catch(() => {})
  },
  'send a line': ({ clients }, number) => {
    const client = pick(clients, number)
    if (client?.socket.writable) client.send('a line\n')
  },
  end: ({ clients }, number) => {
    const client = pick(clients, number)
    if (client?.socket.readyState === 'open') client.end()
  },
  reset: ({ clients }, number) => {
    const client = pick(clients, number)
    // On Node 20, others would never be closed.
    if (client?.socket.readyState === 'open') client.reset()
  },
  'stop reading': ({ clients }, number) => pick(clients, number)?.socket.pause(),
  'never end': ({ clients }, number) => {
    const client = pick(clients, number)
    if (client) client.socket.allowHalfOpen = true
  },
}

const onHandlers: Record<string, Act> = {
  return: (scene, number) => scene.run(number)?.settle(),
  throw: (scene, number) => scene.run(number)?.fail(new Error('thrown by a handler of the scene')),
  'destroy the connection': (scene, number) => scene.run(number)?.connection.destroy(),
  'destroy it with an error': (scene, number) => scene.run(number)?.connection.destroy(new Error('mine')),
}

const onSockets: Record<string, Act> = {
  'remove all listeners': (scene, number) => void scene.run(number)?.socket.removeAllListeners(),
  'destroy the socket': (scene, number) => void scene.run(number)?.socket.destroy(),
  'destroy it with an error, unheard': (scene, number) => {
    scene.run(number)?.socket.destroy(new Error('mine'))
    scene.run(number)?.socket.removeAllListeners()
  },
  'reset it': (scene, number) => void scene.run(number)?.socket.resetAndDestroy(),
  'end it': (scene, number) => void scene.run(number)?.socket.end(),
  'write a lot': (scene, number) => {
    const { socket } = scene.run(number) ?? {}
    if (socket?.writable) socket.write(Buffer.alloc(300_000))
  },
  'pause it': (scene, number) => void scene.run(number)?.socket.pause(),
  'read it': (scene, number) => void scene.run(number)?.socket.resume(),
  'send it away': (scene, number) => {
    const { socket } = scene.run(number) ?? {}
    if (socket && !socket.destroyed && !socket.pending) child.send('connection', socket)
  },
  'replace its destroy': (scene, number) => {
    const { socket } = scene.run(number) ?? {}
    if (socket) socket.destroy = () => socket
  },
}

const onStreams: Record<string, Act> = {
  'write a line': ({ streams }, number) => {
    try {
      pick(streams, number)?.writer.writeLine('an answer')
    } catch {
      // It was closed.
    }
  },
  'write a lot': ({ streams }, number) => {
    try {
      pick(streams, number)?.writer.write(Buffer.alloc(300_000))
    } catch {
      // It was closed.
    }
  },
  read: ({ streams, promises }, number) => {
    const line = pick(streams, number)?.reader.readLine()
    if (line) promises.push(line.catch(() => {}))
  },
  flush: ({ streams, promises }, number) => {
    const stream = pick(streams, number)
    if (stream)
      promises.push(stream.writer.flushed(), stream.writer.consumerLeft, stream.reader.closeFinished)
  },
  'close the reader': ({ streams }, number) => void pick(streams, number)?.reader.close(),
  'close the writer': ({ streams, promises }, number) => {
    const closed = pick(streams, number)?.writer.close()
    if (closed) promises.push(closed)
  },
}

const onServer: Record<string, Act> = {
  pause: ({ server }) => server.pause(),
  'pause by rebind': ({ server }) => server.pause({ strategy: 'rebind' }),
  'pause by hold': ({ server }) => server.pause({ strategy: 'hold' }),
  resume: ({ server, promises }) => void promises.push(server.resume()),
  'start to drop': ({ server }) => server.setDropIncomingConnections(true),
  'stop dropping': ({ server }) => server.setDropIncomingConnections(false),
  limit: ({ server }, number) => {
    server.maxConnections = 1 + (number % 5)
  },
  'send away': ({ server }) => {
    for (const connection of server.connections) connection.destroy()
  },
}

const toAct = (acts: Record<string, Act>) =>
  fc.record({ name: fc.constantFrom(...Object.keys(acts)), number: fc.nat({ max: 11 }) })

function actsOf(own: Record<string, Act>) {
  const all = { ...onClients, ...onHandlers, ...own, ...onServer }
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ name: fc.constant('connect'), number: fc.constant(0) }) },
    { weight: 5, arbitrary: toAct(onClients) },
    { weight: 4, arbitrary: toAct(onHandlers) },
    { weight: 6, arbitrary: toAct(own) },
    { weight: 3, arbitrary: toAct(onServer) },
  )
  const group = fc.array(act, { minLength: 1, maxLength: 4 })
  return { all, groups: fc.array(group, { maxLength: MOST_STEPS, size: 'large' }) }
}

const ends = fc.constantFrom('drain', 'close and drain', 'cut', 'close all')

async function end(scene: Scene, how: string): Promise<void> {
  const { server, handler } = scene
  if (how === 'close and drain') await server.close()
  if (how === 'close all') {
    await server.close({ closeExistingConnections: true })
    handler.settleAll()
  }
  if (how === 'cut') await server.drain({ timeout: 0 })
  else {
    const result = server.drain({ timeout: 20 })
    for (const client of scene.clients) client.end()
    await result
  }
  handler.settleAll()
  await server.closeFinishedAndHandlersDetermined
}

async function play(
  start: (scene: Scene) => Promise<Server>,
  acts: ReturnType<typeof actsOf>,
): Promise<void> {
  const uncaught: unknown[] = []
  const note = (error: unknown) => void uncaught.push(error)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const before = openDescriptors()
  try {
    await fc.assert(
      fc.asyncProperty(acts.groups, ends, async (groups, how) => {
        const scene = new Scene()
        scene.server = await start(scene)
        scene.server.on('error', () => {})
        for (const group of groups) {
          for (const { name, number } of group) acts.all[name]?.(scene, number)
          await turns(1 + (group.length % 3))
        }
        await end(scene, how)
        expect(scene.server.numConnections).toBe(0)
        expect([...scene.server.connections]).toEqual([])
        for (const { connection } of scene.handler.runs) {
          expect([connection.state, connection.signal.aborted]).toEqual(['closed', true])
        }
        await Promise.all(scene.promises)
        for (const client of scene.clients) client.destroy()
        await Promise.all(scene.clients.map(({ closed }) => closed))
        expect(uncaught).toEqual([])
      }),
      { numRuns: RUNS, timeout: PATIENCE, interruptAfterTimeLimit: 60_000, ...repeat },
    )
    await agree(
      () =>
        openDescriptors()
          .filter((one) => !before.includes(one))
          .map(nameOf),
      [],
    )
  } finally {
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
  }
}

const options = { maxConnections: 4, onHandlerError: 'ignore', flushTimeout: 10_000 } as const

it('a server survives handlers that treat their sockets in any way', async () => {
  await play(
    ({ handler }) => onPortForNoClient((where) => Server.createSock(where, handler.handle, options)),
    actsOf(onSockets),
  )
}, 120_000)

it('a server survives handlers that use readers and writers in any way', async () => {
  await play(
    (scene) =>
      onPortForNoClient((where) =>
        Server.create(
          where,
          (address, reader, writer, connection) => {
            scene.streams.push({ reader, writer })
            return scene.handler.handle(address, undefined as never, connection)
          },
          options,
        ),
      ),
    actsOf(onStreams),
  )
}, 120_000)
