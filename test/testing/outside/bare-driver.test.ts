// Servers that are known by their port alone: those that do what they should pass, and those that
// do not are found out.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Handler, Server } from '../../../src/index.ts'
import {
  type BareDriverOptions,
  createBareDriver,
  createListenerModel,
  type ListenerModel,
  type ListenerModelEvent,
  type ModelMismatchError,
  testServer,
} from '../../../src/testing/index.ts'
import { type Command, hasPython, node, python, startLimited } from '../../support/limited.ts'
import { onPortForNoClient } from '../../support/port.ts'

/** To explore one takes longer than to run its paths. */
const models = new Map<string, ListenerModel>()

function model(overLimit: 'wait' | 'drop', maxWaiting = 1): ListenerModel {
  const key = `${overLimit} ${maxWaiting}`
  const known =
    models.get(key) ?? createListenerModel({ overLimit, maxWaiting, seenFrom: 'outside', factory: 'create' })
  models.set(key, known)
  return known
}

const report = () => {}

/** What fails of all paths. */
async function failuresOf(
  overLimit: 'wait' | 'drop',
  options: BareDriverOptions,
  { patience = 500, maxWaiting = 1 } = {},
): Promise<ModelMismatchError[]> {
  const tests: (() => Promise<void>)[] = []
  const driver = createBareDriver({ overLimit, ...options })
  testServer(model(overLimit, maxWaiting), driver, { test: (_, run) => tests.push(run), patience, report })
  const failures: ModelMismatchError[] = []
  for (const run of tests) await run().catch((error) => failures.push(error))
  return failures
}

async function startNet(maxConnections: number) {
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .write('hello'),
  )
  server.maxConnections = maxConnections
  await once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')
  const { port } = server.address() as AddressInfo
  return { port, end: () => once(server.close(), 'close') }
}

describe('a net.Server in this process, which drops, is what its model is', () => {
  const driver = createBareDriver({ overLimit: 'drop', start: () => startNet(2) })
  testServer(model('drop'), driver, { test: it, report })

  it('and is not with a limit that is off by one', async () => {
    const [failure] = await failuresOf('drop', { start: () => startNet(3) })
    expect(failure).toMatchObject({
      step: 3,
      expected: { clients: ['served', 'served', 'dropped'] },
      actual: { clients: ['served', 'served', 'served'] },
    })
  })

  it('and is not where the clients should wait', async () => {
    const [failure] = await failuresOf('wait', { start: () => startNet(2) })
    expect(failure).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'dropped'] } })
  })
})

const servers: [language: string, isThere: boolean, command: Command][] = [
  ['Node', true, node],
  ['Python', hasPython, python],
]

describe.each(servers)('a server in %s, in another process,', (_, isThere, command) => {
  describe.each(['wait', 'drop'] as const)('over whose limit clients %s', (overLimit) => {
    it.skipIf(!isThere)('is what its model is', async () => {
      const start = () => startLimited(command, 2, overLimit)
      expect(await failuresOf(overLimit, { start }, { patience: 3_000, maxWaiting: 2 })).toEqual([])
    })

    it.skipIf(!isThere)('is not with a limit that is off by one, up or down', async () => {
      const [more] = await failuresOf(overLimit, { start: () => startLimited(command, 3, overLimit) })
      expect(more).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'served'] } })
      const [less] = await failuresOf(overLimit, { start: () => startLimited(command, 1, overLimit) })
      const second = overLimit === 'wait' ? 'waits' : 'dropped'
      expect(less).toMatchObject({ step: 2, actual: { clients: ['served', second] } })
    })

    it.skipIf(!isThere)('is that again for the next path, where the server stays', async () => {
      const { port, end } = await startLimited(command, 2, overLimit)
      const paths = [1, 2, 3]
      for (const _ of paths) expect(await failuresOf(overLimit, { port }, { patience: 3_000 })).toEqual([])
      await end()
    })
  })
})

/** A server in Python with a habit: see `limited.py`. */
const habitual =
  (limit: number, overLimit: string, habit: string, host = '127.0.0.1') =>
  async () => ({ ...(await startLimited(python, limit, overLimit, host, habit)), host })

