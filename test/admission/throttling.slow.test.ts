// In real time, with many clients.
import { expect, test } from 'vitest'
import { connected } from '../support/client.ts'
import { serve } from '../support/serve.ts'

const CLIENTS = 1_000
const BURST = 10
const PER_SECOND = 100

test(`${CLIENTS} clients are served in order, ${PER_SECOND} each second, and none is refused`, {
  timeout: 120_000,
}, async () => {
  const ports: unknown[] = []
  const times: number[] = []
  const server = await serve(
    async (address, socket) => {
      ports.push('port' in address && address.port)
      times.push(performance.now())
      socket.end('served')
    },
    { backlog: CLIENTS, maxAcceptRate: { perSecond: PER_SECOND, burst: BURST } },
  )
  server.pause()
  const clients = await connected(CLIENTS, server.listeningOnAddress)
  const expected = clients.map(({ localPort }) => localPort)
  await server.resume()
  for (const { error, received } of await Promise.all(clients.map(({ closed }) => closed))) {
    expect([error, received]).toEqual([undefined, 'served'])
  }
  expect(ports).toEqual(expected)
  const seconds = ((times.at(-1) as number) - (times[0] as number)) / 1_000
  const rate = (CLIENTS - BURST) / seconds
  expect(rate).toBeGreaterThan(0.95 * PER_SECOND)
  expect(rate).toBeLessThan(1.05 * PER_SECOND)
})
