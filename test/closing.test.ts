// What happens between a handler's end and that of its socket: no answer is cut off, and no peer
// holds its place for long.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pipeline, Writable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import { deferred } from '../src/common/deferred.ts'
import type { Connection, CreateOptions, Server } from '../src/index.ts'
import { agree } from './support/agreement.ts'
import { Client, connectTo } from './support/client.ts'
import { hasAll } from './support/fin.ts'
import { temporaryFolder } from './support/folder.ts'
import { create, ManualHandler, serve } from './support/serve.ts'

type Answer = (write: (data: string) => void, untilAsked: () => Promise<unknown>) => Promise<void>

/** A server of either kind, whose handler writes what it is told to. */
const factories = {
  createSock: (answer: Answer, options: CreateOptions = {}) =>
    serve(async (_address, socket) => {
      await answer(
        (data) => void socket.write(data),
        () => once(socket, 'readable'),
      )
    }, options as object),
  create: (answer: Answer, options: CreateOptions = {}) =>
    create(async (_address, reader, writer) => {
      await answer(
        (data) => void writer.write(data),
        () => reader.readLine(),
      )
    }, options),
}
const kinds = Object.entries(factories).map(([name, start]) => ({ name, start }))

const ANSWER = 'x'.repeat(2_000_000)
const answerWhenAsked: Answer = async (write, untilAsked) => {
  await untilAsked()
  write(ANSWER)
}
const answerAtOnce: Answer = async (write) => write(ANSWER)

/** A client that does not end its side by itself. */
function stayingClient(server: Server): Client {
  return new Client({ port: server.listeningOn as number, host: '127.0.0.1', allowHalfOpen: true })
}

async function untilLingering(connection: Connection): Promise<void> {
  const value = () => JSON.stringify(connection.actor.getSnapshot().value)
  await agree(() => value() === '{"closing":"lingering"}' && hasAll(connection), true)
}

const theOnly = (server: Server) => [...server.connections][0] as Connection

