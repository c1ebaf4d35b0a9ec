import * as process from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import * as net from 'node:net'
import { describe, expect, test } from 'vitest'
import { createBareDriver, createListenerModel, testServer } from '../../src/testing/index.ts'
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
