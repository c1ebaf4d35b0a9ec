import * as process from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, test } from 'vitest'
import { createBareDriver, createListenerModel, testServer } from '../../src/testing/index.ts'
import { hasPython, python } from '../support/limited.ts'

describe('a server in the same process', () => {
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
})

describe.skipIf(!hasPython)('a server in another process', () => {
  const spawn = (program: string, _args: string[]) =>
    process.spawn(program, [...python.slice(1), '2', 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] })
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
