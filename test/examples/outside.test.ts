import * as process from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import * as net from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  createBareDriver,
  createListenerModel,
  type ListenerModelEvent,
  runPath,
  testServer,
} from '../../src/testing/index.ts'
import { blocksOf } from '../support/documents.ts'
import { hasPython, python } from '../support/limited.ts'

describe('a server in the same process', () => {
  let limit = (_maxConnections: number) => {}
  const createServer = (handler: (socket: Socket) => void) => {
    const server = net.createServer(handler)
    limit = (maxConnections) => {
      server.maxConnections = maxConnections
    }
    return server
  }

  // #region bare
  const model = createListenerModel({
    seenFrom: 'outside',
    factory: 'create',
    maxConnections: 2,
    overLimit: 'drop',
  })

  async function start() {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .write('hello'),
    )
    server.maxConnections = 2
    await once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')
    const { port } = server.address() as AddressInfo
    return { port, end: () => once(server.close(), 'close') }
  }

  testServer(model, createBareDriver({ start, overLimit: 'drop' }), { test })
  // #endregion

  test('fails with another limit as the guide says', async () => {
    const more = async () => {
      const server = await start()
      limit(3)
      return server
    }
    let run = async () => {}
    testServer(model, createBareDriver({ start: more, overLimit: 'drop' }), {
      test: (_, given) => {
        run = given
      },
      patience: 200,
      report: () => {},
    })
    const inOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
    const shown = blocksOf('src/testing/outside/README.md').map(({ code }) => inOneLine(code))
    expect(shown).toContain(await run().catch(({ message }) => inOneLine(message)))
  })
})

describe('a server that says that it is busy, and whose limit changes', () => {
  const { createServer } = net
  // #region busy
  async function startBusy() {
    let limit = 2
    const served = new Set<Socket>()
    const server = createServer((socket) => {
      socket.on('error', () => {})
      if (served.size >= limit) return void socket.resume().end('busy\n')
      served.add(socket)
      socket.write('hello\n')
      socket.once('data', () => {
        served.delete(socket)
        socket.end()
      })
    })
    await once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')
    const { port } = server.address() as AddressInfo
    const perform = (event: ListenerModelEvent) => {
      if (event.type === 'limit.changed') limit = event.maxConnections
    }
    return { port, perform, end: () => once(server.close(), 'close') }
  }

  const talking = createBareDriver({
    start: startBusy,
    overLimit: 'drop',
    isServed: (received: Buffer) => received.includes('hello'),
    returns: (socket: Socket) => socket.write('quit\n'),
    can: ({ type }) => ['connect', 'handler.returns', 'limit.changed'].includes(type),
  })
  // #endregion
  const settings = { seenFrom: 'outside', factory: 'create', maxConnections: 2, overLimit: 'drop' } as const
  const model = createListenerModel(settings)
  testServer(model, talking, { test, report: () => {} })

  test('keeps the limit that it was given', async () => {
    const lower = { type: 'limit.changed', maxConnections: 1 } as const
    const run = await talking.start()
    await runPath(model.pathOf([{ type: 'connect' }, lower, { type: 'connect' }]), run)
    await run.end()
  })

  test('has other paths than one that cannot change it', () => {
    const types = new Set(
      model
        .paths({ events: (event, expected) => talking.can?.(event, expected) === true })
        .flatMap(({ steps }) => steps.map(({ event }) => event.type)),
    )
    expect([...types].sort()).toEqual(['connect', 'handler.returns', 'limit.changed'])
  })
})

describe.skipIf(!hasPython)('a server in another process', () => {
  const spawn = (program: string, _args: string[]) =>
    process.spawn(program, [...python.slice(1), '2', 'wait'], { stdio: ['pipe', 'pipe', 'inherit'] })
  // #region process
  const driver = createBareDriver({
    start: async () => {
      const server = spawn('python3', ['server.py'])
      const [port] = await once(server.stdout, 'data')
      return { port: Number(port), end: () => void server.kill() }
    },
  })
  // #endregion
  testServer(createListenerModel({ seenFrom: 'outside', factory: 'create' }), driver, { test })
})
