// Rules at the door of real servers, by clients of many addresses: Linux has all of 127.0.0.0/8.
import { once } from 'node:events'
import { BlockList } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, test, vi } from 'vitest'
import type { Address, Dropped, Server, ServerOptions } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { Client, connectFrom, connectTo } from '../support/client.ts'
import { openDescriptors } from '../support/descriptors.ts'
import { temporaryFolder } from '../support/folder.ts'
import { ManualHandler, serve } from '../support/serve.ts'

const say = async (_address: Address, socket: { write(text: string): void }) => void socket.write('served')

/** What a client from there sees of the server, and why it was dropped if it was. */
async function visit(server: Server, from?: string): Promise<string> {
  const reasons: string[] = []
  const hear = ({ reason }: Dropped) => void reasons.push(reason)
  server.on('drop', hear)
  const client = from === undefined ? connectTo(server) : connectFrom(from, server)
  const { received } = await client.closed
  server.off('drop', hear)
  expect([received, ...reasons]).toHaveLength(received === '' ? 2 : 1)
  return received || (reasons[0] as string)
}

describe('allow and block', () => {
  it('let in who is allowed and not blocked', async () => {
    const server = await serve(say, { allow: ['127.0.0.0/30'], block: ['127.0.0.2'] })
    expect(await visit(server, '127.0.0.1')).toBe('served')
    expect(await visit(server, '127.0.0.2')).toBe('blocked')
    expect(await visit(server, '127.0.0.4')).toBe('not-allowed')
  })

  it('tell of both ends, take no place and start no handler', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 1, block: ['127.0.0.2'] })
    connectTo(server)
    await handler.run(0)
    server.maxConnections = 2
    const dropped = once(server, 'drop')
    const client = await connectFrom('127.0.0.2', server).connected
    const { localPort } = client
    expect(await dropped).toEqual([
      {
        local: { family: 'IPv4', address: '127.0.0.1', port: server.listeningOn },
        remote: { family: 'IPv4', address: '127.0.0.2', port: localPort },
        reason: 'blocked',
      },
    ])
    expect([server.numConnections, handler.runs.length, server.state]).toEqual([1, 1, 'listening'])
    handler.settleAll()
  })

  it('take IPv4 clients of a server on :: for what they are, and know ::1', async () => {
    const where = { port: 0 }
    const server = await serve(say, { allow: ['127.0.0.1', '::1'] }, where)
    const { listeningOn: port } = server
    const dial = async (host: string, localAddress?: string) => {
      const client = new Client({ port, host, ...(localAddress && { localAddress }) })
      return (await client.closed).received
    }
    expect(await dial('127.0.0.1', '127.0.0.1')).toBe('served')
    expect(await dial('127.0.0.1', '127.0.0.2')).toBe('')
    expect(await dial('::1')).toBe('served')
    server.setAllow(['::/0'])
    expect(await dial('127.0.0.1')).toBe('')
    expect(await dial('::1')).toBe('served')
  })

  it("take the clients of a unix socket for 'unix'", async () => {
    const path = join(temporaryFolder(), 'app.sock')
    const server = await serve(say, { allow: ['127.0.0.1'] }, { path })
    expect(await visit(server)).toBe('not-allowed')
    server.setAllow(['unix'])
    expect(await visit(server)).toBe('served')
    server.setBlock(['unix'])
    expect(await visit(server)).toBe('blocked')
  })

  it('take a net.BlockList', async () => {
    const rules = new BlockList()
    const server = await serve(say, { block: rules })
    expect(await visit(server, '127.0.0.3')).toBe('served')
    rules.addRange('127.0.0.2', '127.0.0.9', 'ipv4')
    expect(await visit(server, '127.0.0.3')).toBe('blocked')
    server.setBlock([])
    server.setAllow(rules)
    expect(await visit(server, '127.0.0.3')).toBe('served')
    expect(await visit(server, '127.0.0.1')).toBe('not-allowed')
    server.setAllow('any')
    expect(await visit(server, '127.0.0.1')).toBe('served')
  })

  it('keep the old list where the new one is malformed', async () => {
    const server = await serve(say, { allow: ['127.0.0.1'] })
    expect(() => server.setAllow(['127.0.0.2', '127.0.0.300'])).toThrow(/^allow\[1\] .*'127\.0\.0\.300'/)
    expect(() => server.setBlock(['127.0.0.1', '10.0.0.1/8'])).toThrow(/^block\[1\] .*10\.0\.0\.0\/8/)
    expect(() => server.setBlock('any' as never)).toThrow(/^block /)
    expect(await visit(server, '127.0.0.1')).toBe('served')
    expect(await visit(server, '127.0.0.2')).toBe('not-allowed')
  })

  it('can be replaced while clients come, of whom none is lost', async () => {
    const server = await serve(say)
    const seen: string[] = []
    const rounds = 100
    for (let round = 0; round < rounds; round++) {
      const clients = Array.from({ length: 5 }, (_, index) => connectFrom(`127.0.0.${index + 1}`, server))
      server.setBlock(round % 2 === 0 ? ['127.0.0.2/31'] : [])
      server.setAllow(round % 3 === 0 ? ['127.0.0.0/29'] : 'any')
      for (const { received, error } of await Promise.all(clients.map(({ closed }) => closed))) {
        expect(error).toBeUndefined()
        seen.push(received)
      }
    }
    expect(seen.filter((text) => text === 'served')).toHaveLength((5 * rounds) / 2 + (3 * rounds) / 2)
    expect(seen.filter((text) => text === '')).toHaveLength(rounds)
  })
})

