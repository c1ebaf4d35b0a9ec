import { afterEach, expect, test } from 'vitest'
import { type Handler, productionDefaults, Server } from '../../src/index.ts'
import { connectTo, destroyClients } from '../support/client.ts'

afterEach(destroyClients)

const handler: Handler = async (_address, _reader, writer) => {
  writer.writeLine('served')
}

test('a server has what productionDefaults have, and its own options', async () => {
  // #region production
  const server = await Server.create({ port: 0, host: '127.0.0.1' }, handler, {
    ...productionDefaults,
    maxConnections: 1_000,
  })
  // #endregion
  expect((await connectTo(server).closed).received).toBe('served\n')
  expect(server.maxConnections).toBe(1_000)
  await server.close()
})
