import { expect, test } from 'vitest'
import type { Connection, Server } from '../../src/index.ts'
import { connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { serve } from '../support/serve.ts'

/** So many connections, one after the other's answer, a few at a time. */
async function churn(server: Server, connections: number, atATime: number): Promise<void> {
  let left = connections
  const one = async () => {
    while (left-- > 0) {
      const client = await connectTo(server).closed
      if (client.error) throw client.error
    }
  }
  await Promise.all(Array.from({ length: atATime }, one))
}

test('10,000 connections through a limit of 50 leave no descriptor, timer, actor or listener, and the heap as it was', async () => {
  const collect = globalThis.gc as () => void
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const descriptorsBefore = openDescriptors().length
  const timersBefore = timers()
  const retained: WeakRef<Connection>[] = []
  let most = 0
  const server = await serve(
    async (_address, socket, connection) => {
      most = Math.max(most, server.numConnections)
      retained.push(new WeakRef(connection))
      socket.end('x')
    },
    { maxConnections: 50 },
  )
  const heapAfter = async (connections: number) => {
    await churn(server, connections, 100)
    await server.waitForConnections((count) => count === 0)
    for (let times = 0; times < 3; times++) {
      await new Promise((resolve) => setImmediate(resolve))
      collect()
    }
    return process.memoryUsage().heapUsed
  }
  const heapBefore = await heapAfter(2_000)
  retained.length = 0
  const growth = (await heapAfter(10_000)) - heapBefore
  expect(most).toBe(50)
  expect(retained).toHaveLength(10_000)
  // The last ones may still be held by what is young.
  expect(retained.filter((reference) => reference.deref() !== undefined).length).toBeLessThan(10)
  expect(growth / 10_000).toBeLessThan(100)
  expect([...server.connections]).toEqual([])
  await server.drain()
  await new Promise((resolve) => setImmediate(resolve))
  expect(openDescriptors()).toHaveLength(descriptorsBefore)
  expect(timers()).toBeLessThanOrEqual(timersBefore)
})
