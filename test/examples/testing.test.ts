import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { initialTransition, SimulatedClock, transition } from 'xstate'
import { listenerMachine } from '../../machines/index.ts'
import { Server, type ServerOptions, type SocketHandler } from '../../src/index.ts'
import { createListenerModel, type ListenerModelEvent } from '../../src/testing/index.ts'
import { ListenerReplay } from '../model/listener-replay.ts'
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

async function startMine(options: ServerOptions) {
  const replay = await ListenerReplay.start(options)
  const perform = (event: ListenerModelEvent) => replay.perform(event)
  return { perform, observe: replay.observe, end: () => replay.end() }
}

test('the paths of a model are replayed against a server', { timeout: 60_000 }, async () => {
  // #region model
  const options = { maxConnections: 2, onHandlerError: 'ignore' } as const
  const model = createListenerModel({ ...options, includeFaults: false })

  for (const { description, steps } of model.paths()) {
    const { perform, observe, end } = await startMine(options)
    for (const { event, expected } of steps) {
      await perform(event) // connect, handler.returns, pause, limit.changed, close …
      const agree = () => expect(expected, description).toMatchObject(observe())
      await vi.waitFor(agree, { interval: 1 })
    }
    await end()
  }
  // #endregion
  expect(model.paths().length).toBeGreaterThan(50)
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