describe('maxConnectionsPerAddress', () => {
  it('drops whoever is over it, and lets others in', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnectionsPerAddress: 2 })
    const drops: Dropped[] = []
    server.on('drop', (dropped) => drops.push(dropped))
    connectFrom('127.0.0.2', server)
    connectFrom('127.0.0.2', server)
    await handler.run(1)
    await connectFrom('127.0.0.2', server).closed
    connectFrom('127.0.0.3', server)
    await handler.run(2)
    expect(drops.map(({ reason }) => reason)).toEqual(['per-address'])
    handler.runs[0]?.settle()
    await server.waitForConnections((count) => count === 2)
    connectFrom('127.0.0.2', server)
    await handler.run(3)
    handler.settleAll()
  })

  it('counts one that lingers, and one that the handler has destroyed', async () => {
    const server = await serve(async (_address, socket) => void socket.destroy(), {
      maxConnectionsPerAddress: 1,
    })
    for (let index = 0; index < 20; index++) {
      await connectTo(server).closed
      await server.waitForConnections((count) => count === 0)
    }
    const lingering = await serve(say, { maxConnectionsPerAddress: 1 })
    const first = connectTo(lingering)
    first.socket.allowHalfOpen = true
    await first.ended
    expect(await visit(lingering)).toBe('per-address')
    first.end()
    await lingering.waitForConnections((count) => count === 0)
    expect(await visit(lingering)).toBe('served')
  })

  it('never holds a client that is over it, though the server is full', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { maxConnections: 2, maxConnectionsPerAddress: 1 })
    connectFrom('127.0.0.2', server)
    connectFrom('127.0.0.3', server)
    await handler.run(1)
    const over = await connectFrom('127.0.0.2', server).connected
    const next = await connectFrom('127.0.0.4', server).connected
    handler.runs[1]?.settle()
    await handler.run(2)
    expect((await over.closed).received).toBe('')
    expect(handler.runs[2]?.address).toMatchObject({ address: '127.0.0.4', port: next.localPort })
    handler.settleAll()
  })
})

describe('admit', () => {
  it('is asked once for each client that the other rules let in, with its address', async () => {
    const admit = vi.fn((address: Address) => address.family === 'IPv4' && address.address !== '127.0.0.3')
    const server = await serve(say, { admit, block: ['127.0.0.2'] })
    expect(await visit(server, '127.0.0.1')).toBe('served')
    expect(await visit(server, '127.0.0.2')).toBe('blocked')
    expect(await visit(server, '127.0.0.3')).toBe('refused')
    const addresses = admit.mock.calls.map(([address]) => address)
    expect(addresses).toMatchObject([{ address: '127.0.0.1' }, { address: '127.0.0.3' }])
  })

  it.each<[string, () => never, string]>([
    [
      'what it throws',
      () => {
        throw new RangeError('thrown by admit')
      },
      'thrown by admit',
    ],
    ['a promise', (() => Promise.reject(new Error('nobody'))) as never, 'true or false'],
    ['what is no boolean', (() => 1) as never, 'it returned 1'],
  ])('refuses, and goes to the policy: %s', async (_title, admit, message) => {
    const failures: [Address, Error][] = []
    const onHandlerError: ServerOptions['onHandlerError'] = (address, error) =>
      void failures.push([address, error as Error])
    const server = await serve(say, { admit, onHandlerError })
    expect(await visit(server)).toBe('refused')
    await agree(() => failures.length, 1)
    expect(failures[0]?.[0]).toMatchObject({ family: 'IPv4', address: '127.0.0.1' })
    expect(failures[0]?.[1].message).toContain(message)
    expect([server.numConnections, server.state]).toEqual([0, 'listening'])
  })

  it("closes the server by what it throws, with onHandlerError: 'raise'", async () => {
    const error = new Error('thrown by admit')
    const server = await serve(say, {
      admit: () => {
        throw error
      },
    })
    const raised = once(server, 'error')
    connectTo(server)
    expect(await raised).toEqual([error])
    await server.closeFinishedAndHandlersDetermined
  })

  it('may close the server, which then serves nobody', async () => {
    const admit = vi.fn(() => {
      void server.close()
      return true
    })
    const handler = new ManualHandler()
    const server: Server = await serve(handler.handle, { admit })
    await connectTo(server).closed
    await server.closeFinishedAndHandlersDetermined
    expect([handler.runs.length, admit.mock.calls.length]).toEqual([0, 1])
  })
})

