import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { Server, type SocketHandler } from '../../src/index.ts'
import { createListenerModel, type ListenerModelEvent } from '../../src/testing/index.ts'
import { ListenerReplay } from '../model/listener-replay.ts'
import { connectTo } from '../support/client.ts'

const console = { log: vi.fn() }
afterEach(() => console.log.mockClear())

test('a simulated clock', async () => {
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

async function startMine(options: { maxConnections: number }) {
  const replay = await ListenerReplay.start({ ...options, onHandlerError: 'ignore' })
  const perform = (event: ListenerModelEvent) => replay.perform(event)
  return { perform, observe: replay.observe, end: () => replay.end() }
}

test('the paths of a model', { timeout: 60_000 }, async () => {
  // #region model
  const model = createListenerModel({ maxConnections: 2, onHandlerError: 'ignore', includeFaults: false })

  for (const { description, steps } of model.paths()) {
    const { perform, observe, end } = await startMine({ maxConnections: 2 })
    for (const { event, expected } of steps) {
      await perform(event) // connect, handler.returns, pause, limit.changed, close …
      await vi.waitFor(() => expect(expected, description).toMatchObject(observe()), { interval: 1 })
    }
    await end()
  }
  // #endregion
  expect(model.paths().length).toBeGreaterThan(50)
})
