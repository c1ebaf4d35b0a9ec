import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test, vi } from 'vitest'
import { deferred } from '../src/common/deferred.ts'
import {
  type Connection,
  type LateFailure,
  NonErrorThrownError,
  type Server,
  type ServerOptions,
} from '../src/index.ts'
import { agree } from './support/agreement.ts'
import { connectTo } from './support/client.ts'
import { hostileResults, hostileValues } from './support/hostile.ts'
import { create, ManualHandler, serve } from './support/serve.ts'
import { allUncaught, uncaught } from './support/uncaught.ts'

describe("onHandlerError: 'ignore'", () => {
  test('closes the socket, frees the place and goes on', async () => {
    const server = await serve(
      async () => {
        throw new Error('oops')
      },
      { onHandlerError: 'ignore' },
    )
    for (let index = 0; index < 3; index++) await connectTo(server).closed
    await server.waitForConnections((count) => count === 0)
    expect(server.state).toBe('listening')
  })
})

describe('onHandlerError: a function', () => {
  test('gets the address and the error, after the socket was closed and the place freed', async () => {
    const called = deferred<unknown[]>()
    const error = new Error('oops')
    const handler = new ManualHandler()
    const server = await serve(handler.handle, {
      onHandlerError: (...args) => {
        called.resolve([...args, server.numConnections, handler.runs[0]?.connection.state])
      },
    })
    connectTo(server)
    const { address, fail } = await handler.run(0)
    fail(error)
    expect(await called.promise).toEqual([address, error, 0, 'closed'])
    expect(server.state).toBe('listening')
  })

  test('hears of a synchronous throw as of a rejection', async () => {
    const called = deferred<unknown>()
    const server = await serve(
      () => {
        throw 'a string'
      },
      { onHandlerError: (_address, error) => called.resolve(error) },
    )
    const client = await connectTo(server).closed
    expect(client.error).toBeUndefined()
    expect(await called.promise).toBe('a string')
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('from the policy')
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(new Error('from the policy'))],
  ])('raises its own error if it %s', async (_how, onHandlerError) => {
    const server = await serve(async () => Promise.reject(new Error('from the handler')), { onHandlerError })
    connectTo(server)
    const [error] = await once(server, 'error')
    expect(error).toMatchObject({ message: 'from the policy' })
    expect(server.isClosed).toBe(true)
    await server.closeFinished
  })

  test('may close the server, which takes effect before close() returns', async () => {
    const seen = deferred<[boolean, string]>()
    const server = await serve(async () => Promise.reject(new Error('oops')), {
      onHandlerError: () => {
        void server.close()
        seen.resolve([server.isClosed, server.state])
      },
    })
    connectTo(server)
    expect(await seen.promise).toEqual([true, 'closing'])
  })
})

