import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { OutageError, type Server } from '../src/index.ts'
import { connectTo } from './support/client.ts'
import { temporaryFolder } from './support/folder.ts'
import { loopback, ManualHandler, serve, untilSnapshot } from './support/serve.ts'
import { turns } from './support/turns.ts'

const say = (text: string) => async (_address: unknown, socket: { write(text: string): void }) =>
  void socket.write(text)

describe('a rebind', () => {
  test('refuses new clients and listens on the same port after resume()', async () => {
    const server = await serve(say('served'), { pauseStrategy: 'rebind' })
    const { listeningOn } = server
    server.pause()
    expect(server.listeningSocket.fd).toBe(-1)
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    const resumed = server.resume()
    expect(server.state).toBe('accept-paused')
    await resumed
    expect(server.state).toBe('listening')
    expect(server.listeningOn).toBe(listeningOn)
    expect((await connectTo(server).closed).received).toBe('served')
  })

  test('by hand while full gives way to the hold of the limit', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1 })
    connectTo(server)
    const { settle } = await handler.run(0)
    server.pause({ strategy: 'rebind' })
    await server.resume()
    expect(server.state).toBe('accept-paused')
    const waiting = await connectTo(server).connected
    settle()
    await handler.run(1)
    handler.settleAll()
    expect((await waiting.closed).error).toBeUndefined()
  })

  const sequences = {
    'a hold': (server: Server) => server.pause({ strategy: 'hold' }),
    'a hold after a resume': (server: Server) => {
      void server.resume()
      server.pause({ strategy: 'hold' })
    },
    'a hold after dropping': (server: Server) => {
      server.setDropIncomingConnections(true)
      server.setDropIncomingConnections(false)
      server.pause({ strategy: 'hold' })
    },
    'a hold after a hold and another rebind': (server: Server) => {
      server.pause({ strategy: 'hold' })
      server.pause({ strategy: 'rebind' })
      server.pause({ strategy: 'hold' })
    },
  }
  for (const [name, give] of Object.entries(sequences)) {
    for (const kind of ['a port', 'a path']) {
      test(`that ${name} follows lets clients wait, on ${kind}, as the server says`, async () => {
        const where = kind === 'a port' ? loopback : { path: `${temporaryFolder()}/s` }
        const server = await serve(say('served'), {}, where)
        server.pause({ strategy: 'rebind' })
        give(server)
        expect(server.listeningSocket.fd).toBe(-1)
        await untilSnapshot(server, { 'accept-paused': 'waiting' })
        expect(server.listeningSocket.fd).not.toBe(-1)
        const waiting = [await connectTo(server).connected, await connectTo(server).connected]
        await turns(5)
        expect(waiting.map(({ received, hasEnded, error }) => [received, hasEnded, error])).toEqual([
          ['', false, undefined],
          ['', false, undefined],
        ])
        await server.resume()
        for (const client of waiting) expect((await client.closed).received).toBe('served')
      })
    }
  }

  test('is in force again at the limit when a hold by hand ends, and resets waiting clients', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1, pauseStrategy: 'rebind' })
    connectTo(server)
    const { settle } = await handler.run(0)
    server.pause({ strategy: 'hold' })
    await untilSnapshot(server, { 'accept-paused': 'waiting' })
    const waiting = await connectTo(server).connected
    await server.resume()
    expect((await waiting.closed).error?.code).toBe('ECONNRESET')
    expect(String(server)).toContain('Full: new clients are refused.')
    expect((await connectTo(server).closed).error?.code).toBe('ECONNREFUSED')
    settle()
    await untilSnapshot(server, 'listening')
  })

  test('gives way to a hold by hand without a moment in which a client that waits is lost', async () => {
    const server = await serve(say('served'), { pauseStrategy: 'rebind' })
    server.pause({ strategy: 'hold' })
    const waiting = await connectTo(server).connected
    await server.resume()
    expect((await waiting.closed).received).toBe('served')
  })

  test('whose address is taken when a hold follows is an outage, tried again, and held at last', async () => {
    const clock = new SimulatedClock()
    const server = await serve(say('served'), { clock })
    const errors: unknown[] = []
    server.on('error', (error) => errors.push(error))
    const thief = await takeAddress(server)
    server.pause({ strategy: 'hold' })
    await untilRetrying(server)
    expect(String(server)).toContain('New clients are refused until the address is bound again.')
    clock.increment(1_000)
    await untilRetrying(server)
    await new Promise((resolve) => thief.close(resolve))
    clock.increment(1_000)
    await untilSnapshot(server, { 'accept-paused': 'waiting' })
    expect(errors).toMatchObject([{ code: 'ERR_SERVER_OUTAGE', cause: { code: 'EADDRINUSE' } }])
    const waiting = await connectTo(server).connected
    await server.resume()
    expect((await waiting.closed).received).toBe('served')
  })

  test('can be closed in the middle of being bound to be held', async () => {
    const server = await serve(say('x'))
    server.pause({ strategy: 'rebind' })
    server.pause({ strategy: 'hold' })
    await server.close()
    const other = createServer().listen(server.listeningOn, '127.0.0.1')
    await once(other, 'listening')
    other.close()
  })

  test('cannot be done on an inherited descriptor', async () => {
    const owner = createServer().listen(0, '127.0.0.1')
    await once(owner, 'listening')
    const { fd } = (owner as unknown as { _handle: { fd: number } })._handle
    await expect(serve(say('x'), { pauseStrategy: 'rebind' }, { fd })).rejects.toMatchObject({
      code: 'ERR_REBIND_UNAVAILABLE',
    })
    owner.close()
  })

  test('retries with a growing delay up to 1 s while the address is taken, tells once, and recovers by itself', async () => {
    const clock = new SimulatedClock()
    const timeouts = vi.spyOn(clock, 'setTimeout')
    const server = await serve(say('served'), { clock })
    const errors: unknown[] = []
    server.on('error', (error) => errors.push(error))
    const thief = await takeAddress(server)
    timeouts.mockClear()
    const resumed = server.resume()
    for (let tries = 0; tries < 10; tries++) {
      await untilRetrying(server)
      clock.increment(1_000)
    }
    await untilRetrying(server)
    expect(timeouts.mock.calls.map(([, delay]) => delay)).toEqual([
      10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 1000,
    ])
    expect(server.state).toBe('accept-paused')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(OutageError)
    expect(errors[0]).toMatchObject({ code: 'ERR_SERVER_OUTAGE', cause: { code: 'EADDRINUSE' } })
    await new Promise((resolve) => thief.close(resolve))
    clock.increment(1_000)
    await resumed
    expect(server.state).toBe('listening')
    expect((await connectTo(server).closed).received).toBe('served')
    const again = await takeAddress(server)
    void server.resume()
    await untilRetrying(server)
    await server.close()
    expect(errors).toHaveLength(2)
    again.close()
  })

  test('that fails is a warning where nobody listens to errors, and no crash', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const server = await serve(say('x'), { clock: new SimulatedClock() })
    const thief = await takeAddress(server)
    const resumed = server.resume()
    await untilRetrying(server)
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ERR_SERVER_OUTAGE' }))
    warned.mockRestore()
    await server.close()
    await resumed
    thief.close()
  })
})

async function takeAddress(server: Server<typeof loopback>) {
  server.pause({ strategy: 'rebind' })
  const thief = createServer().listen(server.listeningOn, '127.0.0.1')
  await once(thief, 'listening')
  return thief
}

const untilRetrying = (server: Server<typeof loopback>) =>
  untilSnapshot(server, { 'accept-paused': 'retrying' })
