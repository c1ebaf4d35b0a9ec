import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { Server } from '../../src/index.ts'
import { connectFrom, connectTo, destroyClients } from '../support/client.ts'

const console = { warn: vi.fn() }
const handler = async (_address: unknown, socket: { write(text: string): void }) => {
  socket.write('served')
}

afterEach(() => {
  destroyClients()
  vi.clearAllMocks()
})

test('addresses that are not allowed, or blocked, are dropped', async () => {
  // #region addresses
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    allow: ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8'],
    block: ['10.66.0.0/16'],
  })
  server.on('drop', ({ remote, reason }) => console.warn('dropped', remote, reason))

  server.setBlock(['10.66.0.0/16', '127.0.0.2']) // from now on
  // #endregion
  expect((await connectTo(server).closed).received).toBe('served')
  const dropped = once(server, 'drop')
  expect((await connectFrom('127.0.0.2', server).closed).received).toBe('')
  await dropped
  expect(console.warn).toHaveBeenCalledWith('dropped', expect.anything(), 'blocked')
  await server.close()
})

test('an address has so many connections', async () => {
  // #region per-address
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    maxConnections: 1_000,
    maxConnectionsPerAddress: { limit: 20, ipv6Prefix: 56 },
  })
  // #endregion
  expect((await connectTo(server).closed).received).toBe('served')
  await server.close()
})

test('so many get in each second', async () => {
  // #region accept-rate
  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    maxAcceptRate: { perSecond: 100, burst: 20 },
  })
  // #endregion
  expect((await connectTo(server).closed).received).toBe('served')
  await server.close()
})

test('a function says who gets in', async () => {
  // #region admit
  const banned = new Set<string>()

  const server = await Server.createSock({ port: 0, host: '127.0.0.1' }, handler, {
    admit: (address) => address.family === 'unix' || !banned.has(address.address),
  })
  // #endregion
  expect((await connectTo(server).closed).received).toBe('served')
  banned.add('127.0.0.1')
  expect((await connectTo(server).closed).received).toBe('')
  await server.close()
})
