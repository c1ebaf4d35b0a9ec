// Clients that have waited at a full server are served as those that have not.
import { once } from 'node:events'
import { Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Server, type WhereToListen } from '../src/index.ts'
import { connectToAddress } from './support/client.ts'
import { temporaryFolder } from './support/folder.ts'
import { loopback } from './support/serve.ts'
import { turns } from './support/turns.ts'

const places: { name: string; where: () => WhereToListen }[] = [
  { name: 'a port', where: () => loopback },
  { name: 'a path', where: () => ({ path: join(temporaryFolder(), 'socket') }) },
]

/** A server of one place, which is taken until `leave`. The handler is that of all others. */
async function full(where: WhereToListen, handler: (socket: Socket) => Promise<unknown>) {
  let isFirst = true
  const server = await Server.createSock(
    where,
    async (_address, socket) => {
      if (!isFirst) return void (await handler(socket))
      isFirst = false
      await once(socket.resume(), 'end')
    },
    { maxConnections: 1, onHandlerError: 'ignore' },
  )
  const first = connectToAddress(server.listeningOnAddress)
  await first.connected
  while (server.numConnections === 0) await turns(1)
  return { server, leave: () => first.socket.end() }
}

describe.each(places)('a client that has waited at $name', ({ where }) => {
  test('and has ended its side is heard to end by its handler', async () => {
    const ends: boolean[] = []
    const servers: unknown[] = []
    const { server, leave } = await full(where(), async (socket) => {
      ends.push(socket.readableEnded)
      servers.push((socket as { server?: unknown }).server)
      await once(socket.resume(), 'end')
      socket.end('bye')
    })
    const clients = Array.from({ length: 3 }, () => connectToAddress(server.listeningOnAddress))
    await Promise.all(clients.map(({ connected }) => connected))
    for (const { socket } of clients) socket.end()
    await Promise.all(clients.map(({ socket }) => once(socket, 'finish')))
    leave()
    await Promise.all(clients.map(({ closed }) => closed))
    expect(ends).toEqual([false, false, false])
    expect(servers.every((one) => one instanceof NetServer)).toBe(true)
    expect(clients.map(({ received }) => received)).toEqual(['bye', 'bye', 'bye'])
    await server.close()
  })

  test('and has sent something before it ended is heard as a whole', async () => {
    const { server, leave } = await full(where(), async (socket) => {
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
      socket.end()
    })
    const client = connectToAddress(server.listeningOnAddress)
    await client.connected
    client.socket.end('some words')
    await once(client.socket, 'finish')
    leave()
    await client.closed
    expect(client.received).toBe('some words')
    await server.close()
  })
})

test('a client that has waited at a port and was reset is an error of its socket, not gone before', async () => {
  const seen: unknown[] = []
  const { server, leave } = await full(loopback, async (socket) => {
    seen.push(socket.destroyed)
    socket.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code))
    await once(socket, 'close').catch(() => {})
  })
  const client = connectToAddress(server.listeningOnAddress)
  await client.connected
  client.socket.resetAndDestroy()
  await client.closed
  leave()
  while (server.numConnections > 0 || seen.length < 2) await turns(1)
  expect(seen).toEqual([false, 'ECONNRESET'])
  await server.close()
})