describe.each(kinds)('an answer of $name', ({ start }) => {
  test.each([
    { when: 'never again', sends: () => {} },
    { when: 'when it is being answered', sends: (client: Client) => client.send('QUIT\n') },
    {
      when: 'when FIN has come',
      sends: (client: Client) => {
        client.socket.allowHalfOpen = true
        void client.ended.then(() => client.socket.end('QUIT\n'))
      },
    },
    {
      when: 'byte by byte',
      sends: (client: Client) => void client.socket.on('data', () => client.send('a')),
    },
    { when: 'a megabyte at once', sends: (client: Client) => client.send('y'.repeat(1_000_000)) },
  ])('arrives whole at a client that sends $when', async ({ sends }) => {
    const server = await start(answerWhenAsked)
    const client = connectTo(server)
    client.send('GET\n')
    client.socket.once('data', () => sends(client))
    await client.closed
    expect(client.error).toBeUndefined()
    expect(client.received.length).toBe(ANSWER.length)
    await server.waitForConnections((count) => count === 0)
  })

  test('arrives whole at a client whose bytes were there before the handler, which never reads', async () => {
    const server = await start(answerAtOnce, { maxConnections: 1 })
    server.pause()
    const client = connectTo(server)
    client.send('z'.repeat(100_000))
    await client.connected
    await server.resume()
    await client.closed
    expect(client.error).toBeUndefined()
    expect(client.received.length).toBe(ANSWER.length)
  })

  test('arrives whole at two hundred clients that send while it comes, and are done in a moment', async () => {
    const answer = 'x'.repeat(200_000)
    const server = await start(async (write, untilAsked) => {
      await untilAsked()
      write(answer)
    })
    const clients = Array.from({ length: 200 }, () => connectTo(server))
    for (const client of clients) {
      client.send('GET\n')
      client.socket.once('data', () => client.send('QUIT\n'))
    }
    await Promise.all(clients.map((client) => client.closed))
    expect(clients.filter(({ received }) => received.length !== answer.length)).toEqual([])
    expect(clients.filter(({ error }) => error)).toEqual([])
  })

  test('arrives whole at a client that sends, reads nothing for longer than a peer may linger, and then everything', async () => {
    const clock = new SimulatedClock()
    const server = await start(answerWhenAsked, { clock })
    const client = stayingClient(server)
    client.send('GET\n')
    await once(client.socket, 'data')
    client.socket.pause()
    const connection = theOnly(server)
    await agree(() => connection.state, 'closing')
    for (let times = 0; times < 5; times++) {
      client.send('still here\n')
      clock.increment(2_000)
    }
    await agree(() => connection.actor.getSnapshot().value, { closing: 'behind' })
    client.socket.resume()
    await client.ended
    client.end()
    await client.closed
    expect(client.error).toBeUndefined()
    expect(client.received.length).toBe(ANSWER.length)
    await server.waitForConnections((count) => count === 0)
  })

  test('holds the place until the FIN of the peer comes', async () => {
    const server = await start(async (write) => write('x'))
    const client = stayingClient(server)
    await client.ended
    await untilLingering(theOnly(server))
    expect(server.numConnections).toBe(1)
    client.end()
    await server.waitForConnections((count) => count === 0)
    expect(client.error).toBeUndefined()
  })

  test.each([2_000, 500])(
    'holds the place no longer than lingerTimeout: %s, whatever the peer sends',
    async (lingerTimeout) => {
      const clock = new SimulatedClock()
      const server = await start(async (write) => write('x'), { clock, lingerTimeout })
      const client = stayingClient(server)
      await client.ended
      await untilLingering(theOnly(server))
      client.send('I am')
      clock.increment(lingerTimeout - 1)
      client.send('still here')
      expect(server.numConnections).toBe(1)
      clock.increment(1)
      await server.waitForConnections((count) => count === 0)
      client.destroy()
    },
  )

  test.each([30_000, 700])(
    'is cut off after flushTimeout: %s, if the peer does not take it, whatever it sends',
    async (flushTimeout) => {
      const clock = new SimulatedClock()
      const server = await start(async (write) => write('x'.repeat(1_000_000)), { clock, flushTimeout })
      const client = stayingClient(server)
      client.socket.pause()
      await client.connected
      await agree(() => server.numConnections, 1)
      const connection = theOnly(server)
      await agree(() => connection.actor.getSnapshot().value, { closing: 'lingering' })
      client.send('I am')
      clock.increment(flushTimeout - 1)
      client.send('still here')
      expect(server.numConnections).toBe(1)
      clock.increment(1)
      await server.waitForConnections((count) => count === 0)
      client.destroy()
    },
  )

  test('lets a peer that was slow have its time to end its side, when it has everything', async () => {
    const clock = new SimulatedClock()
    const server = await start(async (write) => write('x'.repeat(1_000_000)), { clock })
    const client = stayingClient(server)
    client.socket.pause()
    await agree(() => server.numConnections, 1)
    const connection = theOnly(server)
    const value = () => connection.actor.getSnapshot().value
    await agree(value, { closing: 'lingering' })
    clock.increment(2_000)
    expect(value()).toEqual({ closing: 'behind' })
    client.socket.resume()
    await client.ended
    await agree(() => hasAll(connection), true)
    clock.increment(2_000)
    expect(value()).toEqual({ closing: 'lingering' })
    clock.increment(1_999)
    expect(value()).toEqual({ closing: 'lingering' })
    clock.increment(1)
    await server.waitForConnections((count) => count === 0)
    client.destroy()
  })

  test('is given up by connection.destroy()', async () => {
    const server = await start(async (write) => write('x'))
    const client = stayingClient(server)
    await client.ended
    theOnly(server).destroy()
    await server.waitForConnections((count) => count === 0)
    client.destroy()
  })
})

