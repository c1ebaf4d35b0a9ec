import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { connectTo } from './support/client.ts'
import { ManualHandler, serve } from './support/serve.ts'

const say = (text: string) => async (_address: unknown, socket: { write(text: string): void }) =>
  void socket.write(text)

describe('dropping', () => {
  test('accepts and closes at once: no handler, no place, one event with both addresses; existing connections go on', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const existing = connectTo(server)
    const { socket } = await handler.run(0)
    server.setDropIncomingConnections(true)
    expect(server.state).toBe('dropping')
    expect(server.isDroppingIncomingConnections).toBe(true)
    const dropped = once(server, 'drop')
    const client = await connectTo(server).connected
    const { localPort } = client
    expect(await dropped).toEqual([
      {
        local: { family: 'IPv4', address: '127.0.0.1', port: server.listeningOn },
        remote: { family: 'IPv4', address: '127.0.0.1', port: localPort },
        reason: 'dropping',
      },
    ])
    await client.closed
    expect(server.numConnections).toBe(1)
    expect(handler.runs).toHaveLength(1)
    socket.write('still here')
    await existing.receives('still here')
    server.setDropIncomingConnections(false)
    expect(server.state).toBe('listening')
    connectTo(server)
    await handler.run(1)
  })

  test('can be how a server starts', async () => {
    const server = await serve(say('x'), { dropIncomingConnections: true })
    expect(server.state).toBe('dropping')
    expect((await connectTo(server).closed).received).toBe('')
  })

  test('takes precedence over the limit, and ends in the pause that is due', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    connectTo(server)
    await handler.run(0)
    server.setDropIncomingConnections(true)
    await connectTo(server).closed
    expect(server.numConnections).toBe(1)
    server.setDropIncomingConnections(false)
    expect(server.state).toBe('accept-paused')
  })

  test.each(['hold', 'rebind'] as const)(
    'takes precedence over a pause by %s, which comes back when it ends',
    async (strategy) => {
      const server = await serve(say('served'))
      server.pause({ strategy })
      server.setDropIncomingConnections(true)
      if (strategy === 'rebind') await server.resume()
      if (strategy === 'rebind') server.pause({ strategy })
      const client = await connectTo(server).closed
      expect(client.received).toBe('')
      expect(client.error?.code).not.toBe('ECONNREFUSED')
      server.setDropIncomingConnections(false)
      expect(server.state).toBe('accept-paused')
      await server.resume()
      expect((await connectTo(server).closed).received).toBe('served')
    },
  )

  test('drops clients that waited in the queue of a held server', async () => {
    const server = await serve(say('served'))
    server.pause({ strategy: 'hold' })
    const waiting = await connectTo(server).connected
    server.setDropIncomingConnections(true)
    expect((await waiting.closed).received).toBe('')
  })

  test('refuses a value that is no boolean', async () => {
    const server = await serve(say('x'))
    expect(() => server.setDropIncomingConnections('yes' as never)).toThrow(/isDropping.*'yes'/)
  })
})
