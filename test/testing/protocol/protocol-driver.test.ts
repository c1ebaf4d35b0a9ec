import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { type Handler, Server, type SocketHandler } from '../../../src/index.ts'
import { createProtocolDriver, createProtocolModel, runPath, testServer } from '../../../src/testing/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const machine = setup({ types: { events: {} as { type: 'PING' } | { type: 'QUIT' } } }).createMachine({
  initial: 'ready',
  states: { ready: { on: { PING: {}, QUIT: 'done' } }, done: { type: 'final' } },
})

const model = createProtocolModel({
  machine,
  client: {
    PING: { send: 'PING\n', answer: 'PONG\n' },
    QUIT: { send: 'QUIT\n', answer: 'BYE\n' },
  },
})

const handler: Handler = async (_address, reader, writer) => {
  for await (const line of reader.lines()) {
    if (line === 'QUIT') return void writer.writeLine('BYE')
    if (line === 'PING') writer.writeLine('PONG')
  }
}

const onSocket: SocketHandler = async (_address, socket, connection) => {
  const lines = createInterface({ input: socket })
  lines.on('line', (line) => {
    if (line === 'PING') socket.write('PONG\n')
    if (line === 'QUIT') lines.removeAllListeners('line').close()
  })
  const gone = once(connection.signal, 'abort')
  await Promise.race([once(lines, 'close'), gone])
  if (!socket.readableEnded) socket.write('BYE\n')
}

describe('a server of which one client takes the last place', () => {
  const driver = createProtocolDriver(model, (where) => Server.create(where, handler, { maxConnections: 1 }))
  testServer(model, driver, { test: it })
})

describe('a server with sockets', () => {
  const driver = createProtocolDriver(model, async (where) => ({
    server: await Server.createSock(where, onSocket, { onHandlerError: 'ignore' }),
  }))
  testServer(model, driver, { test: it })
})

it('a server on a path is driven as well', async () => {
  const path = join(temporaryFolder(), 'socket')
  const driver = createProtocolDriver(model, async () => ({ server: await Server.create({ path }, handler) }))
  const run = await driver.start()
  await runPath(model.pathOf([{ type: 'client.connects' }, { type: 'PING' }, { type: 'server.cuts' }]), run)
  await run.end()
})

it('bytes are compared as bytes', async () => {
  const binary = createProtocolModel({
    machine,
    client: {
      PING: { send: Uint8Array.of(1, 2), answer: Uint8Array.of(2, 1) },
      QUIT: { send: Uint8Array.of(1, 0), answer: '' },
    },
  })
  const driver = createProtocolDriver(binary, async (where) => ({
    server: await Server.create(where, async (_address, reader, writer) => {
      const bytes = await reader.readExactly(2)
      if (bytes?.[1] !== 0) writer.write(Buffer.of(2, 2))
    }),
  }))
  const run = await driver.start()
  const path = binary.pathOf([{ type: 'client.connects' }, { type: 'PING' }])
  const failure = await runPath(path, run, { patience: 20 }).catch((error) => error)
  expect(failure.message).toContain('expected  { answer: <Buffer 02 01>,')
  expect(failure.message).toContain('seen      { answer: <Buffer 02 02>,')
  await run.end()
})

it('wrong arguments are refused', async () => {
  const start = async () => ({ server: await Server.create({ port: 0, host: '127.0.0.1' }, handler) })
  expect(() => createProtocolDriver(undefined as never, start)).toThrow(/^model must be a model/)
  expect(() => createProtocolDriver(model, 1 as never)).toThrow(/^start must be a function, but it is 1/)
  for (const wrong of [undefined, {}, { server: undefined }]) {
    await expect(createProtocolDriver(model, async () => wrong as never).start()).rejects.toThrow(
      /of start\(\) must be /,
    )
  }
  const showing = createProtocolModel({
    machine,
    client: { PING: { send: 'a', answer: '' }, QUIT: { send: 'b', answer: '' } },
    shows: () => ({ pings: 0 }),
  })
  const run = await createProtocolDriver(showing, start as never).start()
  const path = showing.pathOf([{ type: 'client.connects' }])
  await expect(runPath(path, run)).rejects.toThrow(/observe of the driver must return .*: pings/)
  await run.end()
})