describe('a full server', () => {
  test.each(kinds)(
    'of $name closes connections that only linger as soon as others wait for their places',
    async ({ start }) => {
      const clock = new SimulatedClock()
      const served: string[] = []
      const server = await start(
        async (write) => {
          served.push('one')
          write('x')
        },
        { clock, maxConnections: 3 },
      )
      const attackers = Array.from({ length: 3 }, () => stayingClient(server))
      await Promise.all(attackers.map((client) => client.ended))
      for (const connection of server.connections) await untilLingering(connection)
      clock.increment(1_000)
      expect(server.numConnections).toBe(3)
      const honest = [await connectTo(server).connected, await connectTo(server).connected]
      clock.increment(100)
      await Promise.all(honest.map((client) => client.closed))
      expect(honest.map(({ received }) => received)).toEqual(['x', 'x'])
      expect(served).toHaveLength(5)
      await server.waitForConnections((count) => count === 1)
      for (const client of attackers) client.destroy()
    },
  )

  test('closes them one by one on a unix socket, whose queue has no length', async () => {
    const clock = new SimulatedClock()
    const path = join(temporaryFolder(), 's')
    const server = await serve(
      async (_address, socket) => void socket.write('x'),
      { clock, maxConnections: 2 },
      { path },
    )
    const attackers = [new Client({ path, allowHalfOpen: true }), new Client({ path, allowHalfOpen: true })]
    await Promise.all(attackers.map((client) => client.ended))
    for (const connection of server.connections) await untilLingering(connection)
    const honest = [await connectTo(server).connected, await connectTo(server).connected]
    clock.increment(100)
    // The place of the first one is free again for the second.
    await Promise.all(honest.map((client) => client.closed))
    expect(honest.map(({ received }) => received)).toEqual(['x', 'x'])
    await server.waitForConnections((count) => count === 1)
    for (const client of attackers) client.destroy()
  })

  test('does not close peers that have not taken everything yet, or have just begun to linger', async () => {
    const clock = new SimulatedClock()
    const sizes = [1_000_000, 1]
    const server = await serve(
      async (_address, socket) => void socket.write('x'.repeat(sizes.shift() ?? 1)),
      { clock, maxConnections: 2 },
    )
    const slow = stayingClient(server)
    slow.socket.pause()
    await agree(() => server.numConnections, 1)
    const [first] = [...server.connections] as [Connection]
    const quick = stayingClient(server)
    await quick.ended
    const [, second] = [...server.connections] as [Connection, Connection]
    await untilLingering(second)
    const honest = await connectTo(server).connected
    clock.increment(99)
    expect([first.state, second.state]).toEqual(['closing', 'closing'])
    clock.increment(1)
    await honest.closed
    expect(honest.received).toBe('x')
    expect(first.actor.getSnapshot().value).toEqual({ closing: 'behind' })
    slow.socket.resume()
    await slow.ended
    expect(slow.received).toHaveLength(1_000_000)
    slow.destroy()
    quick.destroy()
  })

  test('lets them linger while nobody waits', async () => {
    const clock = new SimulatedClock()
    const server = await serve(async (_address, socket) => void socket.write('x'), {
      clock,
      maxConnections: 1,
    })
    const client = stayingClient(server)
    await client.ended
    await untilLingering(theOnly(server))
    clock.increment(1_999)
    expect(theOnly(server).actor.getSnapshot().value).toEqual({ closing: 'lingering' })
    client.destroy()
  })
})

describe('a drain', () => {
  test('does not wait for peers that have everything, and counts their handlers as settled', async () => {
    const clock = new SimulatedClock()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { clock })
    const clients = [stayingClient(server), stayingClient(server)]
    ;(await handler.run(0)).settle()
    await clients[0]?.ended
    await untilLingering((await handler.run(0)).connection)
    clock.increment(100)
    const draining = server.drain({ timeout: 1_000 })
    await server.waitForConnections((count) => count === 1)
    ;(await handler.run(1)).settle()
    await clients[1]?.ended
    await untilLingering((await handler.run(1)).connection)
    clock.increment(100)
    expect(await draining).toEqual({ settled: 2, destroyed: 0 })
    for (const client of clients) client.destroy()
  })

  test('counts peers that have everything at its end as settled, and the others as destroyed', async () => {
    const clock = new SimulatedClock()
    const sizes = [1_000_000, 1]
    const server = await serve(
      async (_address, socket) => void socket.write('x'.repeat(sizes.shift() ?? 1)),
      { clock },
    )
    const slow = stayingClient(server)
    slow.socket.pause()
    await agree(() => server.numConnections, 1)
    const quick = stayingClient(server)
    await quick.ended
    const [first, second] = [...server.connections] as [Connection, Connection]
    await untilLingering(second)
    await agree(() => first.actor.getSnapshot().value, { closing: 'lingering' })
    expect(await server.drain({ timeout: 0 })).toEqual({ settled: 1, destroyed: 1 })
    slow.destroy()
    quick.destroy()
  })
})