describe.skipIf(!hasPython)('a server in another process', () => {
  it('is waited for until it sleeps', async () => {
    const patience = { patience: 3_000 }
    const [failure] = await failuresOf('wait', { start: habitual(3, 'wait', 'thoughtful') }, patience)
    expect(failure).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'served'] } })
    expect(await failuresOf('wait', { start: habitual(2, 'wait', 'thoughtful') }, patience)).toEqual([])
  })

  it('that never sleeps fails a step, which says why', async () => {
    const [failure] = await failuresOf('wait', { start: habitual(2, 'wait', 'restless') })
    expect(failure?.message).toMatch(
      /step 1 of 14, connect in listening, could not be done: the server was not at rest within 500 milliseconds: thread \d+ of process \d+ \(state R\); .* give quiet and no pid/,
    )
    const start = async () => {
      const { port, end } = await habitual(3, 'drop', 'restless')()
      return { port, end }
    }
    const [other] = await failuresOf('drop', { start, quiet: 100 })
    expect(other).toMatchObject({ step: 3 })
  })

  it('that ends fails a step, which says so', async () => {
    const server = await startLimited(python, 2, 'wait')
    const run = await createBareDriver({ port: server.port, pid: server.pid }).start()
    await run.perform({ type: 'connect' })
    await run.settle?.(1_000)
    await server.end()
    await expect(run.settle?.(1_000)).rejects.toThrow(`process ${server.pid} has ended`)
    await expect(createBareDriver({ port: server.port, pid: server.pid }).start()).rejects.toThrow(
      `there is no process ${server.pid}`,
    )
  })

  it('that lets clients wait in itself is told from one that does not accept them', async () => {
    const start = habitual(2, 'hold', '')
    const [failure] = await failuresOf('wait', { start })
    expect(failure).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'accepted'] } })
    expect(await failuresOf('wait', { start, waitIn: 'anywhere' }, { patience: 3_000 })).toEqual([])
  })

  it('that says nothing until it is spoken to is spoken to', async () => {
    const start = habitual(2, 'drop', 'taciturn')
    const options = { start, hello: 'hi\n', isServed: (received: Buffer) => String(received) === 'hello\n' }
    // Of a client that has said something, the connection is reset.
    expect(await failuresOf('drop', options, { patience: 3_000 })).toEqual([])
    const [failure] = await failuresOf('drop', { start })
    expect(failure).toMatchObject({ step: 1, actual: { clients: ['waits'] } })
  })

  it('that says that it is busy is understood', async () => {
    const start = habitual(2, 'drop', 'polite')
    const isServed = (received: Buffer) => String(received).startsWith('hello')
    expect(await failuresOf('drop', { start, isServed }, { patience: 3_000 })).toEqual([])
    const [failure] = await failuresOf('drop', { start })
    expect(failure).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'ended'] } })
  })

  it('that ends each connection by itself is no server with a limit', async () => {
    const [failure] = await failuresOf('drop', { start: habitual(2, 'drop', 'brief') })
    expect(failure).toMatchObject({ step: 1, actual: { clients: ['ended'] } })
  })

  it('is found by an address of IPv6', async () => {
    const [failure] = await failuresOf('wait', { start: habitual(3, 'wait', '', '::1') })
    expect(failure).toMatchObject({ step: 3, actual: { clients: ['served', 'served', 'served'] } })
    const start = habitual(2, 'wait', '', '::1')
    expect(await failuresOf('wait', { start }, { patience: 3_000 })).toEqual([])
  })
})

describe('a server of the library, seen from outside while its methods are called, is what its model is', () => {
  const options = { maxConnections: 2, onHandlerError: 'ignore' } as const

  async function start() {
    const handler: Handler = async (_address, reader, writer) => {
      writer.write('hello')
      for await (const _line of reader.lines());
    }
    const server = await onPortForNoClient((where) => Server.create(where, handler, options))
    const perform = (event: ListenerModelEvent): unknown => {
      switch (event.type) {
        case 'pause':
          return server.pause(event.strategy === undefined ? {} : { strategy: event.strategy })
        case 'resume':
          return void server.resume()
        case 'drop.start':
        case 'drop.stop':
          return server.setDropIncomingConnections(event.type === 'drop.start')
        case 'limit.changed':
          server.maxConnections = event.maxConnections
          return
        case 'close':
          return void server.close({ closeExistingConnections: event.closeExistingConnections === true })
        default:
          throw new Error(`${event.type} was not asked for`)
      }
    }
    const end = () => server.close({ closeExistingConnections: true })
    return { port: server.listeningOn, perform, end }
  }

  const can = ({ type }: ListenerModelEvent) => type !== 'handler.throws' && type !== 'drain'
  const model = createListenerModel({ ...options, factory: 'create', seenFrom: 'outside' })
  testServer(model, createBareDriver({ start, can }), { test: it, report })
})
