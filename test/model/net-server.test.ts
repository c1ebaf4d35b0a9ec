// The model knows servers of others by what their clients see: here Node's, which accepts and
// closes what is over the limit, with everything that it can be told.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, it } from 'vitest'
import {
  createBareDriver,
  createListenerModel,
  type ListenerModelEvent,
  testServer,
} from '../../src/testing/index.ts'
import { onPortForNoClient } from '../support/port.ts'

const possible = ['connect', 'client.resets', 'handler.returns', 'handler.throws', 'limit.changed', 'close']

describe('a net.Server with a limit does what the model of one that drops does', () => {
  const model = createListenerModel({
    factory: 'create',
    overLimit: 'drop',
    seenFrom: 'outside',
    onHandlerError: 'ignore',
  })

  async function start() {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
      socket.resume().write('hello')
    })
    server.maxConnections = 2
    const port = await onPortForNoClient(async (where) => {
      await once(server.listen(where), 'listening')
      return where.port
    })
    return {
      port,
      perform: (event: ListenerModelEvent) => {
        if (event.type === 'limit.changed') server.maxConnections = event.maxConnections
        if (event.type === 'close') server.close()
        if (event.type === 'handler.throws') sockets.values().next().value?.destroy()
      },
      end: () => {
        for (const socket of sockets) socket.destroy()
        if (server.listening) server.close()
      },
    }
  }

  const driver = createBareDriver({
    start,
    overLimit: 'drop',
    can: (event) => possible.includes(event.type) && !('closeExistingConnections' in event),
  })
  testServer(model, driver, { test: it, report: () => {} })
})