describe('behind a proxy', () => {
  const header = (client: string) => `PROXY TCP4 ${client} 198.51.100.1 50000 80\r\n`

  /** What the client that a proxy names sees. */
  async function visitBy(server: Server, client: string, proxy = '127.0.0.1'): Promise<Dropped | string> {
    const drops: Dropped[] = []
    const hear = (dropped: Dropped) => void drops.push(dropped)
    server.on('drop', hear)
    const connection = connectFrom(proxy, server)
    connection.send(header(client))
    const { received } = await connection.closed
    await agree(() => server.numConnections, 0)
    server.off('drop', hear)
    return drops[0] ?? received
  }

  it('rules are for the client that the header names, and block for the proxy as well', async () => {
    const asked: Address[] = []
    const server = await serve(say, {
      proxyProtocol: { from: ['127.0.0.0/8'] },
      allow: ['192.0.2.0/24'],
      block: ['192.0.2.66', '127.0.0.9'],
      admit: (address) => {
        asked.push(address)
        return address.family === 'IPv4' && address.address !== '192.0.2.7'
      },
    })
    expect(await visitBy(server, '192.0.2.1')).toBe('served')
    expect(await visitBy(server, '192.0.2.66')).toMatchObject({
      reason: 'blocked',
      remote: { family: 'IPv4', address: '192.0.2.66', port: 50000 },
    })
    expect(await visitBy(server, '203.0.113.1')).toMatchObject({ reason: 'not-allowed' })
    expect(await visitBy(server, '192.0.2.7')).toMatchObject({ reason: 'refused' })
    expect(await visitBy(server, '192.0.2.1', '127.0.0.9')).toMatchObject({
      reason: 'blocked',
      remote: { address: '127.0.0.9' },
    })
    expect(asked).toMatchObject([{ address: '192.0.2.1' }, { address: '192.0.2.7' }])
  })

  it('connections are counted by the client, and the proxy has as many as it likes', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      proxyProtocol: { from: ['127.0.0.1'] },
      maxConnectionsPerAddress: 1,
    })
    for (const [index, client] of ['192.0.2.1', '192.0.2.2', '192.0.2.3'].entries()) {
      connectTo(server).send(header(client))
      await handler.run(index)
    }
    const dropped = once(server, 'drop')
    connectTo(server).send(header('192.0.2.2'))
    expect(await dropped).toMatchObject([{ reason: 'per-address' }])
    handler.runs[1]?.settle()
    await server.waitForConnections((count) => count === 2)
    connectTo(server).send(header('192.0.2.2'))
    await handler.run(3)
    handler.settleAll()
  })

  it('who is no proxy is refused before it takes a place', async () => {
    const server = await serve(say, { proxyProtocol: { from: ['192.0.2.1'] }, maxConnections: 1 })
    const states: unknown[] = []
    const connections: number[] = []
    server.actor.subscribe(({ value, context }) => {
      states.push(value)
      connections.push(context.connections)
    })
    expect(await visit(server)).toBe('not-allowed')
    expect(new Set(states)).toEqual(new Set(['listening']))
    expect(new Set(connections)).toEqual(new Set([0]))
  })
})

test('many that are dropped leave nothing', async () => {
  const server = await serve(say, { block: ['127.0.0.2'], maxConnectionsPerAddress: 3 })
  await visit(server)
  const before = openDescriptors().length
  let drops = 0
  server.on('drop', () => drops++)
  for (let round = 0; round < 10; round++) {
    const clients = Array.from({ length: 50 }, () => connectFrom('127.0.0.2', server))
    await Promise.all(clients.map(({ closed }) => closed))
  }
  expect(drops).toBe(500)
  expect(server.numConnections).toBe(0)
  // Those of earlier tests may be closed meanwhile.
  await agree(() => openDescriptors().length <= before, true)
})

test('a client that has gone is blocked where anybody is, and not allowed where not everybody is', async () => {
  const admit = vi.fn(() => true)
  for (const [options, reason] of [
    [{ block: ['192.0.2.1'] }, 'blocked'],
    [{ allow: ['127.0.0.0/8'] }, 'not-allowed'],
    [{ admit }, 'refused'],
    [{ proxyProtocol: { from: ['192.0.2.1'], others: 'direct' } }, 'not-allowed'],
  ] as const) {
    const server = await serve(say, options)
    const dropped = once(server, 'drop')
    server.pause()
    const client = await connectTo(server).connected
    client.send('read me')
    client.reset()
    await client.closed
    await server.resume()
    expect(await dropped).toMatchObject([{ reason, remote: { address: '' } }])
  }
  expect(admit).not.toHaveBeenCalled()
})

test.each(['allow', 'block'] as const)(
  'what a list of %s throws lets nobody in, and goes to the policy',
  async (name) => {
    class Failing extends BlockList {
      override check(): boolean {
        throw new Error('the list is not loaded')
      }
    }
    const errors: unknown[] = []
    const onHandlerError = (_address: Address, error: unknown) => void errors.push(error)
    const server = await serve(say, { [name]: new Failing(), onHandlerError })
    expect(await visit(server)).toBe('refused')
    expect(errors).toEqual([expect.objectContaining({ message: 'the list is not loaded' })])
  },
)