describe("onHandlerError: 'raise'", () => {
  test('closes the server, lets existing connections go on, and emits the thrown error', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const other = connectTo(server)
    const { socket } = await handler.run(0)
    connectTo(server)
    const { fail } = await handler.run(1)
    const error = new Error('oops')
    const raised = once(server, 'error')
    fail(error)
    expect((await raised)[0]).toBe(error)
    expect(server.isClosed).toBe(true)
    await server.closeFinished
    socket.write('goes on')
    await other.receives('goes on')
    expect(server.numConnections).toBe(1)
  })

  test('is an uncaught exception where nobody listens', async () => {
    const error = new Error('oops')
    const server = await serve(async () => Promise.reject(error))
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const crash = uncaught()
    connectTo(server)
    expect(await crash).toBe(error)
    expect(server.isClosed).toBe(true)
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('onHandlerError'),
      expect.objectContaining({ code: 'XSTATE_TCP_HANDLER_FAILED' }),
    )
    warned.mockRestore()
  })

  test.each(['a string', undefined, null, { code: 7 }])(
    'wraps %o, which is no error, in one that has it as its cause',
    async (thrown) => {
      const server = await serve(async () => Promise.reject(thrown))
      connectTo(server)
      const [error] = await once(server, 'error')
      expect(error).toBeInstanceOf(NonErrorThrownError)
      expect(error).toMatchObject({ code: 'ERR_NON_ERROR_THROWN', cause: thrown })
    },
  )

  test('raises a later failure of a connection that went on again', async () => {
    const handler = new ManualHandler()
    const server = await serve(handler.handle)
    const errors: unknown[] = []
    server.on('error', (error) => errors.push(error))
    connectTo(server)
    connectTo(server)
    await handler.run(1)
    handler.runs[0]?.fail(new Error('first'))
    await server.closeFinished
    expect(server.state).toBe('closed')
    handler.runs[1]?.fail(new Error('second'))
    await server.closeFinishedAndHandlersDetermined
    await new Promise((resolve) => process.nextTick(resolve))
    expect(errors).toEqual([new Error('first'), new Error('second')])
  })

  test('raises the late rejection of a policy also when the server has drained', async () => {
    const policy = deferred()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { onHandlerError: () => policy.promise })
    connectTo(server)
    const { fail } = await handler.run(0)
    fail(new Error('oops'))
    await server.drain()
    const raised = once(server, 'error')
    policy.reject(new Error('could not report it'))
    expect((await raised)[0]).toMatchObject({ message: 'could not report it' })
  })
})

describe('a handler that fails because the server has cut its connection', () => {
  test.each([
    ['drain()', (server: Server) => server.drain({ timeout: 0 })],
    ['close()', (server: Server) => server.close({ closeExistingConnections: true })],
  ])('by %s is published and not raised', async (_by, cut) => {
    const published: unknown[] = []
    const listener = (message: unknown) => published.push((message as LateFailure).error)
    subscribe('xstate-tcp:handler.late-failure', listener)
    const errors: unknown[] = []
    const server = await serve(async (_address, socket) => pipeline(socket, socket))
    server.on('error', (error) => errors.push(error))
    const client = connectTo(server)
    client.send('hello')
    await client.receives('hello')
    await cut(server)
    await server.closeFinishedAndHandlersDetermined
    await new Promise((resolve) => process.nextTick(resolve))
    unsubscribe('xstate-tcp:handler.late-failure', listener)
    expect(published).toEqual([expect.objectContaining({ code: 'ERR_STREAM_PREMATURE_CLOSE' })])
    expect(errors).toEqual([])
  })
})

describe('what users pass in', () => {
  test('cannot break the server by throwing in a subscriber or an inspector', async () => {
    const server = await serve(async () => {}, {
      inspect: () => {
        throw new Error('from the inspector')
      },
    })
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const onError = vi.fn()
    process.on('uncaughtException', onError)
    let thrown = 0
    const subscription = server.actor.subscribe(() => {
      thrown++
      throw new Error('from the subscriber')
    })
    await connectTo(server).closed
    await server.waitForConnections((count) => count === 0)
    subscription.unsubscribe()
    await server.drain()
    expect(server.state).toBe('closed')
    const fromSubscriber = () =>
      onError.mock.calls.filter(([error]) => error.message === 'from the subscriber')
    await vi.waitFor(() => expect(fromSubscriber()).toHaveLength(thrown))
    expect(onError).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'from the inspector' }),
      expect.anything(),
    )
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  })
})

