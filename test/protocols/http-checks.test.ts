import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { handTo, Server } from '../../src/index.ts'
import { agree } from '../support/agreement.ts'
import { type Client, connectTo, connectToAddress } from '../support/client.ts'
import { fetchFrom } from '../support/http.ts'
import { loopback, serve } from '../support/serve.ts'

/** It has no time-outs but while a client is to be cut off, so that honest ones may be slow. */
function patient(): HttpServer {
  return createServer(
    { headersTimeout: 0, requestTimeout: 0, connectionsCheckingInterval: 10 },
    ({ url }, response) => {
      response.write('answer')
      if (url !== '/busy') response.end()
    },
  )
}

/** It sends a part of a request, and waits until it is cut off. */
async function expectCutOff(httpServer: HttpServer, client: Client): Promise<void> {
  httpServer.headersTimeout = 40
  client.send('GET /')
  await client.closed
  httpServer.headersTimeout = 0
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /)
}

/** A client whose connection stays. */
async function keep(client: Client): Promise<Client> {
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.receives('answer')
  return client
}

/** A client whose connection stays also when idle ones are closed. */
async function keepBusy(client: Client): Promise<Client> {
  client.send('GET /busy HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.receives('answer')
  return client
}

test('time-outs are checked without any listener of users hearing that the server listens', async () => {
  const httpServer = patient()
  const listening = vi.fn()
  httpServer.on('listening', listening).prependListener('listening', listening)
  const server = await serve(handTo(httpServer))
  await expectCutOff(httpServer, connectTo(server))
  expect(listening).not.toHaveBeenCalled()
  expect(httpServer.listening).toBe(false)
})

test('time-outs are checked again after a time without connections', async () => {
  const httpServer = patient()
  const server = await serve(handTo(httpServer))
  for (let index = 0; index < 3; index++) {
    await expectCutOff(httpServer, connectTo(server))
    await server.waitForConnections((count) => count === 0)
  }
})

test('time-outs are checked as long as one of several listeners has connections', async () => {
  const httpServer = patient()
  const one = await serve(handTo(httpServer))
  const other = await serve(handTo(httpServer))
  await expectCutOff(httpServer, connectTo(one))
  await keep(connectTo(other))
  await expectCutOff(httpServer, connectTo(one))
  await one.drain()
  await expectCutOff(httpServer, connectTo(other))
})

test('time-outs are checked after the HTTP server was closed, if it is still handed sockets', async () => {
  const httpServer = patient()
  const server = await serve(handTo(httpServer))
  await keepBusy(connectTo(server))
  const closed = once(httpServer, 'close')
  httpServer.close()
  await closed
  await expectCutOff(httpServer, connectTo(server))
})

test('an HTTP server that listens as well has its own checks, which go on without the handed sockets', async () => {
  const httpServer = patient()
  const server = await serve(handTo(httpServer))
  const kept = await keep(connectTo(server))
  await once(httpServer.listen(0, '127.0.0.1'), 'listening')
  const { port } = httpServer.address() as AddressInfo
  await expectCutOff(httpServer, connectTo(server))
  kept.destroy()
  await server.waitForConnections((count) => count === 0)
  await expectCutOff(httpServer, connectToAddress({ family: 'IPv4', address: '127.0.0.1', port }))
})

test('time-outs of an HTTP server that no longer listens are checked again, though it is not closed yet', async () => {
  const httpServer = patient()
  const server = await serve(handTo(httpServer))
  await keepBusy(connectTo(server))
  await once(httpServer.listen(0, '127.0.0.1'), 'listening')
  const { port } = httpServer.address() as AddressInfo
  const own = await keepBusy(connectToAddress({ family: 'IPv4', address: '127.0.0.1', port }))
  const closed = once(httpServer, 'close')
  httpServer.close()
  await expectCutOff(httpServer, connectTo(server))
  own.destroy()
  await closed
  await expectCutOff(httpServer, connectTo(server))
})

test('an HTTP server that is handed no more sockets is collected', async () => {
  const start = async () => {
    const httpServer = patient()
    const server = await Server.createSock(loopback, handTo(httpServer))
    await fetchFrom({ port: server.listeningOn, agent: false })
    await server.drain()
    return new WeakRef(httpServer)
  }
  const ref = await start()
  await agree(() => {
    globalThis.gc?.()
    return ref.deref()
  }, undefined)
})

test('a server that cannot tell the time of its requests is left alone', async () => {
  const httpServer = patient()
  httpServer.removeAllListeners('listening')
  const server = await serve(handTo(httpServer))
  const client = connectTo(server)
  onTestFinished(() => client.destroy())
  await keep(client)
})
