import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { handTo, Server } from '../src/index.ts'
import { agree } from './support/agreement.ts'
import { type Client, connectTo, connectToAddress } from './support/client.ts'
import { fetchFrom } from './support/http.ts'
import { loopback, serve } from './support/serve.ts'

function impatient(): HttpServer {
  return createServer(
    { headersTimeout: 40, requestTimeout: 0, connectionsCheckingInterval: 10 },
    (_, response) => response.end('answer'),
  )
}

/** It sends a part of a request, and waits until it is cut off. */
async function expectCutOff(client: Client): Promise<void> {
  client.send('GET /')
  await client.closed
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /)
}

/** A client whose connection stays. */
async function keep(client: Client): Promise<Client> {
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.receives('answer')
  return client
}

test('time-outs are checked without any listener of users hearing that the server listens', async () => {
  const httpServer = impatient()
  const listening = vi.fn()
  httpServer.on('listening', listening).prependListener('listening', listening)
  const server = await serve(handTo(httpServer))
  await expectCutOff(connectTo(server))
  expect(listening).not.toHaveBeenCalled()
  expect(httpServer.listening).toBe(false)
})

test('they are checked again after a time without connections', async () => {
  const server = await serve(handTo(impatient()))
  for (let index = 0; index < 3; index++) {
    await expectCutOff(connectTo(server))
    await server.waitForConnections((count) => count === 0)
  }
})

test('they are checked as long as one of several listeners has connections', async () => {
  const httpServer = impatient()
  const one = await serve(handTo(httpServer))
  const other = await serve(handTo(httpServer))
  await expectCutOff(connectTo(one))
  await keep(connectTo(other))
  await expectCutOff(connectTo(one))
  await one.drain()
  await expectCutOff(connectTo(other))
})

test('they are checked after the HTTP server was closed, if it is still handed sockets', async () => {
  const httpServer = impatient()
  const server = await serve(handTo(httpServer))
  const kept = await keep(connectTo(server))
  const closed = once(httpServer, 'close')
  httpServer.close()
  await closed
  await kept.closed // it was idle
  await expectCutOff(connectTo(server))
})

test('an HTTP server that listens as well has its own checks, which go on without the handed sockets', async () => {
  const httpServer = impatient()
  const server = await serve(handTo(httpServer))
  const kept = await keep(connectTo(server))
  await once(httpServer.listen(0, '127.0.0.1'), 'listening')
  const { port } = httpServer.address() as AddressInfo
  await expectCutOff(connectTo(server))
  kept.destroy()
  await server.waitForConnections((count) => count === 0)
  await expectCutOff(connectToAddress({ family: 'IPv4', address: '127.0.0.1', port }))
  httpServer.close()
  await once(httpServer, 'close')
  await expectCutOff(connectTo(server))
})

test('an HTTP server that nobody hands sockets any more is collected', async () => {
  const start = async () => {
    const httpServer = impatient()
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
  const httpServer = impatient()
  httpServer.removeAllListeners('listening')
  const server = await serve(handTo(httpServer))
  const client = connectTo(server)
  onTestFinished(() => client.destroy())
  await keep(client)
})
