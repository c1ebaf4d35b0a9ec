import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { initialTransition, SimulatedClock, transition } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import { Server, type SocketHandler } from '../../src/index.ts'
import {
  type ClientView,
  createConnectionDriver,
  createConnectionModel,
  createDriver,
  createListenerModel,
  type ListenerModelEvent,
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
    await runPath(model.pathOf([{ type: 'connect' }, { type: 'pause' }, { type: 'connect' }]), run)
    await run.end()
    // #endregion
    expect(model.paths().length).toBeGreaterThan(50)
  })
})

describe('every path of the model of a connection is a test', () => {
  // #region connection
  const connections = createConnectionDriver((where, handler, settings) =>
    Server.create(where, handler, { maxConnections: 100, ...settings }),
  )

  testServer(createConnectionModel({ factory: 'create' }), connections, { test, report: () => {} })
  // #endregion
})

describe('a server of others is tested by a driver of its own', () => {
  // #region other
  const other = createListenerModel({ overLimit: 'drop', seenFrom: 'outside', factory: 'create' })

  const can = ({ type }: ListenerModelEvent) => type === 'connect' || type === 'client.resets'

  async function start() {
    const server = createServer((socket) => socket.on('error', () => {}).write('hello'))
    server.maxConnections = 2
    await once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')
    const { port } = server.address() as AddressInfo

    const clients: { socket: Socket; view: ClientView }[] = []
    return {
      async perform({ type }: ListenerModelEvent) {
        if (type === 'client.resets') {
          const served = clients.find(({ view }) => view === 'served')
          if (served) served.view = 'left'
          return void served?.socket.resetAndDestroy()
        }
        const client: (typeof clients)[number] = { socket: connect(port, '127.0.0.1'), view: 'waits' }
        clients.push(client)
        client.socket.on('data', () => (client.view = 'served'))
        client.socket.on('end', () => (client.view = client.view === 'served' ? 'ended' : 'dropped'))
        await once(client.socket, 'connect')
      },
      observe: () => ({ clients: clients.map(({ view }) => view) }),
      async end() {
        for (const { socket } of clients) socket.destroy()
        await once(server.close(), 'close')
      },
    }
  }

  testServer(other, { can, start }, { test })
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
