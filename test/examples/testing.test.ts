import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { initialTransition, SimulatedClock, transition } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import {
  type CreateOptions,
  type Handler,
  Server,
  type SocketHandler,
  type WhereToListen,
} from '../../src/index.ts'
import {
  createConnectionDriver,
  createConnectionModel,
  createDriver,
  createListenerModel,
  runPath,
  testServer,
} from '../../src/testing/index.ts'
import { connectTo } from '../support/client.ts'

const console = { log: vi.fn() }
afterEach(() => console.log.mockClear())

test('a simulated clock ends a drain without waiting', async () => {
  const handler: SocketHandler = (_address, socket) => once(socket, 'never')
  // #region clock
  const clock = new SimulatedClock()
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, { clock })
  // #endregion
  const client = connectTo(server)
  await server.waitForConnections((count) => count === 1)
  await new Promise((resolve) => setImmediate(resolve))
  // #region fifteen
  const draining = server.drain()
  clock.increment(15_000)
  console.log(await draining) // { settled: 0, destroyed: 1 }, at once
  // #endregion
  expect(console.log).toHaveBeenCalledWith({ settled: 0, destroyed: 1 })
  await client.closed
})

describe('every path of a model is a test', () => {
  // #region model
  const options = { maxConnections: 2, onHandlerError: 'ignore' } as const
  const model = createListenerModel({ ...options, includeFaults: false })
  const driver = createDriver((where, handler) => Server.createSock(where, handler, options))

  testServer(model, driver, { test })
  // #endregion

  test('and one that has failed can be run alone', async () => {
    // #region again
    const run = await driver.start()
    await runPath(model.pathOf([{ type: 'connect' }, { type: 'connect' }]), run)
    await run.end()
    // #endregion
    expect(model.paths().length).toBeGreaterThan(50)
  })

  test('and one that fails says what the guide shows', async () => {
    const other = createDriver((where, handler) =>
      Server.createSock(where, handler, { ...options, maxConnections: 3 }),
    )
    const failures: string[] = []
    const [first] = model.paths()
    const run = await other.start()
    await runPath(first as NonNullable<typeof first>, run, { patience: 100 }).catch(({ message }) =>
      failures.push(message),
    )
    await run.end()
    expect(failures.length).toBe(1)
    expect(readFileSync('src/testing/README.md', 'utf8')).toContain(`\n${failures[0]}\n`)
  })
})

describe('a server as its program starts it is tested', () => {
  // #region own
  const echo: Handler = async (_address, reader, writer) => {
    for await (const line of reader.lines()) writer.writeLine(line)
  }

  const startEcho = (where: WhereToListen, handler = echo, more: CreateOptions = {}) =>
    Server.create(where, handler, { maxConnections: 2, onHandlerError: 'ignore', ...more })

  const full = createListenerModel({
    factory: 'create',
    maxConnections: 2,
    onHandlerError: 'ignore',
  })

  testServer(full, createDriver(startEcho), { test, report: () => {} })
  // #endregion
})

describe('every path of the model of a connection is a test', () => {
  // #region connection
  const connections = createConnectionDriver((where, handler, settings) =>
    Server.create(where, handler, { maxConnections: 100, ...settings }),
  )

  testServer(createConnectionModel({ factory: 'create' }), connections, { test, report: () => {} })
  // #endregion
})

test('the chart of a listener is full after its last place is taken', () => {
  // #region pure
  const [start] = initialTransition(listenerMachine, { maxConnections: 1 })
  const [next, requests] = transition(listenerMachine, start, { type: 'connection.offered' })

  console.log(next.value) // { 'accept-paused': 'waiting' }: it was the last place
  console.log(requests.map(({ type }) => type)) // what is to be done now
  // #endregion
  const [[value], [asked]] = console.log.mock.calls as [[unknown], [unknown]]
  expect(value).toEqual({ 'accept-paused': 'waiting' })
  expect(asked).toEqual(expect.arrayContaining(['stopAccepting', 'reportLimit']))
})
