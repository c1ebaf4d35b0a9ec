// Clients that reset their connections.
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { isClientError } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { connectTo } from '../support/client.ts'
import { serve } from '../support/serve.ts'
import { PLACES } from '../support/siege.ts'

test('resets cost a server nothing whose policy knows what clients do', async () => {
  const errors: unknown[] = []
  const server = await serve(
    async (_address, socket) => {
      await pipeline(socket, socket)
    },
    {
      maxConnections: PLACES,
      onHandlerError: (_address, error) => {
        if (!isClientError(error)) throw error
        errors.push(error)
      },
    },
  )
  const clients = Array.from({ length: PLACES }, () => connectTo(server))
  await server.waitForConnections((count) => count === PLACES)
  for (const client of clients) client.reset()
  await agree(() => errors.length, PLACES)
  expect(server.state).toBe('listening')
  const client = connectTo(server)
  client.send('hello')
  await client.receives('hello')
})