describe('the answer of a handler that leaves behind', () => {
  const cases: Record<string, (socket: Socket) => void> = {
    'a listener that reads by itself': (socket) => {
      socket.on('readable', () => {})
      socket.pause()
    },
    'a pipe to something that takes nothing': (socket) => {
      socket.pipe(new Writable({ write: () => {}, highWaterMark: 1 }))
    },
    'a loop over the socket': (socket) => {
      void (async () => {
        for await (const _ of socket);
      })().catch(() => {})
    },
    'an iterator that was never ended': (socket) => {
      const iterator = socket[Symbol.asyncIterator]()
      void iterator.next()
    },
    'a paused socket': (socket) => socket.pause(),
    'a decoder in the middle of a character': (socket) => {
      socket.setEncoding('utf8')
      socket.unshift(Buffer.from([0xe2]))
    },
    'a late write': (socket) => setImmediate(() => socket.write('too late')),
    'a late write behind FIN': (socket) => void socket.once('finish', () => socket.write('too late')),
    'a late end with data': (socket) => setImmediate(() => socket.end('too late')),
    'a late pipeline': (socket) => {
      setImmediate(() => pipeline('too late', socket, () => {}))
    },
    'no listener at all': (socket) => void socket.removeAllListeners(),
    'no listener at all, later': (socket) => setImmediate(() => socket.removeAllListeners()),
    'no listener from FIN on': (socket) => void socket.once('finish', () => socket.removeAllListeners()),
    'an ended socket': (socket) => void socket.end(),
  }
  test.each(Object.entries(cases))('%s arrives whole', async (_name, leave) => {
    const server = await serve(async (_address, socket) => {
      await once(socket, 'readable')
      socket.write(ANSWER)
      leave(socket)
    })
    const client = connectTo(server)
    client.send('GET \u20ac'.repeat(1000))
    client.socket.once('data', () => client.send('QUIT\n'))
    await client.closed
    expect(client.error).toBeUndefined()
    expect(client.received.length).toBe(ANSWER.length)
    await server.waitForConnections((count) => count === 0)
  })

  test.each(['at once', 'later'])(
    "a write at the peer's FIN, %s, cuts off no answer where sockets are not half open",
    async (when) => {
      const answer = 'a'.repeat(10_000_000)
      const hasWritten = deferred()
      const server = await serve(
        async (_address, socket) => {
          socket.write(answer)
          const writeLate = () => {
            socket.write('too late')
            hasWritten.resolve()
          }
          socket.once('end', when === 'at once' ? writeLate : () => setImmediate(writeLate))
        },
        { allowHalfOpen: false },
      )
      const client = connectTo(server)
      // The kernels take a part of the answer.
      client.socket.pause()
      client.socket.end('GET')
      await hasWritten.promise
      client.socket.resume()
      await client.closed
      expect(client.received.length).toBe(answer.length)
    },
  )

  test('a late write tells the callback of that', async () => {
    const told: unknown[] = []
    const server = await serve(async (_address, socket) => {
      setImmediate(() => {
        expect(socket.write('a', (error) => told.push((error as NodeJS.ErrnoException | null)?.code))).toBe(
          false,
        )
        socket.end('b', 'utf8', () => told.push('ended'))
        socket.end(() => told.push('over'))
      })
    })
    const client = connectTo(server)
    await client.closed
    expect(client.received).toBe('')
    await agree(() => told.length, 3)
    expect(told.sort()).toEqual(['ERR_STREAM_WRITE_AFTER_END', 'ended', 'over'])
  })
})