describe.each(['createSock', 'create'] as const)('of clients that come together, to %s', (factory) => {
  /**
   * A server whose first handler does `first`, while the others say `'served'`. Three clients come
   * in one turn of the event loop.
   */
  async function threeClients(first: (connection: Connection) => unknown, options: ServerOptions = {}) {
    const handle = (connection: Connection, say: (text: string) => unknown) => {
      if (connection.id === 1) return first(connection)
      say('served')
      return Promise.resolve()
    }
    const server =
      factory === 'createSock'
        ? await serve((_address, socket, connection) => {
            socket.resume()
            return handle(connection, (text) => socket.write(text))
          }, options)
        : await create(
            (_address, _reader, writer, connection) => handle(connection, (text) => writer.write(text)),
            options,
          )
    const clients = [connectTo(server), connectTo(server), connectTo(server)]
    return { server, clients }
  }

  test.each(Object.entries(hostileResults))(
    'a client whose handler returns %s fails, and the others are served',
    async (_what, { make, error }) => {
      const failures: unknown[] = []
      const { server, clients } = await threeClients(make, {
        onHandlerError: (_address, failure) => void failures.push(failure),
      })
      await Promise.all(clients.map(({ closed }) => closed))
      expect(clients.map(({ received }) => received).sort()).toEqual(['', 'served', 'served'])
      await server.waitForConnections((count) => count === 0)
      await agree(() => failures.length, 1)
      expect(failures).toEqual([error])
      expect((await connectTo(server).closed).received).toBe('served')
    },
  )

  test.each(Object.entries(hostileValues))(
    'a client whose handler throws %s closes the server by an error that says so',
    async (_what, thrown) => {
      const { server, clients } = await threeClients(() => {
        throw thrown
      })
      const [error] = await once(server, 'error')
      expect(error).toBeInstanceOf(NonErrorThrownError)
      expect(error.cause === thrown).toBe(true)
      await server.closeFinishedAndHandlersDetermined
      await Promise.all(clients.map(({ closed }) => closed))
    },
  )

  test('all are told that the server closes, and are cut off, although a listener throws', async () => {
    const errors = allUncaught()
    const heard: number[] = []
    const running: Connection[] = []
    const handle = async (connection: Connection) => {
      connection.closing.addEventListener('abort', () => {
        heard.push(connection.id)
        throw `closing ${connection.id}`
      })
      connection.signal.addEventListener('abort', () => {
        throw `signal ${connection.id}`
      })
      // What Node calls for each abort.
      if (connection.id === 2) {
        connection.closing.dispatchEvent = connection.signal.dispatchEvent = () => {
          throw 'dispatch 2'
        }
      }
      running.push(connection)
      await new Promise(() => {})
    }
    const server =
      factory === 'createSock'
        ? await serve((_address, _socket, connection) => handle(connection))
        : await create((_address, _reader, _writer, connection) => handle(connection))
    const clients = [connectTo(server), connectTo(server), connectTo(server)]
    await agree(() => running.length, 3)
    expect(await server.drain({ timeout: 0 })).toEqual({ settled: 0, destroyed: 3 })
    await Promise.all(clients.map(({ closed }) => closed))
    expect(heard.sort()).toEqual([1, 3])
    await agree(
      () => errors.map(String).sort(),
      ['closing 1', 'closing 3', 'dispatch 2', 'dispatch 2', 'signal 1', 'signal 3'],
    )
  })

  test('each is served and counted while an inspector throws at every event', async () => {
    const errors = allUncaught()
    const { server, clients } = await threeClients(async () => {}, {
      inspect: () => {
        throw 'of an inspector'
      },
    })
    await Promise.all(clients.map(({ closed }) => closed))
    expect(clients.map(({ received }) => received).sort()).toEqual(['', 'served', 'served'])
    await server.waitForConnections((count) => count === 0)
    await server.drain()
    expect(new Set(errors)).toEqual(new Set(['of an inspector']))
  })

  test('all are cut off, though a socket cannot be destroyed', async () => {
    const errors = allUncaught()
    const running: Connection[] = []
    const { server, clients } = await threeClients((connection) => {
      running.push(connection)
      return new Promise(() => {})
    })
    await agree(() => running.length, 1)
    const { socket } = running[0] as unknown as { socket: Socket }
    socket.destroy = () => {
      throw 'not destroyed'
    }
    await agree(() => clients.filter(({ received }) => received === 'served').length, 2)
    await server.waitForConnections((count) => count === 1)
    expect(await server.drain({ timeout: 0 })).toEqual({ settled: 0, destroyed: 1 })
    await Promise.all(clients.map(({ closed }) => closed))
    expect(new Set(errors)).toEqual(new Set(['not destroyed']))
  })
})
