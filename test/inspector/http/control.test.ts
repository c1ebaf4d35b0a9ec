import { describe, expect, test } from 'vitest'
import { createActor } from 'xstate'
import { listenerMachine } from '../../../machines/index.ts'
import type { Inspector } from '../../../src/inspector/index.ts'
import { connectTo } from '../../support/client.ts'
import { inspector, Page, post } from '../../support/inspect.ts'
import { ManualHandler, serve, untilSnapshot } from '../../support/serve.ts'

async function start() {
  const created = await inspector({ control: true })
  const handler = new ManualHandler()
  const server = await serve(handler.handle, { maxConnections: 5, inspect: created.inspect })
  const control = async (request: object) => {
    const { status, body } = await post(created, 'control', { server: 1, ...request })
    return body === '' ? status : `${status} ${body.trim()}`
  }
  return { created, handler, server, control }
}

const COMMANDS = [
  { command: 'pause' },
  { command: 'resume' },
  { command: 'drop', isDropping: true },
  { command: 'limit', maxConnections: 1 },
  { command: 'drain' },
  { command: 'close' },
  { command: 'destroy', connection: 1 },
]

describe('without control: true', () => {
  test.each(COMMANDS)('$command is refused, and does nothing', async (request) => {
    const created: Inspector = await inspector()
    const handler = new ManualHandler()
    const server = await serve(handler.handle, { inspect: created.inspect })
    const limit = server.maxConnections
    connectTo(server)
    const { connection } = await handler.run(0)
    const { status, body } = await post(created, 'control', { server: 1, ...request })
    expect([status, body]).toEqual([403, 'This inspector was created without control: true.\n'])
    expect([server.state, server.maxConnections, connection.state]).toEqual(['listening', limit, 'serving'])
    expect((await Page.open(created)).hello?.control).toBe(false)
    handler.settleAll()
  })
})

test.each(COMMANDS)('a listener that is no server takes no $command', async (request) => {
  const created = await inspector({ control: true })
  const actor = createActor(listenerMachine, { inspect: created.inspect }).start()
  const { status, body } = await post(created, 'control', { server: 1, ...request })
  expect([status, body]).toEqual([404, 'There is no server 1\n'])
  expect(actor.getSnapshot().value).toBe('listening')
})

describe('with control: true', () => {
  test('a server is paused and resumed', async () => {
    const { server, control } = await start()
    expect(await control({ command: 'pause' })).toBe(204)
    expect(server.state).toBe('accept-paused')
    expect(await control({ command: 'resume' })).toBe(204)
    await untilSnapshot(server, 'listening')
    expect(await control({ command: 'pause', strategy: 'rebind' })).toBe(204)
    expect(server.actor.getSnapshot().context.handStrategy).toBe('rebind')
  })

  test('a server is made to drop, and to stop dropping', async () => {
    const { server, control } = await start()
    expect(await control({ command: 'drop', isDropping: true })).toBe(204)
    expect(server.state).toBe('dropping')
    expect(await control({ command: 'drop', isDropping: false })).toBe(204)
    expect(server.state).toBe('listening')
  })

  test('the limit of a server is set', async () => {
    const { server, control } = await start()
    expect(await control({ command: 'limit', maxConnections: 9 })).toBe(204)
    expect(server.maxConnections).toBe(9)
  })

  test('one connection is destroyed', async () => {
    const { handler, control, server } = await start()
    const client = await connectTo(server).connected
    await handler.run(0)
    expect(await control({ command: 'destroy', connection: 1 })).toBe(204)
    await client.closed
    handler.settleAll()
    await server.waitForConnections((count) => count === 0)
    expect(await control({ command: 'destroy', connection: 1 })).toBe('404 Connection 1 is gone')
  })

  test('a server is closed; connections go on', async () => {
    const { handler, control, server } = await start()
    connectTo(server)
    const { connection } = await handler.run(0)
    expect(await control({ command: 'close' })).toBe(204)
    await server.closeFinished
    expect(connection.state).toBe('serving')
    handler.settleAll()
  })

  test('a server is drained', async () => {
    const { handler, control, server } = await start()
    const client = await connectTo(server).connected
    await handler.run(0)
    expect(await control({ command: 'drain', timeout: 0 })).toBe(204)
    await client.closed
    expect(server.isClosed).toBe(true)
    handler.settleAll()
  })

  test.each([
    [
      { command: 'limit', maxConnections: 0 },
      '400 maxConnections must be an integer of at least 1, but it is 0',
    ],
    [{ command: 'limit' }, '400 maxConnections must be an integer, but it is undefined'],
    [{ command: 'drop', isDropping: 'yes' }, "400 isDropping must be true or false, but it is 'yes'"],
    [{ command: 'pause', strategy: 'wait' }, "400 strategy must be 'hold' or 'rebind', but it is 'wait'"],
    [
      { command: 'drain', timeout: -1 },
      '400 timeout must be from 0 to 2147483647 milliseconds, but it is -1',
    ],
    [{ command: 'drain', timeout: '5' }, "400 timeout must be a number of milliseconds, but it is '5'"],
    [{ command: 'drain', timeout: null }, '400 timeout must be a number of milliseconds, but it is null'],
    [{ command: 'limit', maxConnections: '9' }, /^400 maxConnections must be an integer, but it is '9'/],
    [{ command: 'drop' }, '400 isDropping must be true or false, but it is undefined'],
    [
      { command: 'close', closeExistingConnections: 1 },
      /^400 closeExistingConnections must be true or false/,
    ],
    [{ command: 'destroy', connection: '1' }, "400 connection must be an integer, but it is '1'"],
    [{ command: 'destroy' }, '400 connection must be an integer, but it is undefined'],
    [{ command: ['pause'] }, /^400 command must be 'pause'/],
    [{ server: 2, command: 'pause', force: true }, /^400 The request\.force is not known/],
    [{ command: 'constructor' }, /^400 command must be 'pause'/],
    [{ server: 2, command: 'pause' }, '404 There is no server 2'],
    [{ server: '1', command: 'pause' }, "400 server must be an integer, but it is '1'"],
    [{ command: 'destroy', connection: 77 }, '404 Connection 77 is gone'],
  ])('a wrong command is answered with its fault: %j', async (request, told) => {
    const { server, control } = await start()
    expect(await control(request)).toEqual(typeof told === 'string' ? told : expect.stringMatching(told))
    expect([server.state, server.maxConnections]).toEqual(['listening', 5])
  })

  test.each(COMMANDS)('an unknown key is refused with $command, which does nothing', async (request) => {
    const { server, handler, control } = await start()
    await connectTo(server).connected
    const { connection } = await handler.run(0)
    expect(await control({ ...request, force: true })).toMatch(
      /^400 The request\.force is not known \(its value is true\)/,
    )
    // That of another command is not known either.
    const foreign = request.command === 'drain' ? { isDropping: true } : { timeout: 0 }
    expect(await control({ ...request, ...foreign })).toMatch(/^400 The request\.\w+ is not known/)
    expect([server.state, server.maxConnections, connection.state]).toEqual(['listening', 5, 'serving'])
    handler.settleAll()
  })
})