describe('the place of a handler', () => {
  const cases: Record<string, (socket: Socket) => void> = {
    'all listeners removed': (socket) => void socket.removeAllListeners(),
    "'close' listeners removed": (socket) => void socket.removeAllListeners('close'),
    "'error' listeners removed": (socket) => void socket.removeAllListeners('error'),
    destroyed: (socket) => void socket.destroy(),
    'destroyed with an error, listeners removed': (socket) => {
      socket.destroy(new Error('mine'))
      socket.removeAllListeners()
    },
    'listeners removed, destroyed with an error': (socket) => {
      socket.removeAllListeners()
      socket.destroy(new Error('mine'))
    },
    reset: (socket) => void socket.resetAndDestroy(),
    'reset, listeners removed': (socket) => {
      socket.resetAndDestroy()
      socket.removeAllListeners()
    },
    'destroyed soon': (socket) => socket.destroySoon(),
    'destroy() replaced': (socket) => {
      socket.destroy = () => socket
    },
    'the close of its handle replaced': (socket) => {
      const { _handle: handle } = socket as unknown as { _handle: { close: () => void } }
      handle.close = () => {}
    },
    frozen: (socket) => void Object.freeze(socket),
    'end() and destroy() replaced': (socket) => {
      socket.end = () => socket
      socket.destroy = () => socket
    },
  }
  test.each(Object.entries(cases))('is free after a drain, its socket: %s', async (_name, ruin) => {
    const uncaught = vi.fn()
    process.on('uncaughtException', uncaught)
    const server = await serve(
      async (_address, socket) => {
        ruin(socket)
        await new Promise(() => {})
      },
      { onHandlerError: 'ignore' },
    )
    const client = connectTo(server)
    await client.connected
    await agree(() => server.numConnections, 1)
    const result = await server.drain({ timeout: 0 })
    expect(result).toEqual({ settled: 0, destroyed: 1 })
    await client.closed
    expect(uncaught).not.toHaveBeenCalled()
    process.off('uncaughtException', uncaught)
  })

  test.each(Object.entries(cases))(
    'is free after a reset by the client, its socket: %s',
    async (name, ruin) => {
      const uncaught = vi.fn()
      process.on('uncaughtException', uncaught)
      const handler = new ManualHandler()
      const server = await serve(handler.handle, { onHandlerError: 'ignore' })
      const client = connectTo(server)
      const { socket, settle, connection } = await handler.run(0)
      ruin(socket)
      client.reset()
      socket.resume()
      settle()
      // What does not destroy itself any more is cut off in time.
      if (name.endsWith('replaced') || name === 'frozen') {
        await agree(() => connection.state !== 'serving', true)
        connection.destroy()
      }
      await server.waitForConnections((count) => count === 0)
      expect(connection.signal.aborted).toBe(true)
      expect(uncaught).not.toHaveBeenCalled()
      process.off('uncaughtException', uncaught)
    },
  )
})

test('a socket that was sent to another process holds no place, and its signal is aborted', async () => {
  const child = fork(new URL('./support/fixtures/answer-for-parent.mjs', import.meta.url))
  await once(child, 'message')
  const signals: AbortSignal[] = []
  const server = await serve(async (_address, socket, connection) => {
    signals.push(connection.signal)
    await new Promise((resolve) => child.send('connection', socket, resolve))
  })
  const clients = Array.from({ length: 5 }, () => connectTo(server))
  await Promise.all(clients.map((client) => client.closed))
  expect(clients.map(({ received }) => received)).toEqual(clients.map(() => 'from the child\n'))
  await server.waitForConnections((count) => count === 0)
  expect(signals.map(({ aborted }) => aborted)).toEqual(clients.map(() => true))
  child.kill()
  await once(child, 'close')
})

test('a socket that is on its way to a process which does not take it is closed by a drain', async () => {
  const child = fork(new URL('./support/fixtures/deaf.mjs', import.meta.url))
  await once(child, 'message')
  const server = await serve(async (_address, socket) => {
    child.send('connection', socket, () => {})
    await new Promise(() => {})
  })
  const client = connect(server.listeningOn as number, '127.0.0.1')
  await agree(() => server.numConnections, 1)
  expect(await server.drain({ timeout: 0 })).toEqual({ settled: 0, destroyed: 1 })
  client.destroy()
  child.kill('SIGKILL')
  await once(child, 'close')
})
